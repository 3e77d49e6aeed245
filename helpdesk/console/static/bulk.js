// Several conversations at once: ticked rows, a toolbar, what was done in words, and ten seconds to take it back.

import { $, $$, post, sentence, toast } from "./dom.js";

const UNDO_MS = 10_000;

export class Bulk {
  #done = { undo: "", at: 0 };
  #last = "";
  #whole = false;

  constructor(list) {
    this.list = list;
    this.bar = $("#bulk");
    if (!this.bar) return;
    list.root.addEventListener("change", (event) => event.target.matches(".pick") && this.#changed(event.target.value));
    this.bar.addEventListener("click", (event) => event.target.dataset.bulk && this.#act(event.target.dataset.bulk));
  }

  get picked() {
    return $$(".pick:checked", this.list.root).map((box) => box.value);
  }

  toggle() {
    const box = document.activeElement?.closest?.("li.row")?.querySelector(".pick");
    if (!box) return;
    box.checked = !box.checked;
    this.#changed(box.value);
  }

  range() {
    const boxes = $$(".pick", this.list.root);
    const from = boxes.findIndex((box) => box.value === this.#last);
    const to = boxes.findIndex((box) => box.closest("li") === document.activeElement?.closest?.("li.row"));
    if (from < 0 || to < 0) return;
    boxes.slice(Math.min(from, to), Math.max(from, to) + 1).forEach((box) => { box.checked = true; });
    this.#changed(boxes[to].value);
  }

  #changed(last) {
    this.#last = last;
    this.#whole = false;
    this.#say();
  }

  #say() {
    const [count, size] = [this.picked.length, Number(this.list.root.dataset.size)];
    this.bar.hidden = count === 0;
    $("#bulk-count").textContent = `${this.#whole ? size : count} selected`;
    const whole = $("[data-bulk=whole]", this.bar);
    whole.hidden = this.#whole || size <= count || count < this.list.ids().length;
    whole.textContent = `Select all ${size} in this view`;
  }

  #all() {
    $$(".pick", this.list.root).forEach((box) => { box.checked = true; });
    this.#changed(this.#last);
  }

  #clear() {
    $$(".pick:checked", this.list.root).forEach((box) => { box.checked = false; });
    this.#changed("");
    $("#rows a")?.focus();
  }

  async #act(act) {
    if (act === "none") return this.#clear();
    if (act === "all") return this.#all();
    if (act === "whole") {
      this.#whole = true;
      return this.#say();
    }
    const fields = { act, ...(this.#whole ? this.#view() : { ids: this.picked.join(",") }) };
    if (act === "tag") {
      fields.tag = prompt("Which tag?") || "";
      if (!fields.tag) return null;
    }
    const answer = await post("/console/bulk", fields).catch(() => null);
    if (!answer?.ok) return toast(answer ? sentence(answer) : "You are offline. Try again in a moment.");
    this.#clear();
    this.list.refresh();
    this.#done = { undo: answer.body.undo, at: Date.now() };
    toast(answer.body.sentence, answer.body.undo && { label: "Undo", run: () => this.undo() });
    return null;
  }

  /** The whole view, as the address narrows it. */
  #view() {
    const asked = new URLSearchParams(location.pathname.startsWith("/console/c/") ? "" : location.search);
    const narrowed = ["status", "priority", "tag"].map((name) => [`only_${name}`, asked.get(name) || ""]);
    return { view: document.body.dataset.view || "inbox", ...Object.fromEntries(narrowed) };
  }

  get canUndo() {
    return Boolean(this.#done.undo) && Date.now() - this.#done.at < UNDO_MS;
  }

  async undo() {
    const answer = await post("/console/bulk/undo", { undo: this.#done.undo }).catch(() => null);
    this.#done = { undo: "", at: 0 };
    toast(answer?.ok ? answer.body.sentence : "It is too late to take this back.");
    this.list.refresh();
  }
}
