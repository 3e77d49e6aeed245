// The form that becomes a ticket, and what it says afterwards.
import { button, field, h, isEmail } from "./dom.js";
import { t } from "./phrases.js";
import { find } from "./article.js";
import { keep, recall } from "./store.js";
import { pagesNotice, tellPages } from "./visited.js";

export class TicketForm {
  #acts;
  #pause = 0;

  /** @param {{send: (ticket: {email: string, subject: string, text: string}, files: any[]) => void, read: (slug: string, title: string) => void}} acts
   *  @param {(say: (sentence: string) => void) => import("./upload.js").FileTray} makeTray */
  constructor(acts, makeTray) {
    this.#acts = acts;
    this.wrong = h("p", { class: "error", role: "alert" });
    this.tray = makeTray((sentence) => { this.wrong.textContent = sentence; });
    this.email = field(t("Email"), "input", { type: "email", autocomplete: "email" });
    this.subject = field(t("Subject"), "input", { maxlength: 200, autocomplete: "off" });
    this.text = field(t("Describe the problem"), "textarea", { rows: 5 });
    this.status = h("p", { role: "status" });
    this.hints = h("div", { class: "hints" });
    this.subject.input.addEventListener("input", () => {
      clearTimeout(this.#pause);
      this.#pause = setTimeout(() => this.#suggest(), 600);
    });
    this.form = h("form", { "aria-label": t("Submit a Ticket"), novalidate: true, onsubmit: (/** @type {Event} */ event) => this.#submit(event) },
      this.email.node, this.subject.node, this.hints, this.text.node, this.tray.list, this.tray.input,
      h("div", {}, button(t("Attach a file"), () => this.tray.choose(), { class: "quiet" })), pagesNotice(), this.wrong, h("button", { class: "main" }, t("Submit Ticket")), this.status);
    this.done = h("div");
    this.node = h("section", { class: "page" }, h("h2", { tabindex: "-1" }, t("Submit a Ticket")), this.form, this.done);
    this.node.tray = this.tray; // what is dropped here goes along
  }

  /** @param {{subject?: string, text?: string}} wish */
  show({ subject, text }) {
    this.form.hidden = false;
    this.done.replaceChildren();
    this.status.textContent = "";
    this.email.input.value ||= recall("email") ?? "";
    if (subject) this.subject.input.value = subject;
    if (text) this.text.input.value ||= text;
    (this.email.input.value ? this.subject : this.email).input.focus();
  }

  /** @param {Event} event */
  #submit(event) {
    event.preventDefault();
    const [email, subject, text] = [this.email, this.subject, this.text].map(({ input }) => input.value.trim());
    // From the last to the first, so that the first fault has the focus.
    const isText = this.text.fault(!text ? t("Describe the problem in a few words.") : [...text].length > 4000 ? t("Keep messages under 4,000 characters.") : "");
    const isSubject = this.subject.fault(subject ? "" : t("Say in a few words what it is about."));
    const isAddress = this.email.fault(isEmail(email) ? "" : t("Enter an email address like name@example.com."));
    if (!isText || !isSubject || !isAddress) return;
    this.wrong.textContent = this.tray.isBusy ? t("Wait until the file is there.") : "";
    if (this.tray.isBusy) return;
    keep("email", email);
    this.status.textContent = t("Your ticket is on its way…");
    this.#acts.send({ email, subject, text }, this.tray.ready());
  }

  /** @param {string} sentence the server's, which names the field */
  refuse(sentence) {
    this.status.textContent = "";
    const wrong = /subject/i.test(sentence) ? this.subject : /text|problem/i.test(sentence) ? this.text : this.email;
    wrong.fault(sentence);
  }

  /** @param {string} reference @param {string | null} url */
  succeed(reference, url) {
    if (this.form.hidden) return;
    tellPages(this.tray.headers());
    this.form.hidden = true;
    this.subject.input.value = this.text.input.value = "";
    this.tray.clear();
    const words = h("p", { tabindex: "-1", role: "status" });
    this.done.replaceChildren(words, url && h("p", {}, h("a", { href: url, target: "_blank", rel: "noopener" }, t("Your ticket's private page"))),
      h("p", {}, t("Keep the link to yourself: whoever has it can read the ticket.")));
    words.textContent = t("Ticket {reference} submitted. We will reply to {email}.", { reference, email: recall("email") });
    words.focus();
  }

  async #suggest() {
    const found = await find(this.subject.input.value);
    this.hints.replaceChildren(...(found.length ? [h("p", {}, t("These may help at once:"))] : []),
      ...found.map(([slug, title]) => button(title, () => this.#acts.read(slug, title), { class: "quiet" })));
  }
}
