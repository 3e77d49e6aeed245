// One way to the server that never gives up. Knows frames, not the DOM.

const longestWait = 30_000;
const quickTries = 2;

/** @param {number} tries @param {number} luck 0–1 @returns {number} ms; full jitter, so that a thousand panels do not come back at once */
export const backoff = (tries, luck) => luck * Math.min(longestWait, 500 * 2 ** tries);

export class Transport {
  /** @type {any} */ #socket = null;
  #tries = 0;
  #blocked = 0;
  #timer = 0;
  #isWanted = false;
  #heardAt = 0;
  #options;

  /** @param {{url: string, hello: () => object, receive: (frame: any) => void, moved: (state: string) => void,
   *   poll: () => Promise<any>, ready?: () => Promise<unknown> | null, Socket?: any, luck?: () => number}} options `moved` hears
   *   connecting, online, waiting and idle; `poll` fetches what stands in for a socket; `ready`: what to wait for before */
  constructor(options) {
    this.#options = { Socket: globalThis.WebSocket, luck: Math.random, ...options };
  }

  open() {
    this.#isWanted = true;
    if (!this.#socket) this.#connect();
  }

  close() {
    this.#isWanted = false;
    this.#leave();
    this.#options.moved("idle");
  }

  /** Forgets a socket that may be dead and makes a new one now. */
  refresh() {
    if (!this.#isWanted) return;
    this.#leave();
    this.#connect();
  }

  /** ms since the server last said anything */
  get silence() {
    return Date.now() - this.#heardAt;
  }

  /** @param {object} frame @returns {boolean} whether there is an open way to send it */
  send(frame) {
    const isOpen = this.#socket?.readyState === 1;
    if (isOpen) this.#socket.send(JSON.stringify(frame));
    return isOpen;
  }

  async #connect() {
    clearTimeout(this.#timer);
    const { url, hello, receive, moved, poll, ready } = this.#options;
    moved("connecting");
    // Where sockets die before they open, somebody on the way forbids them: the same frames go over plain requests.
    const isPolling = this.#blocked >= quickTries;
    const mine = (this.#socket = {});
    const wait = ready?.();
    if (wait) await wait;
    const Socket = isPolling ? await poll().catch(() => null) : this.#options.Socket;
    if (this.#socket !== mine) return;
    if (!Socket) {
      this.#blocked = 0;
      return this.#lost(0);
    }
    const socket = (this.#socket = new Socket(url));
    let isHeard = false;
    this.#heardAt = Date.now();
    this.#timer = setTimeout(() => socket === this.#socket && !isHeard && this.#lost(0), 10_000);
    socket.onopen = () => socket === this.#socket && this.send(hello());
    socket.onmessage = (/** @type {any} */ event) => {
      if (socket !== this.#socket) return;
      this.#heardAt = Date.now();
      const frame = JSON.parse(event.data);
      if (frame.type === "restart") return this.#lost(0, frame.after_ms * (1 + this.#options.luck()));
      if (!isHeard && frame.type === "welcome") {
        isHeard = true;
        this.#blocked = isPolling ? quickTries : 0;
        setTimeout(() => { if (socket === this.#socket) this.#tries = 0; }, 5_000);
        moved("online");
      }
      receive(frame);
    };
    socket.onclose = (/** @type {any} */ event) => {
      if (socket !== this.#socket) return;
      if (!isHeard) this.#blocked = isPolling ? 0 : this.#blocked + (event.code === 1006 ? 1 : 0);
      receive({ type: "closed", code: event.code });
      if (socket === this.#socket) this.#lost(event.code);
    };
  }

  /** @param {number} code of the close @param {number} [wait] ms */
  #lost(code, wait = backoff(this.#tries++, this.#options.luck())) {
    this.#leave();
    if (code === 4429 || code === 1008) wait += longestWait;
    this.#options.moved("waiting");
    if (this.#isWanted) this.#timer = setTimeout(() => this.#connect(), wait);
  }

  #leave() {
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close?.();
  }
}
