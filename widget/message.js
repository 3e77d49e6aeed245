// One message of the log as an element; kept, and brought up to date, as long as the message lives.
import { button, h } from "./dom.js";
import { clockTime, fileSize, t } from "./phrases.js";
import { blocks, inline, link, plain } from "./richtext.js";

/** @typedef {import("./thread.js").Message} Message */
/** @typedef {{choose: (choice: {id: string, label: string}) => void, feedback: (seq: number, helpful: boolean, reason?: string) => void,
 *   read: (slug: string, title: string) => void, settle: (key: string, isAgain: boolean) => void}} Acts */

/** @param {Message} message */
const speaker = ({ author, name }) => (author === "visitor" ? t("You") : author === "bot" ? t("Assistant") : plain(name));

/** @param {Message} message @param {Acts} acts @returns {HTMLElement} */
export function drawMessage(message, acts) {
  const { author, article, files = [] } = message;
  const node = h("div", { class: `m ${author}`, "data-at": message.at });
  if (author === "system") {
    node.append(h("span", { class: "body" }, ...inline(message.text, false)), " ", h("time", { datetime: message.at }, clockTime(message.at)));
    return node;
  }
  node.append(h("span", { class: "who" }, speaker(message) + ":"), " ", h("div", { class: "body", dir: "auto" }), " ");
  setText(node, message);
  if (article) {
    node.append(button(t("Read the article: {title}", { title: article.title }), () => acts.read(article.slug, article.title), { class: "quiet" }), " ",
      link(article.url, t("Open in a new tab")));
  }
  for (const file of files) {
    const shown = link(file.url, "");
    /** @type {Element} */ (shown).append?.(/^image\//.test(file.type)
      ? h("img", { src: file.url, alt: plain(file.name), loading: "lazy" }) : `${plain(file.name)} (${fileSize(file.size)})`);
    node.append(shown, " ");
  }
  node.append(h("div", { class: "asks" }), h("p", { class: "meta" }, h("time", { datetime: message.at }, clockTime(message.at)), " ", h("span")));
  return node;
}

/** @param {HTMLElement} node @param {Message} message */
export function setText(node, message) {
  const body = node.querySelector(".body");
  body?.replaceChildren(...(message.author === "bot" ? blocks(message.text) : inline(message.text, false)));
}

/** Sending, Sent, Seen, or why not. @param {HTMLElement} node @param {string} mark @param {{key: string, refused?: string}} [entry] @param {Acts} [acts] */
export function setMark(node, mark, entry, acts) {
  const place = node.querySelector(".meta span");
  if (!place || place.getAttribute("data-mark") === mark + (entry?.refused ?? "")) return;
  place.setAttribute("data-mark", mark + (entry?.refused ?? ""));
  node.classList.toggle("refused", Boolean(entry?.refused));
  place.replaceChildren(mark);
  if (!entry?.refused) return;
  place.replaceChildren(t("Not sent."), " ", entry.refused, " ",
    button(t("Try again"), () => acts?.settle(entry.key, true)), " ", button(t("Delete message"), () => acts?.settle(entry.key, false)));
}

/** The questions that a message asks: only the last one that asks may be answered. @param {HTMLElement} node @param {Message} message @param {boolean} isOpen @param {Acts} acts */
export function setAsks(node, message, isOpen, acts) {
  const place = node.querySelector(".asks");
  const state = `${isOpen}${message.helpful}`;
  if (!place || place.getAttribute("data-state") === state) return;
  place.setAttribute("data-state", state);
  place.replaceChildren();
  if (!isOpen) return;
  if (message.choices?.length) {
    place.append(h("div", { role: "group", class: "choices", "aria-label": t("Choices") },
      ...message.choices.map((choice) => button(plain(choice.label), () => acts.choose(choice), { class: "chip" }))));
  }
  if (!message.asks_feedback) return;
  const press = (/** @type {boolean} */ helpful) => button(helpful ? t("Yes") : t("No"), () => acts.feedback(message.seq, helpful),
    { class: "chip", "aria-pressed": `${message.helpful === helpful}` });
  const id = "q" + message.seq;
  place.append(h("div", { role: "group", class: "choices", "aria-labelledby": id }, h("p", { id }, t("Did this answer your question?")), press(true), press(false)));
  if (message.helpful) place.append(h("p", {}, t("Thank you for your feedback.")));
  if (message.helpful === false) place.append(reasonForm(message, acts));
}

/** @param {Message} message @param {Acts} acts */
function reasonForm(message, acts) {
  const input = h("input", { id: "r" + message.seq, maxlength: 1000 });
  return h("form", {
    class: "row",
    onsubmit: (/** @type {Event} */ event) => {
      event.preventDefault();
      acts.feedback(message.seq, false, input.value);
      /** @type {Element} */ (event.target).replaceWith(h("p", { role: "status" }, t("Thank you for your feedback.")));
    },
  }, h("label", { for: input.id }, t("What was missing? (optional)")), h("span", {}, input, h("button", {}, t("Send feedback"))));
}
