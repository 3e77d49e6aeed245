// The next conversation without a new page: fetched ahead, put in the place of the open one; the socket stays open.

import { $, page } from "./dom.js";

const FRESH_MS = 20_000;
const PARTS = ["#main", "#details", "#invite", "#redact"];
const place = () => location.pathname + location.search; // a jump within the page changes neither
const inPlace = (href) => /^\/console(\/c\/[^/]+|\/inbox\/\w+)?$/.test(new URL(href, location.href).pathname);

export class Pane {
  #ahead = new Map();
  #wanted = "";
  #shown = place();

  constructor({ list, composer, mount, title }) {
    this.title = title;
    this.list = list;
    this.composer = composer;
    this.mount = mount;
    if (!list.root) return;
    document.addEventListener("click", (event) => this.#onClick(event));
    for (const kind of ["pointerover", "focusin"]) {
      list.root.addEventListener(kind, (event) => { const link = event.target.closest("li.row a"); if (link) this.#fetch(link.href); });
    }
    addEventListener("popstate", () => place() !== this.#shown && this.#show(location.href));
    this.#neighbour();
  }

  open(href) {
    return this.#show(href, true);
  }

  /** This conversation has changed: what was fetched of it is old. */
  forget(id) {
    for (const href of this.#ahead.keys()) if (href.includes(id)) this.#ahead.delete(href);
  }

  #onClick(event) {
    const link = event.target.closest?.("li.row a, .thread-head .back");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (link.matches(".back") && !this.#isThisList(link.href)) return;
    event.preventDefault();
    this.open(link.href);
  }

  #isThisList(href) {
    const name = new URL(href).pathname.split("/")[3] || "inbox";
    return name === (document.body.dataset.view || "inbox");
  }

  #fetch(href) {
    const known = this.#ahead.get(href);
    if (known && Date.now() - known.at < FRESH_MS) return known.page;
    const found = Promise.resolve(this.composer.drafts.saving).then(() => page(href));
    found.catch(() => this.#ahead.delete(href));
    this.#ahead.set(href, { at: Date.now(), page: found });
    return found;
  }

  #neighbour() {
    const row = this.list.current && this.list.beside(1);
    if (row && row.dataset.id !== this.list.current) setTimeout(() => this.#fetch($("a", row).href), 150);
  }

  async #show(href, push = false) {
    if (!inPlace(href)) return location.assign(href);
    this.#wanted = href;
    this.composer.leave();
    if (this.list.current) this.forget(this.list.current); // its draft is newer than what was fetched before
    let fresh;
    try {
      fresh = await this.#fetch(href);
    } catch {
      return location.assign(href);
    }
    if (this.#wanted !== href) return null;
    this.#ahead.delete(href);
    const left = this.list.current;
    this.#put(fresh);
    if (push && new URL(href, location.href).href !== location.href) history.pushState(null, "", href);
    this.#shown = place();
    this.mount(left);
    this.list.rows.mark();
    if (this.list.current) $("#main").focus({ preventScroll: true });
    else this.list.focus(left);
    this.#neighbour();
    return null;
  }

  #put(fresh) {
    for (const part of PARTS) {
      const [old, made] = [$(part), $(part, fresh)];
      if (old && made) old.replaceWith(document.adoptNode(made));
      else if (made) $("#toasts").before(document.adoptNode(made));
      else old?.remove();
    }
    const wide = document.body.classList.contains("wide") ? " wide" : "";
    document.body.className = fresh.body.className + wide;
    document.body.dataset.at = fresh.body.dataset.at;
    this.title(fresh.title);
  }
}
