// One message of the log as an element; kept, and brought up to date, as long as the message lives.
import { button, h } from "./dom.js";
import { clockTime, fileSize, t } from "./phrases.js";
import { blocks, inline, link, plain } from "./richtext.js";

/** @typedef {import("./thread.js").Message} Message */
/** @typedef {{choose: (choice: {id: string, label: string}) => void, feedback: (seq: number, helpful: boolean) => void,
 *   settle: (key: string, isAgain: boolean) => void}} Acts */

/** @param {Message} message */
const speaker = ({ author, name }) => (author === "visitor" ? t("You") : author === "bot" ? t("Assistant") : plain(name));

/** @param {Message} message @param {Acts} acts @returns {HTMLElement} */
export function drawMessage(message, acts) {
  const { author } = message;
  const node = h("div", { class: `m ${author}`, "data-at": message.at });
  if (author === "system") {
    node.append(h("span", { class: "body", dir: "auto" }, ...inline(message.text, false)), " ", h("time", { datetime: message.at }, clockTime(message.at)), h("div", { class: "asks" }));
    return node;
  }
  node.append(h("span", { class: "who" }, speaker(message) + ":"), " ", h("div", { class: "body", dir: "auto" }), " ", h("div", { class: "given" }));
  setContent(node, message);
  node.append(h("p", { class: "meta" }, h("time", { datetime: message.at }, clockTime(message.at)), " ", h("span")), h("div", { class: "asks" }));
  return node;
}

/** @param {Element} node @param {Message} message */
export function setContent(node, { author, text, article, files = [] }) {
  const [body, given] = node.querySelectorAll(".body, .given");
  body.replaceChildren(...(author === "bot" ? blocks(text) : inline(text, false)));
  if (!given) return;
  given.replaceChildren();
  if (article && !body.querySelector(`[data-article="${article.slug}"]`)) given.append(link(article.url, article.title, article.slug), " ");
  for (const file of files) {
    const shown = link(file.url, "");
    /** @type {Element} */ (shown).append?.(/^image\//.test(file.type)
      ? h("img", { src: file.url, alt: plain(file.name), loading: "lazy" }) : `${plain(file.name)} (${fileSize(file.size)})`);
    given.append(shown, " ");
  }
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

/** What a message asks. @param {HTMLElement} node @param {Message} message @param {{id: string, label: string}[]} choices that still count
 *  @param {boolean} isAsking whether its question does @param {Acts} acts */
export function setAsks(node, message, choices, isAsking, acts) {
  const place = node.querySelector(".asks");
  const state = `${choices.length}${isAsking}${message.helpful}`;
  if (!place || place.getAttribute("data-state") === state) return;
  place.setAttribute("data-state", state);
  const hadFocus = place.contains(document.activeElement);
  place.replaceChildren();
  if (isAsking) {
    const press = (/** @type {string} */ label, /** @type {boolean} */ helpful) => button(label, () => acts.feedback(message.seq, helpful),
      { class: "chip", "aria-pressed": `${message.helpful === helpful}` });
    const question = t("Did this answer your question?");
    place.append(h("div", { role: "group", class: "choices", "aria-label": question }, h("p", {}, question), press(t("Yes"), true), press(t("No"), false)),
      message.helpful ? h("p", {}, t("Thank you for your feedback.")) : "");
  }
  if (choices.length) {
    // The header has these two at all times; so here they go by other names.
    const names = /** @type {Record<string, string>} */ ({ person: t("Ask a person now"), ticket: t("Make it a ticket") });
    place.append(h("div", { role: "group", class: "choices", "aria-label": t("Choices") },
      ...choices.map((choice) => button(names[choice.id] ?? plain(choice.label), () => acts.choose(choice), { class: "chip" }))));
  }
  if (hadFocus) /** @type {HTMLElement | null} */ (place.querySelector("[aria-pressed=true]"))?.focus();
}
