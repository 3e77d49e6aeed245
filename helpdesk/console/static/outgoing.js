// What was written goes out: one after the other, tried again until the server has it, held for second thoughts.

import { post, sentence, toast } from "./dom.js";

const AGAIN_MS = 3000;

export class Outgoing {
  #queue = [];
  #held = [];
  #running = false;

  /** `isLive()`: whether the echo will come by itself; `giveBack(item, answer)`: its words return to the writer. */
  constructor(isLive, giveBack) {
    this.isLive = isLive;
    this.giveBack = giveBack;
    addEventListener("beforeunload", (event) => this.#queue.length && event.preventDefault());
  }

  push(item) {
    this.#queue.push(item);
    this.flush();
  }

  get canUndo() {
    return this.#held.length > 0;
  }

  /** What of this conversation may still be taken back. */
  heldOf(base) {
    return this.#held.filter((item) => item.base === base);
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
    await item.saving;
    const fields = { client_id: item.id, text: item.text };
    if (item.kind === "reply") fields.hold = "yes";
    if (item.kind === "reply" && item.after !== null) fields.after = item.after;
    if (item.files.length) fields.files = item.files.map((file) => file.id).join(",");
    if (item.resolve) fields.then = "resolve";
    const answer = await post(`${item.base}/${item.kind}`, fields).catch(() => ({ status: 503, ok: false, body: {} }));
    if (answer.ok) {
      if (answer.body.held) this.hold(item, answer.body.for_s * 1000);
      else if (!this.isLive()) item.bubble.failed("Sent");
      return true;
    }
    if (answer.status >= 500 || answer.status === 429) {
      item.bubble.failed("Not sent yet. Trying again…");
      setTimeout(() => this.flush(), AGAIN_MS);
      return false;
    }
    item.bubble.drop();
    this.giveBack(answer.status === 422 ? item : this.#withNext(item), answer);
    return true;
  }

  /** What was written after one that was stopped is stopped as well: their words come back together, in their order. */
  #withNext(item) {
    const [, ...next] = this.#queue.filter((one) => one.base === item.base && one.kind === item.kind);
    this.#queue = this.#queue.filter((one) => !next.includes(one));
    for (const one of next) one.bubble.drop();
    const all = [item, ...next];
    const text = all.map((one) => one.text).join("\n");
    return { ...item, text, files: all.flatMap((one) => one.files), resolve: all.some((one) => one.resolve) };
  }

  /** The server has it and lets it go when the time is over: sooner by us, else by itself. */
  hold(item, wait_ms) {
    if (this.#held.some((one) => one.id === item.id)) return;
    this.#held.push(item);
    item.bubble.held(() => this.undo(item));
    item.timer = setTimeout(() => this.#release(item), wait_ms);
  }

  async undo(item = this.#held.at(-1)) {
    if (!this.#end(item)) return;
    const answer = await post(`${item.base}/take-back`, { client_id: item.id }).catch(() => null);
    if (!answer?.ok) {
      item.bubble.failed("Sending…");
      toast(answer ? sentence(answer) : "You are offline: it could not be taken back.");
      return;
    }
    item.bubble.drop();
    this.giveBack(item, null);
  }

  async #release(item) {
    if (!this.#end(item)) return;
    item.bubble.failed("Sending…");
    const answer = await post(`${item.base}/release`, { client_id: item.id }).catch(() => null);
    if (answer?.ok && !this.isLive()) item.bubble.failed("Sent");
    if (!answer || answer.ok || answer.status >= 500) return;
    item.bubble.drop();
    this.giveBack(item, answer);
  }

  #end(item) {
    const at = this.#held.indexOf(item);
    if (at < 0) return false;
    clearTimeout(item.timer);
    this.#held.splice(at, 1);
    return true;
  }
}
