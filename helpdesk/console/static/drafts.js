// What is half written: kept by the server a second after the last key, by this tab where the session has ended.

import { $, post } from "./dom.js";

const DRAFT_MS = 1000, AGAIN_MS = 3000;
const SHELF = "shelf";

export class Drafts {
  #timers = {};
  saving = null; // the last answer that is waited for

  /** `read()`: the conversation's address, and its words by kind. */
  constructor(wire, read) {
    this.wire = wire;
    this.read = read;
  }

  keep(kind, wait = DRAFT_MS) {
    clearTimeout(this.#timers[kind]);
    this.#timers[kind] = setTimeout(() => this.#save(kind), wait);
  }

  forget(kind) {
    clearTimeout(this.#timers[kind]);
    delete this.#timers[kind];
  }

  /** What was typed in the last second is kept now. */
  leave() {
    for (const kind of Object.keys(this.#timers)) this.#save(kind);
  }

  #save(kind) {
    this.forget(kind);
    const { base, [kind]: text } = this.read();
    if (this.wire.isOver) return shelve(base, kind, text);
    this.saving = post(`${base}/draft`, { kind, text }, true).catch(() => null).then((answer) => {
      if (answer?.status === 401) shelve(base, kind, text);
      if (base !== this.read().base) return;
      $("#saved").textContent = answer?.ok && text ? "Draft saved" : "";
      if ((!answer || answer.status === 503) && !this.#timers[kind]) this.keep(kind, AGAIN_MS);
    });
  }
}

/** What this tab kept of the conversation, by kind; whoever else signs in here finds nothing. */
export function unshelved(base) {
  const shelf = onShelf();
  if (shelf.base === base) sessionStorage.removeItem(SHELF);
  return shelf.base === base ? shelf.texts : {};
}

function shelve(base, kind, text) {
  const shelf = onShelf();
  const texts = shelf.base === base ? shelf.texts : {};
  sessionStorage.setItem(SHELF, JSON.stringify({ ...shelf, base, texts: { ...texts, [kind]: text } }));
}

function onShelf() {
  const { agent } = document.body.dataset;
  const shelf = JSON.parse(sessionStorage.getItem(SHELF));
  if (shelf?.agent === agent) return shelf;
  sessionStorage.removeItem(SHELF);
  return { agent, base: "", texts: {} };
}
