// The list of conversations: kept right by fetching its rows, drawn by the server's own partial.
// Rows never move under the pointer: while it rests on the list, new ones go to the end and a button sorts them in.

import { $, $$, page } from "./dom.js";

export class List {
  #waiting = new Set();
  #known = new Set();
  #running = false;
  #again = false;
  #lookers = new Map();
  #current;

  /** `current()` is the id of the open conversation, or nothing. */
  constructor(current) {
    this.root = $("#rows");
    this.#current = current;
    this.onChange = () => {};
    if (!this.root) return;
    this.#known = new Set(this.ids());
    this.section = this.root.closest(".list");
    this.section.addEventListener("pointerleave", () => this.#waiting.size && this.refresh());
    $("#news")?.addEventListener("click", () => this.#showNews());
  }

  get current() {
    return this.#current();
  }

  /** The open conversation is marked, and no other. */
  mark() {
    for (const row of $$("li.row", this.root)) {
      const is = row.dataset.id === this.current;
      row.classList.toggle("is-current", is);
      if (is) $("a", row).setAttribute("aria-current", "page");
      else $("a", row).removeAttribute("aria-current");
      this.#show(row);
    }
  }

  focus(id) {
    $(`li.row[data-id="${CSS.escape(id)}"] a, li.row a`, this.root)?.focus({ preventScroll: true });
  }

  /** Who looks at a conversation of the list or writes there. */
  presence(frame) {
    this.#lookers.set(frame.conversation, frame.agents.map((one) => `${one.name} is ${one.doing}`).join(", "));
    const row = $(`li.row[data-id="${CSS.escape(frame.conversation)}"]`, this.root || document);
    if (row) this.#show(row);
  }

  #show(row) {
    const isOpen = row.dataset.id === this.current; // there the head of the conversation says it
    const [shown, text] = [$(".watching", row), isOpen ? "" : this.#lookers.get(row.dataset.id) || ""];
    shown.hidden = !text;
    if (shown.textContent !== text) shown.textContent = text;
  }

  ids() {
    return $$("li.row", this.root).map((row) => row.dataset.id);
  }

  counts(counts) {
    for (const [name, count] of Object.entries(counts)) {
      const shown = $(`[data-count="${name}"]`);
      if (shown) shown.childNodes[1].textContent = String(count);
    }
    this.onChange(counts);
  }

  onInbox(frame) {
    this.counts(frame.counts);
    this.refresh();
  }

  refresh() {
    if (!this.root) return;
    this.#fetch();
  }

  async #fetch() {
    if (this.#running) {
      this.#again = true;
      return;
    }
    this.#running = true;
    try {
      const narrowed = new URLSearchParams(location.pathname.startsWith("/console/c/") ? "" : location.search);
      if (this.current) narrowed.set("current", this.current);
      const view = document.body.dataset.view || "inbox";
      this.#draw($("#rows", await page(`/console/inbox/${view}/rows?${narrowed}`)));
    } catch {
      setTimeout(() => this.refresh(), 2000);
    } finally {
      this.#running = false;
      if (this.#again) {
        this.#again = false;
        this.refresh();
      }
    }
  }

  #draw(fresh, force = false) {
    if (!fresh) return;
    const held = !force && this.section.matches(":hover");
    const wanted = $$("li.row", fresh);
    const there = new Map($$("li.row", this.root).map((row) => [row.dataset.id, row]));
    const focused = document.activeElement?.closest?.("li.row")?.dataset.id;
    const within = document.activeElement?.matches?.(".pick") ? ".pick" : "a";
    const kept = new Set(wanted.map((row) => row.dataset.id));
    let next = null;
    for (const [id, row] of there) {
      if (kept.has(id)) continue;
      if (id === focused) next = row.nextElementSibling || row.previousElementSibling;
      row.remove();
      this.#waiting.delete(id);
    }
    for (const row of wanted) {
      const node = document.adoptNode(row);
      this.#show(node);
      const old = there.get(node.dataset.id);
      if (old) {
        $(".pick", node).checked = $(".pick", old).checked;
        old.replaceWith(node);
      } else if (held) {
        this.#waiting.add(node.dataset.id);
        this.root.append(node);
      }
      if (!held) this.root.append(node);
    }
    if (!held) this.#waiting.clear();
    this.root.dataset.size = fresh.dataset.size;
    this.mark();
    const again = focused && $(`li.row[data-id="${CSS.escape(focused)}"] ${within}`, this.root);
    if (again) again.focus({ preventScroll: true });
    else if (next?.isConnected) $("a", next).focus({ preventScroll: true });
    this.#news();
    const nothing = $("#nothing");
    if (nothing) nothing.hidden = kept.size > 0;
    this.fresh = this.ids().filter((id) => !this.#known.has(id));
    for (const id of this.fresh) this.#known.add(id);
    this.onRows?.(this.fresh);
  }

  #news() {
    const count = this.#waiting.size;
    const bar = $("#news");
    bar.hidden = count === 0;
    bar.textContent = `${count} new ${count === 1 ? "conversation" : "conversations"} – show`;
  }

  async #showNews() {
    const view = document.body.dataset.view || "inbox";
    const current = this.current ? `?current=${encodeURIComponent(this.current)}` : "";
    this.#draw($("#rows", await page(`/console/inbox/${view}/rows${current}`)), true);
    this.section.scrollTo({ top: 0 });
    $("a", this.root)?.focus();
  }

  /** The row beside the current one or the focused one; `by` is 1 or -1. */
  beside(by) {
    const rows = $$("li.row", this.root);
    const focused = document.activeElement?.closest?.("li.row");
    const here = focused ? rows.indexOf(focused) : rows.findIndex((row) => row.dataset.id === this.current);
    return rows[Math.max(0, Math.min(rows.length - 1, here + by))] || null;
  }
}
