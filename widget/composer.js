// Where the visitor writes: Enter sends, files come along, secrets are asked about first.
import { h, iconButton } from "./dom.js";
import { t } from "./phrases.js";
import { keep, recall } from "./store.js";

const longest = 4000;

export class Composer {
  /** @type {import("./upload.js").FileTray | undefined} */ tray;
  /** @type {((text: string) => "" | "password" | "code" | "card") | undefined} */ looksSecret;
  /** @type {typeof import("./confirm.js").askFirst | undefined} */ askFirst;
  #acts;
  #whisperedAt = 0;

  /** @param {{send: (text: string, files: any[]) => void, typing: () => void}} acts */
  constructor(acts) {
    this.#acts = acts;
    this.error = h("p", { class: "error", id: "ce", role: "alert" });
    this.input = h("textarea", { id: "message", rows: 1, placeholder: t("Write a message…"), part: "composer", enterkeyhint: "send", "aria-describedby": "ce" });
    this.input.value = recall("draft") ?? "";
    this.confirm = h("div", { role: "alertdialog", class: "confirm", "aria-labelledby": "cq", hidden: true });
    this.node = h("form", { class: "composer" }, this.confirm, this.error,
      h("div", { class: "box" }, h("label", { for: "message", class: "hidden" }, t("Message")),
        iconButton(t("Attach a file"), "M21 12l-8.5 8.5a5.5 5.5 0 0 1-8-8L13 4a3.7 3.7 0 0 1 5.3 5.3l-8.4 8.4a1.9 1.9 0 0 1-2.7-2.7L15 7.5", () => this.tray?.choose()),
        this.input,
        iconButton(t("Send message"), "M4 12l16-8-6 16-3-6z", () => {}, { type: "submit", class: "icon send" })));
    this.node.addEventListener("submit", (/** @type {Event} */ event) => { event.preventDefault(); this.submit(); });
    this.input.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      this.submit();
    });
    this.input.addEventListener("input", () => this.#typed());
  }

  /** @param {string} [sentence] */
  say(sentence = "") {
    this.error.textContent = sentence;
    this.confirm.hidden = true;
  }

  /** What comes once the panel is open. @param {import("./upload.js").FileTray} tray @param {any} asking `looksSecret` and `askFirst` */
  take(tray, { looksSecret, askFirst }) {
    Object.assign(this, { tray, looksSecret, askFirst });
    this.error.before(tray.list, tray.input);
  }

  /** @param {string} text */
  fill(text) {
    this.input.value = text;
    this.input.focus();
  }

  #typed() {
    const text = this.input.value;
    this.say();
    keep("draft", this.looksSecret?.(text) === "" && text);
    if (!text || Date.now() - this.#whisperedAt < 3000) return;
    this.#whisperedAt = Date.now();
    this.#acts.typing();
  }

  submit(isSure = false) {
    const text = this.input.value.trim();
    const files = this.tray?.ready() ?? [];
    if (this.tray?.isBusy) return this.say(t("Wait until the file is there."));
    if (!text && !files.length) return this.input.focus();
    if ([...text].length > longest) return this.say(t("Keep messages under 4,000 characters."));
    const secret = !isSure && this.looksSecret?.(text);
    if (secret) {
      return this.askFirst?.(this.confirm, secret, (isYes) => {
        this.input.focus();
        if (isYes) this.submit(true);
      });
    }
    this.input.value = "";
    keep("draft", "");
    this.tray?.clear();
    this.#whisperedAt = 0;
    this.say();
    this.#acts.send(text, files);
    this.input.focus();
  }
}
