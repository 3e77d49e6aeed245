// The staff socket: hello, then frames for ever. A lost connection comes back by itself, sooner when the laptop wakes.

const FIRST_MS = 400;
const MOST_MS = 20_000;
const SLEPT_MS = 30_000;
const SILENT_MS = 25_000; // the server says something every ten seconds
const LOOK_MS = 5000;

export class Wire {
  #hello;
  #socket = null;
  #tries = 0;
  #timer = 0;
  #handlers = new Map();
  #hiddenAt = 0;
  #opened = false;
  #heardAt = 0;
  isOver = false; // the session has ended

  constructor(hello) {
    this.#hello = hello;
    this.lastAt = new Date();
  }

  on(type, act) {
    this.#handlers.set(type, [...(this.#handlers.get(type) || []), act]);
    return this;
  }

  start() {
    document.addEventListener("visibilitychange", () => this.#onVisible());
    addEventListener("online", () => this.#connect(true));
    addEventListener("pageshow", (event) => event.persisted && this.#connect(true));
    addEventListener("offline", () => this.#emit("status", this.#status()));
    setInterval(() => this.#socket.readyState <= WebSocket.OPEN && Date.now() - this.#heardAt > SILENT_MS && this.#connect(true), LOOK_MS);
    this.#connect();
  }

  send(frame) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  get live() {
    return this.#opened && this.#socket?.readyState === WebSocket.OPEN;
  }

  #connect(anew = false) {
    clearTimeout(this.#timer);
    if (this.#socket && this.#socket.readyState <= WebSocket.OPEN) {
      if (!anew) return;
      this.#socket.onclose = this.#socket.onmessage = null;
      this.#socket.close();
      this.#emit("status", this.#status());
    }
    this.#opened = false;
    this.#heardAt = Date.now();
    const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/staff`);
    this.#socket = socket;
    socket.onopen = () => socket.send(JSON.stringify({ type: "hello", ...this.#hello() }));
    socket.onmessage = (event) => this.#receive(JSON.parse(event.data));
    socket.onclose = (event) => this.#closed(event.code);
  }

  #receive(frame) {
    this.lastAt = new Date();
    this.#heardAt = Date.now();
    if (frame.type === "welcome") {
      this.#tries = 0;
      this.#opened = true;
      this.#emit("status", { text: "Live", on: true });
    }
    if (frame.type === "restart") setTimeout(() => this.#connect(true), frame.after_ms);
    this.#emit(frame.type, frame);
  }

  #closed(code) {
    this.#opened = false;
    if (code === 4401) {
      this.isOver = true;
      location.reload(); // the sign-in, and from there back to this page
      return;
    }
    this.#emit("status", this.#status());
    const most = Math.min(MOST_MS, FIRST_MS * 2 ** this.#tries);
    this.#tries += 1;
    this.#timer = setTimeout(() => this.#connect(), most / 2 + Math.random() * most / 2);
  }

  #status() {
    const at = this.lastAt.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    return { text: navigator.onLine && this.#tries < 4 ? "Reconnecting…" : `Offline. Data from ${at}`, on: false };
  }

  #onVisible() {
    if (document.hidden) this.#hiddenAt = Date.now();
    else if (!this.live || Date.now() - this.#hiddenAt > SLEPT_MS) this.#connect(true);
  }

  #emit(type, value) {
    for (const act of this.#handlers.get(type) || []) act(value);
  }
}
