// The same frames where WebSockets are blocked: a request that the server holds until it has something to say.

const longestHold = 40_000;

export class PollSocket {
  readyState = 1;
  /** @type {(() => void) | undefined} */ onopen;
  /** @type {((event: {data: string}) => void) | undefined} */ onmessage;
  /** @type {((event: {code: number}) => void) | undefined} */ onclose;
  #token = "";
  #conversation = "";
  /** @type {string | null} */ #identity = null;
  /** @type {number | null} */ #after = null;
  /** @type {object[]} */ #frames = [];
  /** @type {AbortController | null} */ #held = null;
  #isAsking = false;

  /** @param {string} url that of the socket it stands in for */
  constructor(url) {
    this.url = url.replace(/^ws/, "http").replace("/ws/visitor", "/visitor/poll");
    queueMicrotask(() => this.onopen?.());
  }

  /** @param {string} text */
  send(text) {
    const frame = JSON.parse(text);
    if (frame.type === "hello") ({ token: this.#token, after: this.#after } = frame);
    if (frame.identity) this.#identity = frame.identity;
    this.#frames.push(frame);
    // A held request makes way for words, not for a whisper; what it would have brought comes with the next.
    if (!/^(typing|seen)$/.test(frame.type)) this.#held?.abort();
    if (!this.#isAsking) this.#ask();
  }

  close() {
    this.readyState = 3;
    this.#held?.abort();
  }

  async #ask() {
    this.#isAsking = true;
    while (this.readyState === 1) {
      const frames = this.#frames.splice(0);
      const held = (this.#held = new AbortController());
      const patience = setTimeout(() => held.abort(), longestHold);
      try {
        const answer = await fetch(this.url, {
          method: "POST",
          headers: { "Content-Type": "application/json", ...(this.#token ? { Authorization: "Visitor " + this.#token } : {}) },
          body: JSON.stringify({ after: this.#after, frames, identity: this.#identity }),
          signal: held.signal,
        });
        if (!answer.ok) return this.#end(answer.status === 401 ? 4401 : answer.status === 429 ? 4429 : 1011);
        for (const frame of (await answer.json()).frames) this.#hear(frame);
      } catch {
        if (!held.signal.aborted) return this.#end(1006);
      } finally {
        clearTimeout(patience);
      }
    }
  }

  /** @param {any} frame */
  #hear(frame) {
    if (this.readyState !== 1) return;
    if (frame.type === "closed") return this.#end(frame.code);
    if (frame.type === "welcome") {
      this.#token = frame.token ?? this.#token;
      if (this.#conversation && this.#conversation !== frame.conversation) this.#after = 0; // its numbers begin anew
      this.#conversation = frame.conversation;
    }
    if (frame.type === "message") this.#after = Math.max(this.#after ?? 0, frame.seq);
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  /** @param {number} code */
  #end(code) {
    if (this.readyState !== 1) return;
    this.readyState = 3;
    this.onclose?.({ code });
  }
}
