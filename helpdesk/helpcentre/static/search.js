// @ts-check
// Search as you type. Without it the form works as well: it leads to the page of results.

const PAUSE_MS = 150;
const form = /** @type {HTMLFormElement} */ (document.querySelector("[data-suggest]"));
const input = /** @type {HTMLInputElement} */ (form.querySelector("input"));
const count = /** @type {HTMLElement} */ (document.getElementById("count"));
const list = /** @type {HTMLElement} */ (document.getElementById("results"));
const sections = document.getElementById("sections");
let asked = new AbortController();
let timer = 0;

/** @typedef {{title: string, url: string, snippet: string}} Hit */

/** @param {Hit} hit */
function row({ title, url, snippet }) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  const words = document.createElement("p");
  link.href = url;
  link.textContent = title;
  words.textContent = snippet;
  item.append(link, words);
  return item;
}

/** @param {Hit[] | null} hits null: nothing was asked */
function show(hits, words = "") {
  list.replaceChildren(...(hits ?? []).map(row));
  list.hidden = !hits?.length;
  if (sections) sections.hidden = !!hits?.length;
  if (!hits) count.textContent = "";
  else if (hits.length) count.textContent = `${hits.length} ${hits.length === 1 ? "result" : "results"} for “${words}”`;
  else count.textContent = `Nothing found for “${words}”. Try other words, or ask our team.`;
}

async function ask() {
  asked.abort();
  asked = new AbortController();
  const words = input.value.trim();
  if (words.length < 2) return show(null);
  try {
    const answer = await fetch(`${form.dataset.suggest}?q=${encodeURIComponent(words)}`, { signal: asked.signal });
    if (answer.ok) show((await answer.json()).results, words);
  } catch (error) {
    if (/** @type {Error} */ (error).name !== "AbortError") show(null); // offline: Enter still says so
  }
}

input.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(ask, PAUSE_MS);
});
input.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown") {
    const first = /** @type {HTMLElement | null} */ (list.querySelector("a"));
    if (first) event.preventDefault();
    first?.focus();
  }
});
