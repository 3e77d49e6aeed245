// The conversation without its looks: the thread as the server tells it, and what is still to be told to the server.
import { Courier } from "./courier.js";
import { extras } from "./later.js";
import { drop, newId, post, refuse, unsent } from "./outbox.js";
import { keep, recall, wipe } from "./store.js";
import { joinTabs, leaveLead, takeLead, tellTabs } from "./tabs.js";
import { emptyThread, lastSeq, receive } from "./thread.js";
import { Transport } from "./transport.js";

const sleepMs = 30_000;
const doubtMs = 90_000;
const renewMs = 5000;

/** @typedef {{changed: () => void, arrived: (message: any) => void, sent: (frame: any) => void, failed: (error: any, isOfMessage: boolean) => void,
 *   refused: (frame: any, sentence: string) => boolean, moved: (state: string) => void, ticketed: (frame: any) => void,
 *   expired: () => void, seenElsewhere: (seq: number) => void, gone: () => void, isInUse: () => boolean}} Hooks */

export class Conversation {
  thread = emptyThread();
  connection = "idle";
  /** @type {string | null} */ identity;
  #hooks;
  #typingTimer = 0;
  #clock = 0;
  #tickedAt = 0;
  #hasAsked = false;
  #renewed = () => {};

  /** @param {string} locale @param {string | null} identity a JWT of the site @param {Hooks} hooks */
  constructor(locale, identity, hooks) {
    this.identity = identity;
    this.#hooks = hooks;
    this.transport = new Transport({
      url: location.origin.replace(/^http/, "ws") + "/ws/visitor",
      ready: () => (this.identity ? this.#renewal(this.identity).catch(() => {}) : null),
      hello: () => ({ type: "hello", token: recall("token"), after: lastSeq(this.thread), identity: this.identity, locale }),
      poll: async () => (await extras()).PollSocket,
      receive: (frame) => this.#hear(frame),
      moved: (state) => this.#moved(state),
    });
    this.courier = new Courier({
      send: (frame) => this.transport.send(frame),
      silent: () => this.transport.refresh(),
      changed: () => hooks.changed(),
      refused: (entry, sentence) => hooks.refused(entry.frame, sentence),
    });
    joinTabs((news) => {
      if (news.gone) this.#end();
      if (news.seen) hooks.seenElsewhere(news.seen);
      this.courier.pump();
    }, () => this.courier.pump());
    addEventListener("online", () => this.transport.refresh());
    addEventListener("offline", () => hooks.moved("offline"));
    // A page that the browser keeps for the way back must hold no socket and no lock.
    addEventListener("pagehide", () => {
      if (this.connection !== "idle") this.transport.close();
      leaveLead();
    });
    addEventListener("pageshow", (event) => { if (event.persisted && recall("token")) this.open(); });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.doubt(60_000);
      hooks.changed();
    });
  }

  open() {
    takeLead(this.#hooks.isInUse());
    this.transport.open();
    this.#tickedAt = Date.now();
    this.#clock ||= setInterval(() => this.#tick(), 5000);
  }

  /** The visitor is here and wants it to work: no waiting for the next try. @param {number} silence ms after which a socket is not trusted */
  doubt(silence) {
    if (this.connection === "waiting" || (this.connection === "online" && this.transport.silence > silence)) this.transport.refresh();
  }

  #tick() {
    const slept = Date.now() - this.#tickedAt > sleepMs;
    this.#tickedAt = Date.now();
    if (this.connection === "idle") return;
    if (slept || this.#hooks.isInUse()) this.doubt(slept ? 0 : doubtMs);
    this.#hooks.changed();
  }

  /** Kept until the server has it. @param {any} frame @param {string} [label] what the log shows meanwhile @returns {string} its key */
  act(frame, label) {
    const { key } = post(frame.type === "feedback" ? frame : { client_id: newId(), ...frame }, label);
    takeLead(true);
    tellTabs({ out: true });
    this.courier.pump();
    return key;
  }

  /** @param {string} text @param {any[]} files that the server has */
  say(text, files) {
    return this.act({ type: "say", text, files: files.map(({ id }) => id) }, text || files.map(({ name }) => name).join(", "));
  }

  /** @param {string} key of what was refused @param {boolean} isAgain else it is dropped */
  settle(key, isAgain) {
    const entry = unsent().find((one) => one.key === key);
    if (entry) isAgain ? refuse(entry, "") : drop(entry);
    this.courier.pump();
  }

  whisper() {
    if (/^(agent|queue)$/.test(this.thread.handledBy)) this.transport.send({ type: "typing" });
  }

  /** Who was vouched for must not become a stranger in silence: the site is asked for a fresh token, and given a moment. */
  async #renewal(/** @type {string} */ jwt) {
    this.#hasAsked = (await extras()).isEnding(jwt);
    if (!this.#hasAsked) return;
    this.#hooks.expired();
    await new Promise((resolve) => {
      this.#renewed = () => resolve(0);
      setTimeout(resolve, renewMs);
    });
  }

  /** The server did not believe it. */
  #disproved() {
    this.identity = null;
    if (!this.#hasAsked) this.#hooks.expired();
    this.#hasAsked = true;
  }

  /** @param {string | null} identity */
  identify(identity) {
    this.identity = identity;
    this.#renewed();
    if (identity && this.connection === "online") this.transport.send({ type: "identify", identity });
  }

  /** Leaves nothing on this device. */
  forget() {
    this.transport.send({ type: "forget" });
    tellTabs({ gone: true });
    this.#end();
  }

  #end() {
    this.transport.close();
    wipe();
    this.thread = emptyThread();
    this.identity = null;
    this.#hooks.gone();
  }

  #startOver() {
    keep("token", null);
    this.thread = emptyThread();
    this.transport.refresh();
  }

  /** @param {string} state */
  #moved(state) {
    this.connection = state;
    this.#hooks.moved(state);
    this.courier.online(state === "online");
  }

  /** @param {any} frame */
  #hear(frame) {
    const before = this.thread;
    this.thread = receive(before, frame);
    if (frame.type === "welcome" && frame.token) keep("token", frame.token);
    if (this.courier.confirm(frame)) this.#hooks.sent(frame);
    if (frame.type === "message" && this.thread !== before) this.#hooks.arrived(frame);
    if (frame.type === "typing") {
      clearTimeout(this.#typingTimer);
      this.#typingTimer = setTimeout(() => this.#hear({ type: "quiet" }), 5000);
    }
    if (frame.type === "state" && frame.ticket && frame.ticket !== before.ticket) this.#hooks.ticketed(frame);
    if (frame.code === 4401 || frame.code === "unknown_visitor") return this.#startOver();
    if (frame.code === "reset") return this.transport.refresh();
    if (/^identity:/.test(frame.detail)) this.#disproved();
    frame.detail = frame.detail?.replace(/^\w+: /, ""); // which field it is, the sentence says too
    if (frame.type === "error") this.#hooks.failed(frame, this.courier.fault(frame));
    this.#hooks.changed();
  }
}
