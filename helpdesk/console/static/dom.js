// Small parts that every module uses: build elements, fetch pages as documents, post forms, say something.

export const $ = (selector, root = document) => root.querySelector(selector);
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

const LONGEST_PRESS_MS = 2000;
let pressed = Promise.resolve();
addEventListener("pointerdown", () => {
  pressed = new Promise((resolve) => {
    for (const kind of ["pointerup", "pointercancel"]) addEventListener(kind, () => setTimeout(resolve), { once: true, capture: true });
    setTimeout(resolve, LONGEST_PRESS_MS);
  });
}, true);

/** Resolves when no pointer is down. What is replaced between the press and its end gets no click. */
export const released = () => pressed;

/** A page as a document: parsed by the browser without running anything, so no sink of scripts is needed. */
export function page(url) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("GET", url);
    request.responseType = "document";
    request.onload = () => (request.status === 200 && request.response ? resolve(request.response) : reject(new Error(String(request.status))));
    request.onerror = () => reject(new Error("network"));
    request.send();
  });
}

/** Post fields; resolves with {ok, status, body}. Rejects only when the network failed. */
export async function post(url, fields, keepalive = false) {
  const body = new URLSearchParams(fields);
  body.set("csrf_token", document.body.dataset.csrf);
  const answer = await fetch(url, { method: "POST", body, keepalive, headers: { Accept: "application/json" } });
  const kind = answer.headers.get("content-type") || "";
  return { ok: answer.ok, status: answer.status, body: kind.includes("json") ? await answer.json() : {} };
}

export function sentence(answer) {
  const fields = answer.body.fields ? Object.values(answer.body.fields).join(" ") : "";
  return fields || answer.body.detail || "That did not work. Please try again.";
}

export function toast(text, action = null) {
  const shown = el("div", { class: "toast" }, el("span", {}, text));
  if (action) {
    const button = el("button", { class: "small quiet", type: "button" }, action.label);
    button.addEventListener("click", () => { shown.remove(); action.run(); });
    shown.append(button);
  }
  $("#toasts").append(shown);
  setTimeout(() => shown.remove(), action ? 10_000 : 5_000);
}

const LINK = /https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]]/g;
const SMALL = /\[([^\]\n]+)\]\(((?:https?:\/\/|\/)[^)\s]*)\)|\*\*([^*\n]+)\*\*|(https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]])/g;
const BIDI = /[\u202a-\u202e\u2066-\u2069]/g;

/** The text as nodes: links to http(s) and our own pages only; the assistant's small marks where asked. */
export function words(text, small = false) {
  const clean = text.replace(BIDI, "␣");
  const nodes = [];
  let end = 0;
  for (const found of clean.matchAll(small ? SMALL : LINK)) {
    if (found.index > end) nodes.push(clean.slice(end, found.index));
    if (small && found[1]) nodes.push(found[2].startsWith("//") ? found[1] : anchor(found[2], found[1]));
    else if (small && found[3]) nodes.push(el("strong", {}, found[3]));
    else nodes.push(anchor(found[0], found[0]));
    end = found.index + found[0].length;
  }
  nodes.push(clean.slice(end));
  return nodes;
}

function anchor(href, text) {
  return el("a", { href, target: "_blank", rel: "noopener noreferrer nofollow ugc" }, text);
}

/** The reader's own time of a moment: with its day when that is not today, and the year when it is another. */
export function localTime(at) {
  const when = new Date(at), now = new Date();
  const day = when.toDateString() === now.toDateString() ? {} : { day: "numeric", month: "short" };
  const year = when.getFullYear() === now.getFullYear() ? {} : { year: "numeric" };
  return when.toLocaleString([], { ...year, ...day, hour: "2-digit", minute: "2-digit" });
}

/** Server times are in UTC; show them in the reader's own zone. */
export function localise(root = document) {
  for (const time of $$(".log time[datetime], .facts time[datetime], .plain-list time[datetime]", root)) {
    const at = new Date(time.dateTime);
    if (Number.isNaN(at.getTime())) continue;
    time.textContent = time.closest(".facts") ? at.toLocaleString([], { dateStyle: "medium", timeStyle: "short" }) : localTime(at);
    time.title = at.toLocaleString();
  }
}

export const inField = (target) => target.closest?.("input, textarea, select, [contenteditable]") !== null;
