// An article of the help centre, read inside the panel. Its page is taken apart and only known elements are built anew.
import { h } from "./dom.js";
import { t } from "./phrases.js";
import { link } from "./richtext.js";

const known = /^(?:P|UL|OL|LI|STRONG|EM|CODE|PRE|H2|H3|H4|BLOCKQUOTE|BR|DL|DT|DD|TABLE|TBODY|THEAD|TR|TD|TH)$/;
const left = /^(?:SCRIPT|STYLE|NAV|FORM|BUTTON|SVG|H1|FOOTER|ASIDE|SUPPORT-CHAT|TEMPLATE|NOSCRIPT)$/i;

/** @param {string} address @returns {Promise<Document | null>} a document without a life: nothing in it runs */
function page(address) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("GET", address);
    request.responseType = "document";
    request.timeout = 10_000;
    request.onloadend = () => resolve(request.status === 200 ? request.responseXML : null);
    request.send();
  });
}

/** @param {Node} from @returns {(Node | string)[]} */
function copied(from) {
  return [...from.childNodes].flatMap((node) => {
    if (node.nodeType === 3) return [node.textContent ?? ""];
    if (!(node instanceof Element) || left.test(node.tagName)) return [];
    if (node.tagName === "A") return [link(node.getAttribute("href") ?? "", node.textContent ?? "")];
    return known.test(node.tagName) ? [h(node.tagName, {}, ...copied(node))] : copied(node);
  });
}

/** @param {string} slug @param {string} title @returns {Promise<HTMLElement>} */
export async function readArticle(slug, title) {
  const address = `/help/${encodeURIComponent(slug)}`;
  const read = await page(address);
  const body = read?.querySelector("article") ?? read?.querySelector("main");
  const heading = read?.querySelector("h1")?.textContent ?? title;
  return h("article", { class: "page" }, h("h2", { tabindex: "-1" }, heading),
    ...(body ? copied(body) : [h("p", {}, t("The article cannot be read right now."))]),
    h("p", {}, h("a", { href: address, target: "_blank", rel: "noopener" }, t("Open in a new tab"))));
}

/** @param {string} words @returns {Promise<[slug: string, title: string][]>} at most three articles about them */
export async function find(words) {
  const read = words.trim().length > 3 ? await page(`/help/search?q=${encodeURIComponent(words)}`) : null;
  /** @type {Map<string, string>} */
  const found = new Map();
  for (const anchor of read?.querySelectorAll("main a[href]") ?? []) {
    const slug = /^\/help\/(?!search)([\w-]+)$/.exec(anchor.getAttribute("href") ?? "")?.[1];
    if (slug && found.size < 3) found.set(slug, anchor.textContent?.trim() ?? slug);
  }
  return [...found];
}
