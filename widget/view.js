// thread → DOM: the log, what the header says, and what may be done now.
import { h } from "./dom.js";
import { drawMessage, setAsks, setContent, setMark } from "./message.js";
import { dayName, t } from "./phrases.js";

/** @typedef {import("./thread.js").Thread} Thread */
/** @typedef {import("./outbox.js").Entry} Entry */

/** @param {Thread} thread @returns {string} who is there, in one line */
export function statusLine({ handledBy, agents, agent, position, ticket }) {
  if (handledBy === "agent" && agent) return t("You are talking with {agent}", { agent });
  if (handledBy === "ticket" && ticket) return t("Ticket {ticket}: we reply by email", { ticket });
  if (handledBy === "closed") return t("This conversation was closed.");
  if (agents === "away") return t("We are away now. Leave a message, we reply by email.");
  if (handledBy !== "queue") return t("We usually reply in a few minutes");
  return position ? t("You are number {position} in the queue", { position }) : t("A person will be with you soon");
}

/** What makes it worth drawing anew. @param {any} message */
const contentOf = ({ text, files = [] }) => text + files.map((/** @type {any} */ { id }) => id);

export class Log {
  /** @type {Map<string, HTMLElement>} */ #nodes = new Map();
  #acts;
  #conversation = "";
  #contents = new WeakMap();
  #rests = -1;

  /** @param {import("./message.js").Acts} acts */
  constructor(acts) {
    this.#acts = acts;
    this.node = h("div", { role: "log", "aria-label": t("Conversation"), "aria-relevant": "additions", tabindex: "0", part: "log", class: "log" });
    // The log grows at its end; what is read further up stays where it is.
    this.scroller = h("div", { class: "scroll" });
  }

  get isAtEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < 60 || scrollTop === this.#rests;
  }

  /** To the newest message: its end, or its beginning when it is an answer too long to be seen whole. */
  toEnd() {
    const { scroller } = this;
    const newest = /** @type {HTMLElement} */ (this.node.lastElementChild ?? scroller.firstElementChild);
    scroller.scrollTop = scroller.scrollHeight;
    const hidden = scroller.getBoundingClientRect().top + 8 - newest.getBoundingClientRect().top;
    if (hidden > 0) scroller.scrollTop -= hidden;
    this.#rests = scroller.scrollTop;
  }

  /** @param {Thread} thread @param {Entry[]} entries not yet confirmed @returns {boolean} whether what is new can be seen */
  draw(thread, entries) {
    if (this.#conversation !== thread.conversation) {
      this.#conversation = thread.conversation;
      this.#nodes.clear();
      this.node.replaceChildren();
    }
    const wasAtEnd = this.isAtEnd;
    const count = this.node.childElementCount;
    this.node.ariaBusy = `${!thread.isLive}`; // history is not read out
    const isBots = thread.handledBy === "bot" || thread.handledBy === "queue";
    const lastSaid = thread.messages.findLast(({ author, choices }) => author === "bot" || author === "agent" || choices?.length);
    const offered = lastSaid?.choices?.filter(({ id }) => thread.handledBy === "bot" || (isBots && id === "ticket")) ?? [];
    const lastAsking = thread.messages.findLast((message) => message.asks_feedback);
    const lastOwn = thread.messages.findLast((message) => message.author === "visitor");
    const drawn = new Set();
    let before = "";
    let place = this.node.firstElementChild;
    const put = (/** @type {string} */ key, /** @type {any} */ message) => {
      let node = this.#nodes.get(key);
      if (!node) this.#nodes.set(key, (node = drawMessage(message, this.#acts)));
      else if (this.#contents.get(node) !== contentOf(message)) setContent(node, message);
      this.#contents.set(node, contentOf(message));
      const day = dayName(message.at);
      if (day !== before) node.setAttribute("data-day", day);
      else node.removeAttribute("data-day");
      before = day;
      drawn.add(key);
      if (node === place) place = node.nextElementSibling;
      else this.node.insertBefore(node, place);
      return node;
    };
    for (const message of thread.messages) {
      const node = put(message.client_id ?? `s${message.seq}`, message);
      if (message.author === "visitor") setMark(node, message === lastOwn ? (thread.seen >= message.seq ? t("Seen") : t("Sent")) : "");
      else setAsks(node, message, message === lastSaid ? offered : [], isBots && message === lastAsking, this.#acts);
    }
    for (const entry of entries) {
      if (!entry.label || thread.messages.some((message) => message.client_id === entry.frame.client_id)) continue;
      const node = put(entry.frame.client_id, { author: "visitor", name: "", text: entry.label, at: new Date(entry.at).toISOString() });
      setMark(node, t("Sending"), entry, this.#acts);
    }
    for (const [key, node] of this.#nodes) {
      if (drawn.has(key)) continue;
      node.remove();
      this.#nodes.delete(key);
    }
    const isMore = this.node.childElementCount > count && thread.isLive;
    if (wasAtEnd) this.toEnd();
    return wasAtEnd || !isMore;
  }
}
