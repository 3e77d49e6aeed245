// The rows of the list as nodes: put in place, taken away, marked; the focus and the ticks stay where they are.

import { $, $$ } from "./dom.js";

export class Rows {
  #lookers = new Map();

  /** `current()` is the id of the open conversation, or nothing. */
  constructor(root, current) {
    this.root = root;
    this.current = current;
  }

  ids() {
    return $$("li.row", this.root).map((row) => row.dataset.id);
  }

  row(id) {
    return $(`li.row[data-id="${CSS.escape(id)}"]`, this.root);
  }

  /** The server's row in our page; in the place of an older one, if there is one. */
  adopt(row) {
    const node = document.adoptNode(row);
    const old = this.row(node.dataset.id);
    this.#show(node);
    if (!old) return node;
    const within = old.contains(document.activeElement) && (document.activeElement.matches(".pick") ? ".pick" : "a");
    $(".pick", node).checked = $(".pick", old).checked;
    old.replaceWith(node);
    if (within) $(within, node).focus({ preventScroll: true });
    return node;
  }

  remove(id) {
    const row = this.row(id);
    const next = row?.contains(document.activeElement) && (row.nextElementSibling || row.previousElementSibling);
    row?.remove();
    if (next) $("a", next).focus({ preventScroll: true });
  }

  last(node) {
    if (node === this.root.lastElementChild) return;
    const focused = node.contains(document.activeElement) && document.activeElement;
    this.root.append(node);
    if (focused) focused.focus({ preventScroll: true });
  }

  /** The open conversation is marked, and no other. */
  mark() {
    for (const row of $$("li.row", this.root)) {
      const is = row.dataset.id === this.current();
      row.classList.toggle("is-current", is);
      if (is) $("a", row).setAttribute("aria-current", "page");
      else $("a", row).removeAttribute("aria-current");
      this.#show(row);
    }
  }

  /** Who looks at a conversation of the list or writes there. */
  presence(frame) {
    this.#lookers.set(frame.conversation, frame.agents.map((one) => `${one.name} is ${one.doing}`).join(", "));
    const row = this.row(frame.conversation);
    if (row) this.#show(row);
  }

  #show(row) {
    const isOpen = row.dataset.id === this.current(); // there the head of the conversation says it
    const [shown, text] = [$(".watching", row), isOpen ? "" : this.#lookers.get(row.dataset.id) || ""];
    shown.hidden = !text;
    if (shown.textContent !== text) shown.textContent = text;
  }
}
