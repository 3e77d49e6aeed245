// Carries the outbox to the server: one entry at a time, in order, until each is confirmed.
import { drop, nextUnsent, refuse, settles, unsent } from "./outbox.js";
import { leads } from "./tabs.js";

const longestSilence = 10_000;

export class Courier {
  #inFlight = "";
  #timer = 0;
  #isOnline = false;
  #acts;

  /** @param {{send: (frame: object) => boolean, silent: () => void, changed: () => void, refused: (entry: import("./outbox.js").Entry, sentence: string) => boolean}} acts */
  constructor(acts) {
    this.#acts = acts;
  }

  /** @param {boolean} isOnline */
  online(isOnline) {
    this.#isOnline = isOnline;
    this.#inFlight = "";
    clearTimeout(this.#timer);
    this.pump();
  }

  pump() {
    this.#acts.changed();
    if (!this.#isOnline || this.#inFlight || !leads()) return;
    const entry = nextUnsent();
    if (!entry || !this.#acts.send(entry.frame)) return;
    this.#inFlight = entry.key;
    // No receipt: the socket may be dead without knowing it. A new one sends the same client_id again.
    this.#timer = setTimeout(this.#acts.silent, longestSilence);
  }

  /** A message, a confirmation or a state came. @param {any} frame @returns {import("./outbox.js").Entry | undefined} what it settled */
  confirm(frame) {
    const entry = settles(frame);
    if (entry) this.#settled(entry, () => drop(entry));
    return entry;
  }

  /** @param {any} frame an error @returns {boolean} whether it was about something in the outbox */
  fault({ client_id, code, detail, retry_after_ms }) {
    const entry = unsent().find((one) => (client_id ? one.frame.client_id === client_id : one.key === this.#inFlight && !one.frame.client_id));
    if (!entry) return false;
    const willPass = retry_after_ms || /^(?:too_fast|unavailable)$/.test(code);
    if (willPass) {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.online(this.#isOnline), retry_after_ms || 5_000);
    } else if (!["reset", "unknown_visitor"].includes(code)) {
      this.#settled(entry, () => (this.#acts.refused(entry, detail) ? drop(entry) : refuse(entry, detail)));
    }
    return true;
  }

  /** @param {import("./outbox.js").Entry} entry @param {() => void} settle */
  #settled(entry, settle) {
    settle();
    if (this.#inFlight === entry.key) {
      this.#inFlight = "";
      clearTimeout(this.#timer);
    }
    this.pump();
  }
}
