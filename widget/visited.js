// Where on the site somebody was: kept on this device for a day, told once when they ask for help, and said so before.
import { h } from "./dom.js";
import { t } from "./phrases.js";
import { keep, recall } from "./store.js";

const keptMs = 86_400_000;
const mostPages = 20;

/** Said where somebody may ask for a person, unless the site tells no pages. */
export const pagesNotice = () => here() && h("p", { class: "small" }, t("If you ask a person for help, we see which pages of this site you looked at last."));
const notice = pagesNotice();

/** @returns {string} the page around the panel, as the loader gives it; "" where the site wants none told */
function here() {
  return document.documentElement.dataset.page?.match(/^http.*/)?.[0] ?? "";
}

/** @returns {[url: string, at: number][]} this page is the last one */
function trail() {
  const before = (recall("pages") ?? []).filter((/** @type {[string, number]} */ [, at]) => Date.now() - at < keptMs);
  return before.at(-1)?.[0] === here() ? before : [...before, [here(), Date.now()]].slice(-mostPages);
}

/** Nothing is kept of somebody who does not talk with us. */
function note() {
  if (here() && recall("token")) keep("pages", trail());
}

/** @param {Record<string, string>} headers who tells it, and in which conversation */
export async function tellPages(headers) {
  const conversation = headers["X-Conversation"];
  if (!here() || recall("told") === conversation) return;
  keep("told", conversation);
  if (notice) notice.className = "m system"; // as the lines that it stands below
  document.querySelector(".cards")?.before(notice);
  const pages = trail().map(([url, at]) => ({ url, ago_s: Math.round((Date.now() - at) / 1000) }));
  const answer = await fetch("/visitor/pages", { method: "POST", headers, body: JSON.stringify({ pages }) }).catch(() => null);
  if (!answer?.ok) keep("told", ""); // at the next look
}

document.querySelector(".hello")?.append(notice);
new MutationObserver(note).observe(document.documentElement, { attributeFilter: ["data-page"] });
addEventListener("pagehide", note);
note();
