// Text → DOM nodes: plain text with its links, and the small Markdown of the bot's articles. Never HTML.
import { h } from "./dom.js";

const marks = /\*\*(.+?)\*\*|(?<![\w*])[*_](\S(?:[^*_]*\S)?)[*_](?![\w*])|`([^`]+)`|\[([^\]]+)\]\(([^)\s]+)\)|(https?:\/\/[^\s<>"]*[^\s<>".,:;!?)\]]|mailto:[^\s<>"]+@[\w.-]+\w)/g;

/** Marks that turn writing around are shown, not obeyed. @param {string} text */
export const plain = (text) => text.replace(/[\u202a-\u202e\u2066-\u2069]/g, "�");

/** A link, where the address is one that we follow; an article's is read in the panel.
 *  @param {string} address @param {string} words @param {string} [slug] @returns {Node} */
export function link(address, words, slug) {
  const url = URL.canParse(address, location.href) ? new URL(address, location.href) : null;
  if (!url || !/^(https?|mailto):$/.test(url.protocol)) return document.createTextNode(words);
  const isOurs = url.origin === location.origin;
  return h("a", {
    href: url.href, target: "_blank", rel: isOurs ? "noopener" : "noopener noreferrer nofollow ugc",
    "data-article": slug ?? (isOurs && /^\/help\/([\w-]+)$/.exec(url.pathname)?.[1]),
  }, plain(words));
}

/** @param {string} text @param {boolean} isRich whether Markdown is meant @returns {Node[]} */
export function inline(text, isRich) {
  const nodes = [];
  let at = 0;
  for (const found of text.matchAll(marks)) {
    const [all, bold, slanted, code, words, address, bare] = found;
    if (!isRich && !bare) continue;
    nodes.push(plain(text.slice(at, found.index)));
    at = found.index + all.length;
    if (bold) nodes.push(h("strong", {}, ...inline(bold, true)));
    else if (slanted) nodes.push(h("em", {}, plain(slanted)));
    else if (code) nodes.push(h("code", {}, code));
    else nodes.push(link(address ?? bare, words ?? bare));
  }
  nodes.push(plain(text.slice(at)));
  return nodes.filter(Boolean).map((node) => (typeof node === "string" ? document.createTextNode(node) : node));
}

/** Paragraphs, lists, headings and quotes. @param {string} text @returns {HTMLElement[]} */
export function blocks(text) {
  /** @type {HTMLElement[]} */
  const made = [];
  let isBreak = true;
  for (const line of text.replace(/\r/g, "").split("\n")) {
    const [, item, number, listed] = /^\s*(?:([-*+])|(\d+)[.)])\s+(.*)/.exec(line) ?? [];
    const last = made.at(-1);
    if (!line.trim()) isBreak = true;
    else if (item || number) {
      const kind = number ? "OL" : "UL";
      const list = last?.tagName === kind ? last : h(kind, { start: number });
      if (list !== last) made.push(list);
      list.append(h("li", {}, ...inline(listed, true)));
      isBreak = false;
    } else {
      const [, heading] = /^#+\s+(.*)/.exec(line) ?? [];
      const words = inline(heading ?? line.replace(/^\s*>?\s*/, ""), true);
      const within = last?.tagName === "P" ? last : /** @type {HTMLElement | null | undefined} */ (last?.lastElementChild);
      if (heading) made.push(h("p", {}, h("strong", {}, ...words)));
      else if (within && (!isBreak || /^\s{2,}\S/.test(line) && within !== last)) within.append(within === last ? " " : h("br"), ...words);
      else made.push(h("p", {}, ...words));
      isBreak = Boolean(heading);
    }
  }
  return made;
}
