// Small forms: an address to answer to, a transcript by mail, how the support was.
import { button, field, h, isEmail } from "./dom.js";
import { inline } from "./richtext.js";
import { t } from "./phrases.js";
import { keep, recall } from "./store.js";

const answerMs = 1500;

/** @param {string} name @param {string} action @param {string} thanks
 *  @param {(email: string, fault: (sentence: string) => void) => void} send `fault` within a moment takes the thanks back @returns {HTMLElement} */
function emailCard(name, action, thanks, send) {
  const email = field(t("Email"), "input", { type: "email", autocomplete: "email" });
  email.input.value = recall("email") ?? "";
  const form = h("form", { class: "card", "aria-label": name, novalidate: true }, h("p", { class: "lead" }, name), email.node, h("button", { class: "main" }, action));
  form.addEventListener("submit", (/** @type {Event} */ event) => {
    event.preventDefault();
    const address = email.input.value.trim();
    if (!email.fault(isEmail(address) ? "" : t("Enter an email address like name@example.com."))) return;
    const timer = setTimeout(() => thank(form, thanks), answerMs);
    send(address, (sentence) => {
      clearTimeout(timer);
      email.fault(sentence);
    });
    keep("email", address);
  });
  return form;
}

/** @param {any} form @param {string} words */
function thank(form, words) {
  const line = h("p", { role: "status", tabindex: "-1" });
  form.replaceChildren(line);
  line.textContent = words;
  line.focus();
}

/** @param {(score: number, text: string | null) => void} send @returns {HTMLElement} */
function rating(send) {
  const grades = [t("1 – Very bad"), t("2 – Bad"), t("3 – Fair"), t("4 – Good"), t("5 – Very good")];
  const radios = grades.map((grade, at) => h("label", {}, h("input", { type: "radio", name: "score", value: at + 1, required: true }), grade));
  const more = field(t("Tell us more (optional)"), "textarea", { rows: 2, maxlength: 2000 });
  const form = h("form", { class: "card" }, h("fieldset", {}, h("legend", {}, t("How was the support you received?")), ...radios), more.node,
    h("button", { class: "main" }, t("Send feedback")));
  form.addEventListener("submit", (/** @type {Event} */ event) => {
    event.preventDefault();
    send(Number(new FormData(form).get("score")), more.input.value.trim() || null);
    thank(form, t("Thank you for your feedback."));
  });
  return form;
}

/** Silent until it may be sent again; then it says so once. @param {number} at ms */
export function countdown(at) {
  const line = h("p", { class: "small" });
  const done = h("p", { role: "status", class: "small" });
  const step = () => {
    const left = Math.ceil((at - Date.now()) / 1000);
    line.textContent = left > 0 ? t("You can resend the code in {n} s", { n: left }) : "";
    if (left > 0) setTimeout(step, 1000);
    else done.textContent = t("You can resend the code now.");
  };
  step();
  return h("div", { class: "card" }, line, done);
}

/** @typedef {import("./conversation.js").Conversation} Conversation */

/** @param {string} kind "email" where nobody comes, "closed" at the end @param {Conversation} talk @param {(name: string, detail: unknown) => void} emit */
export function cardsFor(kind, talk, emit) {
  if (kind === "email") {
    return [emailCard(t("Leave your email"), t("Save"), t("Thank you. We will write to you."), (email) => talk.act({ type: "contact", email }))];
  }
  const { transport, thread: { conversation } } = talk;
  return [recall("rated") === conversation ? "" : rating((score, text) => {
    transport.send({ type: "rate", score, text });
    keep("rated", conversation);
    emit("csat", { score });
  }), button(t("Start a new conversation"), () => transport.send({ type: "new" }), { class: "quiet" })];
}

/** @param {Conversation} talk @param {(fault: (sentence: string) => void) => void} expect is given what shows a refusal */
export function transcriptPage(talk, expect) {
  return h("section", { class: "page" }, h("h2", { tabindex: "-1" }, t("Email conversation")),
    emailCard(t("We send you what was said here."), t("Send"), t("The conversation is on its way to you."), (email, fault) => {
      expect(fault);
      talk.transport.send({ type: "transcript", email });
    }));
}

/** The assistant's words without marks, its links as whole addresses. @param {string} text */
const unmarked = (text) => inline(text, true).map((/** @type {any} */ { href, textContent }) => textContent + (href && href !== textContent ? ` (${href})` : "")).join("");

/** The conversation as a text file, made here. @param {import("./thread.js").Message[]} messages */
export function download(messages) {
  const lines = messages.map(({ author, name, text, at }) => `${new Date(at).toLocaleString()} ${author === "visitor" ? t("You") : name || t("Assistant")}: ${author === "bot" ? unmarked(text) : text}`);
  const href = URL.createObjectURL(new Blob([lines.join("\n\n")], { type: "text/plain" }));
  h("a", { href, download: "conversation.txt" }).click();
  setTimeout(() => URL.revokeObjectURL(href), 1000);
}
