// The command palette and the list of macros: a text box that commands a list, by the combobox pattern.

import { $, $$, el } from "./dom.js";

/** Arrow keys, Enter and Escape over the options of `list`; `pick` is told the chosen one. */
class Options {
  constructor(input, list, pick) {
    this.input = input;
    this.list = list;
    this.pick = pick;
    this.items = [];
    this.at = 0;
    list.addEventListener("pointerdown", (event) => {
      const option = event.target.closest("li");
      if (!option) return;
      event.preventDefault();
      this.pick(this.items[$$("li", list).indexOf(option)]);
    });
  }

  show(items, draw) {
    this.items = items;
    this.at = 0;
    this.list.replaceChildren(...items.map((item, n) => {
      const option = draw(item);
      option.id = `${this.list.id}-${n}`;
      option.setAttribute("role", "option");
      return option;
    }));
    this.#mark();
  }

  onKey(event) {
    if (!this.items.length) return false;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const by = event.key === "ArrowDown" ? 1 : -1;
      this.at = (this.at + by + this.items.length) % this.items.length;
      this.#mark();
      return true;
    }
    if (event.key === "Enter" || event.key === "Tab") {
      if (event.key === "Tab" && event.shiftKey) return false;
      event.preventDefault();
      this.pick(this.items[this.at]);
      return true;
    }
    return false;
  }

  #mark() {
    $$("li", this.list).forEach((option, n) => option.setAttribute("aria-selected", String(n === this.at)));
    const chosen = this.list.children[this.at];
    if (chosen) this.input.setAttribute("aria-activedescendant", chosen.id);
    else this.input.removeAttribute("aria-activedescendant");
    chosen?.scrollIntoView({ block: "nearest" });
  }
}

export class Palette {
  constructor() {
    this.dialog = $("#palette");
    this.input = $("#palette-input");
    this.options = new Options(this.input, $("#palette-list"), (one) => this.#run(one));
    this.input.addEventListener("input", () => this.#narrow());
    this.input.addEventListener("keydown", (event) => this.options.onKey(event));
    this.commands = [];
  }

  open() {
    if ($("dialog[open]")) return;
    this.input.value = "";
    this.#narrow();
    this.dialog.showModal();
    this.input.focus();
  }

  #narrow() {
    const typed = this.input.value.trim().toLowerCase().split(/\s+/);
    const found = this.commands.filter((one) => one.key !== "Ctrl+k" && (!one.when || one.when()) && typed.every((word) => one.name.toLowerCase().includes(word)));
    this.options.show(found, (one) => el("li", {}, el("span", {}, one.name), one.key ? el("kbd", {}, one.key) : ""));
  }

  #run(command) {
    this.dialog.close();
    command?.run();
  }
}

/** `/` at the beginning of a word in the reply opens the macros; the chosen one is put in place of what was typed. */
export class Macros {
  #all = null;

  mount(conversation) {
    this.conversation = conversation;
    this.#all = null;
    this.list = $("#macros");
    this.area = $("#reply");
    if (!this.list) return;
    this.options = new Options(this.area, this.list, (one) => this.#put(one));
    this.area.setAttribute("aria-controls", "macros");
    this.area.addEventListener("blur", () => this.#close());
  }

  async onInput(area) {
    const before = area.value.slice(0, area.selectionStart);
    const typed = /(?:^|\s)\/([\w-]{0,40})$/.exec(before);
    if (!typed) return this.#close();
    this.start = before.length - typed[1].length - 1;
    this.#all ??= await fetch(`/console/c/${this.conversation}/macros`).then((answer) => (answer.ok ? answer.json() : { macros: [] })).then((body) => body.macros).catch(() => []);
    const word = typed[1].toLowerCase();
    const found = this.#all.filter((one) => one.name.toLowerCase().includes(word)).slice(0, 8);
    this.options.show(found, (one) => el("li", {}, el("b", {}, one.name), el("small", {}, one.text)));
    this.list.hidden = found.length === 0;
    return null;
  }

  onKey(event) {
    if (this.list.hidden) return false;
    if (event.key === "Escape") {
      event.preventDefault();
      this.#close();
      return true;
    }
    return this.options.onKey(event);
  }

  #put(one) {
    if (!one) return;
    this.area.setRangeText(one.text, this.start, this.area.selectionStart, "end");
    this.#close();
    this.area.focus();
    this.area.dispatchEvent(new Event("input"));
  }

  #close() {
    this.list.hidden = true;
    this.area.removeAttribute("aria-activedescendant");
  }
}
