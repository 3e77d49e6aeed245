// Small forms: an address to answer to, a transcript by mail, how the support was.
import { field, h, isEmail } from "./dom.js";
import { t } from "./phrases.js";
import { keep, recall } from "./store.js";

/** @param {string} name @param {string} action @param {string} thanks @param {(email: string) => void} send @returns {HTMLElement} */
export function emailCard(name, action, thanks, send) {
  const email = field(t("Email"), "input", { type: "email", autocomplete: "email" });
  email.input.value = recall("email") ?? "";
  const form = h("form", { class: "card", "aria-label": name, novalidate: true }, h("p", { class: "lead" }, name), email.node, h("button", { class: "main" }, action));
  form.addEventListener("submit", (/** @type {Event} */ event) => {
    event.preventDefault();
    const address = email.input.value.trim();
    if (!email.fault(isEmail(address) ? "" : t("Enter an email address like name@example.com."))) return;
    keep("email", address);
    send(address);
    form.replaceChildren(h("p", { role: "status", tabindex: "-1" }, thanks));
    form.firstElementChild.focus();
  });
  return form;
}

/** @param {(score: number, text: string | null) => void} send @returns {HTMLElement} */
export function rating(send) {
  const grades = [t("1 – Very bad"), t("2 – Bad"), t("3 – Fair"), t("4 – Good"), t("5 – Very good")];
  const radios = grades.map((grade, at) => h("label", {}, h("input", { type: "radio", name: "score", value: at + 1, required: true }), grade));
  const more = field(t("Tell us more (optional)"), "textarea", { rows: 2, maxlength: 2000 });
  const form = h("form", { class: "card" }, h("fieldset", {}, h("legend", {}, t("How was the support you received?")), ...radios), more.node,
    h("button", { class: "main" }, t("Send feedback")));
  form.addEventListener("submit", (/** @type {Event} */ event) => {
    event.preventDefault();
    send(Number(new FormData(form).get("score")), more.input.value.trim() || null);
    form.replaceChildren(h("p", { role: "status", tabindex: "-1" }, t("Thank you for your feedback.")));
    form.firstElementChild.focus();
  });
  return form;
}

/** The conversation as a text file, made here. @param {import("./thread.js").Message[]} messages */
export function download(messages) {
  const lines = messages.map(({ author, name, text, at }) => `${new Date(at).toLocaleString()} ${author === "visitor" ? t("You") : name || t("Assistant")}: ${text}`);
  const url = URL.createObjectURL(new Blob([lines.join("\n\n")], { type: "text/plain" }));
  h("a", { href: url, download: "conversation.txt" }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
