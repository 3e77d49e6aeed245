// The views beside the chat. Their code comes when the panel is open.
import { extras } from "./later.js";
import { t } from "./phrases.js";
import { keep, recall } from "./store.js";

export class Pages {
  #card = "";
  #waitsSince = 0;
  #looked = "";
  /** @type {any} */ #ticket;
  #files = "";
  /** @type {((sentence: string) => void) | undefined} */ #fault;
  #shell;
  #talk;
  #emit;

  /** @param {import("./shell.js").Shell} shell @param {import("./conversation.js").Conversation} talk @param {(name: string, detail: unknown) => void} emit */
  constructor(shell, talk, emit) {
    this.#shell = shell;
    this.#talk = talk;
    this.#emit = emit;
  }

  /** Who sends a file, and where to. */
  #sender = () => ({ Authorization: "Visitor " + recall("token"), "X-Conversation": this.#talk.thread.conversation });

  /** Fetches what the views need, and gives the composer its files. @param {number} [resendAt] when this browser's code may be sent again, in ms */
  async warm(resendAt) {
    const { composer, cards } = this.#shell;
    try {
      const more = await extras();
      if (composer.tray) return;
      this.#shell.keepInside = more.keepInside;
      if (resendAt) cards.before(more.countdown(resendAt));
      composer.take(new more.FileTray(this.#sender, (sentence) => composer.say(sentence)), more);
    } catch { /* at the next open */ }
  }

  /** @param {{subject?: string}} [wish] */
  async ticket(wish = {}) {
    const { FileTray, TicketForm } = await extras();
    this.#ticket ??= new TicketForm({
      send: (ticket, files) => {
        this.#talk.act({ type: "handover", to: "ticket", ...ticket }, ticket.text);
        this.#files = files.length ? this.#talk.say("", files) : "";
      },
      read: (slug, title) => this.article(slug, title),
    }, (say) => new FileTray(this.#sender, say));
    this.#shell.show(this.#ticket.node);
    this.#ticket.show({ ...wish, text: this.#shell.composer.input.value });
  }

  /** @param {any} frame the state that has the reference */
  ticketed(frame) {
    this.#ticket?.succeed(frame.ticket, frame.ticket_url);
  }

  /** @param {any} frame @param {string} sentence @returns {boolean} whether the form shows it, so that the log need not */
  refused(frame, sentence) {
    if (frame.to === "ticket") {
      this.#ticket?.refuse(sentence);
      this.#talk.settle(this.#files, false); // its files wait for a ticket that will be
    }
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
    this.#shell.show((await extras()).transcriptPage(this.#talk, (fault) => { this.#fault = fault; }));
  }

  /** @param {string} sentence @returns {boolean} whether a form that waits for its answer shows it */
  fault(sentence) {
    const show = this.#fault;
    this.#fault = undefined;
    show?.(sentence);
    return Boolean(show);
  }

  /** Asks what is known about the wait: when one begins, then once a minute. */
  async #look() {
    const { handledBy, agents } = this.#talk.thread;
    const mark = agents + handledBy + Math.floor(Date.now() / 60_000);
    if (mark === this.#looked) return;
    this.#looked = mark;
    if (/awaybot|queue/.test(mark)) (await extras()).outlook(this.#talk, this.#shell);
    else this.#shell.outlook = "";
  }

  /** Asks for an address where nobody comes, and for a mark at the end. */
  async cards() {
    const { conversation, handledBy, agents } = this.#talk.thread;
    if (conversation && handledBy !== "closed") keep("rated", null); // each end is asked about
    this.#look();
    this.#waitsSince = handledBy === "queue" ? this.#waitsSince || Date.now() : 0;
    const isSlow = this.#waitsSince && (agents === "away" || Date.now() - this.#waitsSince > 60_000) && !recall("email");
    const kind = handledBy === "closed" ? "closed" : isSlow ? "email" : "";
    if (kind === this.#card || (this.#card === "email" && handledBy === "queue")) return;
    this.#card = kind;
    const place = this.#shell.cards;
    if (!kind) return place.replaceChildren();
    place.replaceChildren(...(await extras()).cardsFor(kind, this.#talk, this.#emit));
    this.#shell.log.toEnd();
  }
}
