// The views beside the chat. Their code comes when the panel is open.
import { button, h } from "./dom.js";
import { t } from "./phrases.js";
import { recall } from "./store.js";

/** @returns {Promise<typeof import("./extras.js")>} */
const extras = () => import(document.documentElement.dataset.extras ?? "");

export class Pages {
  #card = "";
  #waitsSince = 0;
  /** @type {any} */ #ticket;
  #shell;
  #talk;
  #emit;

  /** @param {import("./shell.js").Shell} shell @param {import("./conversation.js").Conversation} talk @param {(name: string, detail: unknown) => void} emit */
  constructor(shell, talk, emit) {
    this.#shell = shell;
    this.#talk = talk;
    this.#emit = emit;
  }

  /** Fetches what the views need, and gives the composer its files. */
  async warm() {
    const { composer } = this.#shell;
    try {
      const { FileTray } = await extras();
      if (!composer.tray) composer.take(new FileTray(() => recall("token"), (sentence) => composer.say(sentence)));
    } catch { /* at the next open */ }
  }

  /** @param {{subject?: string}} [wish] */
  async ticket(wish = {}) {
    const { TicketForm } = await extras();
    this.#ticket ??= new TicketForm({
      send: (ticket) => this.#talk.act({ type: "handover", to: "ticket", ...ticket }, ticket.text),
      read: (slug, title) => this.article(slug, title),
    });
    this.#shell.show(this.#ticket.node);
    this.#ticket.show({ ...wish, text: this.#shell.composer.input.value });
  }

  /** @param {any} frame the state that has the reference */
  ticketed(frame) {
    this.#ticket?.succeed(frame.ticket, frame.ticket_url);
  }

  /** @param {any} frame @param {string} sentence @returns {boolean} whether the form shows it, so that the log need not */
  refused(frame, sentence) {
    if (frame.to === "ticket") this.#ticket?.refuse(sentence);
    return frame.to === "ticket" && Boolean(this.#ticket);
  }

  /** @param {string} slug @param {string} title */
  async article(slug, title) {
    this.#shell.show(await (await extras()).readArticle(slug, title));
  }

  async rules() {
    this.#shell.show((await extras()).ruleChecker());
  }

  async download() {
    (await extras()).download(this.#talk.thread.messages);
  }

  async transcript() {
    const { emailCard } = await extras();
    this.#shell.show(h("section", { class: "page" }, h("h2", { tabindex: "-1" }, t("Email conversation")),
      emailCard(t("We send you what was said here."), t("Send"), t("The conversation is on its way to you."),
        (email) => this.#talk.transport.send({ type: "transcript", email }))));
  }

  /** Asks for an address where nobody comes, and for a mark at the end. */
  async cards() {
    const { handledBy, agents } = this.#talk.thread;
    this.#waitsSince = handledBy === "queue" ? this.#waitsSince || Date.now() : 0;
    const isSlow = this.#waitsSince && (agents === "away" || Date.now() - this.#waitsSince > 60_000) && !recall("email");
    const kind = handledBy === "closed" ? "closed" : isSlow ? "email" : "";
    if (kind === this.#card) return;
    this.#card = kind;
    const place = this.#shell.cards;
    if (!kind) return recall("email") || place.replaceChildren();
    const { emailCard, rating } = await extras();
    place.replaceChildren(...(kind === "email"
      ? [emailCard(t("Leave your email"), t("Save"), t("Thank you. We will write to you."), (email) => this.#talk.act({ type: "contact", email }))]
      : [rating((score, text) => {
        this.#talk.transport.send({ type: "rate", score, text });
        this.#emit("csat", { score });
      }), button(t("Start a new conversation"), () => this.#talk.transport.send({ type: "new" }), { class: "quiet" })]));
    this.#shell.log.toEnd();
  }
}
