// Files of a reply: sent first, shown as chips, named by the reply that they go out with.

import { $, el, sentence } from "./dom.js";

const MOST = 5;

export class Attach {
  #kept = [];

  mount(conversation) {
    this.conversation = conversation;
    this.#kept = [];
    this.input = $("#attach");
    this.chips = $("#chips");
    if (!this.input) return;
    this.input.closest("[hidden]")?.removeAttribute("hidden");
    this.input.addEventListener("change", () => this.#add([...this.input.files]));
  }

  /** What goes out now; the chips are gone afterwards. */
  take() {
    const taken = this.#kept;
    this.#kept = [];
    this.#draw();
    return taken;
  }

  /** The reply was refused: its files are there again. */
  giveBack(files) {
    this.#kept = [...files, ...this.#kept].slice(0, MOST);
    this.#draw();
  }

  async #add(files) {
    this.input.value = "";
    for (const file of files.slice(0, MOST - this.#kept.length)) {
      const body = new FormData();
      body.set("file", file);
      const headers = { Accept: "application/json", "X-CSRF-Token": document.body.dataset.csrf };
      const answer = await fetch(`/console/files/${this.conversation}`, { method: "POST", body, headers }).catch(() => null);
      const kept = answer ? await answer.json().catch(() => ({})) : {};
      if (answer?.ok) this.#kept.push(kept);
      else this.#say(answer ? sentence({ body: kept }) : "You are offline. Try again in a moment.");
    }
    this.#draw();
  }

  #say(text) {
    $("#reply-error").textContent = text;
    $("#reply-error").hidden = false;
  }

  #draw() {
    this.chips?.replaceChildren(...this.#kept.map((file) => {
      const away = el("button", { type: "button", class: "plain", "aria-label": `Remove ${file.name}` }, "×");
      away.addEventListener("click", () => {
        this.#kept = this.#kept.filter((one) => one !== file);
        this.#draw();
        this.input.focus();
      });
      return el("li", {}, file.name, " ", away);
    }));
  }
}
