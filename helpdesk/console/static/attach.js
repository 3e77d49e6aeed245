// Files of a reply: sent first, kept by the server with the draft, shown as chips, named by the reply that takes them.

import { $, $$, el, post, sentence, toast } from "./dom.js";

const MOST = 5;
const LARGEST = 10 << 20; // bytes

export class Attach {
  #kept = [];

  constructor() {
    this.onLate = () => {};
    for (const kind of ["dragover", "drop"]) document.addEventListener(kind, (event) => this.#over(event));
    document.addEventListener("paste", (event) => this.#given(event, event.clipboardData));
  }

  /** A file that is let go beside the box must not replace the page. */
  #over(event) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    if (event.type === "drop") this.#given(event, event.dataTransfer);
  }

  /** Files by mouse or clipboard while a reply is written: a note takes none, and words that come with a picture of them are words. */
  #given(event, { files, types }) {
    if (!files.length || types.includes("text/plain") || !this.input?.isConnected || $("#panel-reply").hidden) return;
    event.preventDefault();
    this.#add([...files]);
  }

  /** Take the chips that stand on the page: what was attached before, here or on another computer. */
  mount(conversation) {
    this.conversation = conversation;
    this.input = $("#attach");
    this.chips = $("#chips");
    this.#kept = $$("[data-file]", this.chips || document.createElement("p")).map((chip) => ({ id: chip.dataset.file, name: chip.textContent }));
    if (!this.input) return;
    this.input.closest("[hidden]")?.removeAttribute("hidden");
    this.input.addEventListener("change", () => this.#add([...this.input.files]));
    this.#draw();
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
    const ids = new Set(files.map((file) => file.id));
    this.#kept = [...files, ...this.#kept.filter((file) => !ids.has(file.id))].slice(0, MOST);
    this.#draw();
  }

  async #add(files) {
    const conversation = this.conversation;
    this.input.value = "";
    this.#say("");
    if (files.length > MOST - this.#kept.length) this.#say(`At most ${MOST} files go with one message.`);
    for (const file of files.slice(0, MOST - this.#kept.length)) {
      if (file.size > LARGEST) {
        this.#say("That file is larger than 10 MB. Send a smaller one.");
        continue;
      }
      const body = new FormData();
      body.set("file", file);
      const headers = { Accept: "application/json", "X-CSRF-Token": document.body.dataset.csrf };
      const answer = await fetch(`/console/files/${conversation}`, { method: "POST", body, headers }).catch(() => null);
      const kept = answer ? await answer.json().catch(() => ({})) : {};
      this.#added(conversation, answer?.ok ? kept : null, answer ? sentence({ body: kept }) : "You are offline. Try again in a moment.");
    }
  }

  /** The agent may be in another conversation by now: the file stays with the one that it was chosen for. */
  #added(conversation, file, problem) {
    const isHere = conversation === this.conversation;
    if (!isHere) this.onLate(conversation);
    if (isHere && file) this.#kept.push(file);
    if (isHere) this.#draw();
    if (file && !isHere) toast(`${file.name} waits with the draft of its conversation.`);
    if (!file && !isHere) toast(problem);
    if (!file && isHere) this.#say(problem);
  }

  #say(text) {
    $("#reply-error").textContent = text;
    $("#reply-error").hidden = !text;
  }

  #remove(file) {
    this.#kept = this.#kept.filter((one) => one !== file);
    this.#draw();
    this.input.focus();
    post(`/console/c/${this.conversation}/draft`, { kind: "reply", files: this.#kept.map((one) => one.id).join(",") }, true).catch(() => null);
  }

  #draw() {
    this.chips?.replaceChildren(...this.#kept.map((file) => {
      const away = el("button", { type: "button", class: "plain", "aria-label": `Remove ${file.name}` }, "×");
      away.addEventListener("click", () => this.#remove(file));
      return el("li", {}, el("span", { title: file.name }, file.name), away);
    }));
  }
}
