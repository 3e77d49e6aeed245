// A server that keeps the contract's promise, on a line that does not.

export class FakeServer {
  texts = [];
  #known = new Map();
  #answers = [];
  #isUp = true;
  #hangs = false;

  take(frame) {
    if (!this.#isUp) return false;
    if (this.#hangs && Math.random() < 0.5) return true; // lost on the way
    if (Math.random() < 0.1) {
      this.#answers.push({ type: "error", code: "unavailable", client_id: frame.client_id, retry_after_ms: 1 });
      return true;
    }
    if (!this.#known.has(frame.client_id)) {
      this.texts.push(frame.text);
      this.#known.set(frame.client_id, this.texts.length);
    }
    this.#answers.push({ type: "message", client_id: frame.client_id, seq: this.#known.get(frame.client_id) });
    return true;
  }

  /** What arrives now; each may come twice. */
  speak() {
    if (!this.#isUp || this.#hangs) return [];
    return this.#answers.splice(0).flatMap((frame) => (Math.random() < 0.2 ? [frame, frame] : [frame]));
  }

  cut() {
    this.#isUp = false;
    this.#answers = []; // receipts on their way are lost
  }

  mend() {
    this.#isUp = true;
    this.#hangs = false;
  }

  hang() {
    this.#hangs = true;
  }
}
