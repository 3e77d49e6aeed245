// The composer: reply or private note, drafts kept by the server, sent once, stopped when a colleague was faster.

import { $, post, sentence, toast } from "./dom.js";
import { Drafts, unshelved } from "./drafts.js";
import { Outgoing } from "./outgoing.js";

const TYPING_MS = 2000;
const HELD_MS = 5000;

export class Composer {
  #typedAt = 0;
  #out;
  #beganAfter = null; // the newest message when the reply was begun: what a colleague says later stops it

  constructor(wire, thread, macros, attach) {
    this.wire = wire;
    this.thread = thread;
    this.macros = macros;
    this.attach = attach;
    this.drafts = new Drafts(wire, () => ({ base: this.base, reply: this.area("reply").value, note: this.area("note").value }));
    this.#out = new Outgoing(() => wire.live, (item, answer) => this.#giveBack(item, answer));
    addEventListener("pagehide", () => this.leave());
  }

  /** Take the composer that stands on the page, if there is one. */
  mount() {
    this.root = $(".composer");
    this.base = this.root ? `/console/c/${this.root.dataset.conversation}` : "";
    this.#beganAfter = null;
    if (!this.root) return;
    this.boxes = { reply: $("#box-reply"), note: $("#box-note") };
    this.tabs = { reply: $("#tab-reply"), note: $("#tab-note") };
    this.macros.mount(this.thread.id);
    this.attach.mount(this.thread.id);
    for (const kind of ["reply", "note"]) this.#wireUp(kind);
    $("#send-anyway").addEventListener("click", () => this.#anyway());
    $("#discard").addEventListener("click", () => this.#discard());
    for (const one of this.thread.waiting()) this.#out.hold({ ...one, kind: "reply", base: this.base }, HELD_MS);
    for (const [kind, text] of Object.entries(unshelved(this.base))) {
      this.area(kind).value = text;
      this.drafts.keep(kind);
    }
    this.show("reply");
  }

  /** The page or the conversation is left: what was typed in the last second is kept, what waits can be taken back. */
  leave() {
    this.drafts.leave();
    for (const item of this.#out.heldOf(this.base)) toast("Your reply goes out in a moment.", { label: "Undo", run: () => this.#out.undo(item) });
  }

  get canUndo() {
    return this.#out.canUndo;
  }

  undo() {
    this.#out.undo();
  }

  flush() {
    this.#out.flush();
  }

  show(kind, focus = false) {
    for (const one of ["reply", "note"]) {
      this.boxes[one].parentElement.hidden = one !== kind;
      this.tabs[one].setAttribute("aria-selected", String(one === kind));
      this.tabs[one].tabIndex = one === kind ? 0 : -1;
    }
    this.kind = kind;
    if (focus) this.area(kind).focus();
  }

  area(kind = this.kind) {
    return $("textarea", this.boxes[kind]);
  }

  insert(text) {
    const area = this.area();
    area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
    area.focus();
    area.dispatchEvent(new Event("input"));
  }

  #wireUp(kind) {
    const area = this.area(kind);
    this.tabs[kind].addEventListener("click", () => this.show(kind, true));
    this.tabs[kind].addEventListener("keydown", (event) => {
      if (event.key !== "ArrowRight" && event.key !== "ArrowLeft") return;
      event.preventDefault();
      this.show(kind === "reply" ? "note" : "reply");
      this.tabs[this.kind].focus();
    });
    this.boxes[kind].addEventListener("submit", (event) => {
      event.preventDefault();
      this.send(kind, event.submitter?.value === "resolve");
    });
    area.addEventListener("keydown", (event) => {
      if (kind === "reply" && this.macros.onKey(event)) return;
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        this.send(kind, event.shiftKey && kind === "reply");
      }
    });
    area.addEventListener("input", () => {
      this.#error(kind, "");
      if (kind === "reply") {
        this.#beganAfter = area.value ? this.#beganAfter ?? this.thread.last : null;
        this.macros.onInput(area);
      }
      this.#typing(kind);
      this.drafts.keep(kind);
    });
  }

  #typing(kind) {
    if (kind !== "reply" || Date.now() - this.#typedAt < TYPING_MS || !this.area(kind).value) return;
    this.#typedAt = Date.now();
    this.wire.send({ type: "typing", conversation: this.thread.id });
  }

  send(kind, resolve = false) {
    const area = this.area(kind);
    const text = area.value;
    const files = kind === "reply" ? this.attach.take() : [];
    if (!text.trim() && !files.length) return area.focus();
    const client = $("[name=client_id]", this.boxes[kind]);
    const item = { kind, text, id: client.value, after: this.#beganAfter ?? this.thread.last, resolve, files, base: this.base, saving: this.drafts.saving };
    client.value = (kind === "note" ? "n-" : "") + crypto.randomUUID();
    this.drafts.forget(kind);
    area.value = "";
    if (kind === "reply") this.#beganAfter = null;
    this.#error(kind, "");
    $("#collision").hidden = true;
    item.bubble = this.thread.pending(item.id, kind, text, document.body.dataset.agent);
    this.#out.push(item);
  }

  /** The words come back into their box: nothing that was typed is lost. No answer: they were taken back. */
  #giveBack(item, answer) {
    if (item.base !== this.base) {
      if (answer) post(`${item.base}/draft`, { kind: item.kind, text: item.text }).catch(() => null);
      toast(`${answer ? sentence(answer) : "Taken back."} It is a draft in its conversation.`);
      return;
    }
    const area = this.area(item.kind);
    area.value = area.value ? `${item.text}\n${area.value}` : item.text;
    this.attach.giveBack(item.files);
    this.drafts.keep(item.kind);
    if (item.kind === "reply" && answer?.status !== 409) this.#beganAfter = item.after;
    if (answer?.status === 409) {
      this.held = item;
      $("#collision span").textContent = sentence(answer);
      $("#collision").hidden = false;
      $("#send-anyway").focus();
    } else if (answer?.status === 401) {
      toast("You are signed out. Your text is kept as a draft.");
    } else {
      this.#error(item.kind, answer ? sentence(answer) : "");
      area.focus();
    }
  }

  #anyway() {
    $("#collision").hidden = true;
    this.thread.last = Math.max(this.thread.last, Number(this.thread.log.dataset.last));
    this.send("reply", this.held?.resolve);
  }

  #discard() {
    $("#collision").hidden = true;
    this.area("reply").value = "";
    this.drafts.keep("reply");
    this.area("reply").focus();
  }

  #error(kind, text) {
    const shown = $(`#${kind}-error`);
    shown.textContent = text;
    shown.hidden = !text;
    this.area(kind).toggleAttribute("aria-invalid", Boolean(text));
  }
}
