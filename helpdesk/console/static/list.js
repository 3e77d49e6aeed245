// The list of conversations, drawn by the server's own partial: a row that changed is fetched and put in its place at
// once, the order is set right a moment later. Rows never move under the pointer: while it rests on the list, new ones
// go to the end and a button sorts them in.

import { $, $$, page, released } from "./dom.js";
import { Rows } from "./rows.js";

const ORDER_MS = 700;
const MOST_AT_ONCE = 3;

export class List {
  #waiting = new Set();
  #known = new Set();
  #running = false;
  #again = false;
  #soon = 0;
  #fetching = 0;
  #asked = 0;
  #drawn = new Map();
  #current;

  /** `current()` is the id of the open conversation, or nothing. */
  constructor(current) {
    this.root = $("#rows");
    this.#current = current;
    this.onChange = () => {};
    if (!this.root) return;
    this.rows = new Rows(this.root, current);
    this.#known = new Set(this.ids());
    this.section = this.root.closest(".list");
    this.section.addEventListener("pointerleave", () => this.#waiting.size && this.refresh());
    $("#news")?.addEventListener("click", () => this.#showNews());
  }

  get current() {
    return this.#current();
  }

  ids() {
    return this.rows.ids();
  }

  focus(id) {
    $("a", this.rows.row(id) || this.root)?.focus({ preventScroll: true });
  }

  presence(frame) {
    this.rows?.presence(frame);
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
    if (!this.root || (!frame.row && !frame.gone)) return;
    if (frame.gone) {
      this.#drawn.set(frame.gone, this.#asked + 1);
      this.#remove(frame.gone);
    }
    else this.#one(frame.row.conversation);
    this.#soon ||= setTimeout(() => { this.#soon = 0; this.refresh(); }, ORDER_MS);
  }

  refresh() {
    if (!this.root) return;
    this.#fetch();
  }

  async #one(id) {
    const isFull = Number(this.root.dataset.size) > this.ids().length;
    if (this.#fetching >= MOST_AT_ONCE || (isFull && !this.rows.row(id))) return;
    this.#fetching += 1;
    const { asked, fresh } = await this.#page(id).catch(() => ({}));
    this.#fetching -= 1;
    const made = fresh && $("li.row", fresh);
    if (!made || this.#isOld(id, asked)) return;
    const isNew = !this.rows.row(id);
    const node = this.rows.adopt(made);
    if (!isNew) return;
    if (this.section.matches(":hover")) this.#waiting.add(id);
    this.rows.last(node);
    this.#say();
  }

  /** Whether a later answer stands there already: on a busy machine they overtake each other. */
  #isOld(id, asked) {
    if (asked < this.#drawn.get(id)) return true;
    this.#drawn.set(id, asked);
    return false;
  }

  #remove(id) {
    this.rows.remove(id);
    this.#waiting.delete(id);
    this.#say();
  }

  async #fetch() {
    if (this.#running) {
      this.#again = true;
      return;
    }
    this.#running = true;
    try {
      this.#draw(await this.#page());
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

  /** Once nobody presses on a row: the page, and which of those that were asked for. */
  async #page(id = "") {
    const asked = (this.#asked += 1);
    const narrowed = new URLSearchParams(location.pathname.startsWith("/console/c/") ? "" : location.search);
    if (this.current) narrowed.set("current", this.current);
    if (id) narrowed.set("conversation", id);
    const fresh = await page(`/console/inbox/${document.body.dataset.view || "inbox"}/rows?${narrowed}`);
    await released();
    return { asked, fresh };
  }

  /** The whole list as the server has it now. */
  #draw({ asked, fresh: whole }, force = false) {
    const fresh = $("#rows", whole);
    if (!fresh) return;
    const held = !force && this.section.matches(":hover");
    const wanted = $$("li.row", fresh);
    const kept = new Set(wanted.map((row) => row.dataset.id));
    for (const id of this.ids().filter((id) => !kept.has(id))) this.#remove(id);
    for (const row of wanted) {
      const isNew = !this.rows.row(row.dataset.id);
      const node = this.#isOld(row.dataset.id, asked) ? this.rows.row(row.dataset.id) : this.rows.adopt(row);
      if (!node) continue;
      if (held && isNew) this.#waiting.add(node.dataset.id);
      if (isNew || !held) this.rows.last(node);
    }
    if (!held) this.#waiting.clear();
    this.root.dataset.size = fresh.dataset.size;
    this.rows.mark();
    this.#say();
  }

  /** What the list says about itself, and who wants to know of new ones. */
  #say() {
    const count = this.#waiting.size;
    const bar = $("#news");
    bar.hidden = count === 0;
    bar.textContent = `${count} new ${count === 1 ? "conversation" : "conversations"} – show`;
    const nothing = $("#nothing");
    if (nothing) nothing.hidden = this.ids().length > 0;
    const fresh = this.ids().filter((id) => !this.#known.has(id));
    for (const id of fresh) this.#known.add(id);
    if (fresh.length) this.onRows?.(fresh);
  }

  async #showNews() {
    this.#draw(await this.#page(), true);
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

  /** The id of the row after the current one, or before it where it is the last; "" where it is alone or not listed. */
  neighbour() {
    const rows = $$("li.row", this.root).map((row) => row.dataset.id);
    const here = rows.indexOf(this.current);
    return (here >= 0 && (rows[here + 1] || rows[here - 1])) || "";
  }

  /** Put the focus on a row. */
  focus(id) {
    $(`li.row[data-id="${CSS.escape(id)}"] a`, this.root)?.focus();
  }
}
