// The composer: reply or private note, drafts kept by the server, sent once, stopped when a colleague was faster.

import { $, post, sentence, toast } from "./dom.js";

const DRAFT_MS = 1000;
const TYPING_MS = 2000;
const AGAIN_MS = 3000;

export class Composer {
  #typedAt = 0;
  #timers = {};
  #queue = [];
  #running = false;

  constructor(wire, thread, macros) {
    this.wire = wire;
    this.thread = thread;
    this.root = $(".composer");
    if (!this.root) return;
    this.base = `/console/c/${this.root.dataset.conversation}`;
    this.boxes = { reply: $("#box-reply"), note: $("#box-note") };
    this.tabs = { reply: $("#tab-reply"), note: $("#tab-note") };
    for (const kind of ["reply", "note"]) this.#wireUp(kind, macros);
    $("#send-anyway").addEventListener("click", () => this.#anyway());
    $("#discard").addEventListener("click", () => this.#discard());
    this.show("reply");
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

  #wireUp(kind, macros) {
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
      if (kind === "reply" && macros?.onKey(event)) return;
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        this.send(kind, event.shiftKey && kind === "reply");
      }
    });
    area.addEventListener("input", () => {
      this.#error(kind, "");
      if (kind === "reply") macros?.onInput(area);
      this.#typing(kind);
      this.#keepDraft(kind);
    });
  }

  #typing(kind) {
    if (kind !== "reply" || Date.now() - this.#typedAt < TYPING_MS || !this.area(kind).value) return;
    this.#typedAt = Date.now();
    this.wire.send({ type: "typing", conversation: this.thread.id });
  }

  #keepDraft(kind) {
    clearTimeout(this.#timers[kind]);
    this.#timers[kind] = setTimeout(async () => {
      const text = this.area(kind).value;
      const answer = await post(`${this.base}/draft`, { kind, text }).catch(() => null);
      $("#saved").textContent = answer?.ok && text ? "Draft saved" : "";
    }, DRAFT_MS);
  }

  send(kind, resolve = false) {
    const area = this.area(kind);
    const text = area.value;
    const files = kind === "reply" ? this.attach?.take() || [] : [];
    if (!text.trim() && !files.length) {
      area.focus();
      return;
    }
    const client = $("[name=client_id]", this.boxes[kind]);
    const item = { kind, text, id: client.value, after: this.thread.last, resolve, files, base: this.base };
    client.value = (kind === "note" ? "n-" : "") + crypto.randomUUID();
    clearTimeout(this.#timers[kind]);
    area.value = "";
    this.#error(kind, "");
    $("#collision").hidden = true;
    item.bubble = this.thread.pending(item.id, kind, text, document.body.dataset.agent);
    this.#queue.push(item);
    this.flush();
  }

  /** One after the other, so that they arrive in the order in which they were written. */
  async flush() {
    if (this.#running) return;
    this.#running = true;
    try {
      while (this.#queue.length) {
        if (!(await this.#deliver(this.#queue[0]))) return;
        this.#queue.shift();
      }
    } finally {
      this.#running = false;
    }
  }

  async #deliver(item) {
    item.bubble.again();
    const fields = { client_id: item.id, text: item.text };
    if (item.kind === "reply" && item.after !== null) fields.after = item.after;
    if (item.files.length) fields.files = item.files.map((file) => file.id).join(",");
    if (item.resolve) fields.then = "resolve";
    let answer;
    try {
      answer = await post(`${item.base}/${item.kind}`, fields);
    } catch {
      answer = { status: 503, ok: false, body: {} };
    }
    if (answer.ok) {
      if (!this.wire.live) item.bubble.failed("Sent");
      return true;
    }
    if (answer.status >= 500 || answer.status === 429) {
      item.bubble.failed("Not sent yet. Trying again…");
      setTimeout(() => this.flush(), AGAIN_MS);
      return false;
    }
    item.bubble.drop();
    this.#giveBack(item, answer);
    return true;
  }

  /** The words come back into their box: nothing that was typed is lost. */
  #giveBack(item, answer) {
    const area = this.area(item.kind);
    area.value = area.value ? `${item.text}\n${area.value}` : item.text;
    this.attach?.giveBack(item.files);
    this.#keepDraft(item.kind);
    if (answer.status === 409) {
      this.held = item;
      $("#collision span").textContent = sentence(answer);
      $("#collision").hidden = false;
      $("#send-anyway").focus();
    } else if (answer.status === 401) {
      toast("You are signed out. Your text is kept as a draft.");
    } else {
      this.#error(item.kind, sentence(answer));
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
    this.#keepDraft("reply");
    this.area("reply").focus();
  }

  #error(kind, text) {
    const shown = $(`#${kind}-error`);
    shown.textContent = text;
    shown.hidden = !text;
    this.area(kind).toggleAttribute("aria-invalid", Boolean(text));
  }
}
