// The panel's frame of header, views and composer, and which of them shows.
import { button, h, iconButton } from "./dom.js";
import { t } from "./phrases.js";
import { statusLine } from "./view.js";

/** Changes what is said only where it changes, so that nothing is read out twice. @param {HTMLElement} node @param {string} words */
function write(node, words) {
  if (node.textContent !== words) node.textContent = words;
}

export class Shell {
  /** What is known about the wait. */ outlook = "";
  /** @type {typeof import("./inside.js").keepInside | undefined} */ keepInside;
  /** @type {HTMLElement | null} */ #page = null;
  #bannerTimer = 0;

  /** @param {{close: () => void, ticket: () => void, person: () => void, suggest: (text: string) => void,
   *   earlier: () => void, menu: [label: string, press: () => void, more?: object][]}} acts
   *  @param {import("./view.js").Log} log @param {import("./composer.js").Composer} composer */
  constructor(acts, log, composer) {
    this.composer = composer;
    this.log = log;
    this.status = h("p", { class: "status" });
    this.items = acts.menu.map(([label, press, more]) => button(label, () => { this.#menu(false); press(); }, more));
    this.menu = h("div", { class: "menu", id: "menu", hidden: true }, ...this.items);
    this.more = iconButton(t("More options"), "M5 12a.5.5 0 1 0 0-.1M12 12a.5.5 0 1 0 0-.1M19 12a.5.5 0 1 0 0-.1", () => this.#menu(Boolean(this.menu.hidden)), { "aria-expanded": "false", "aria-controls": "menu" });
    this.title = h("h1", { tabindex: "-1" }, t("Customer Support"));
    this.switch = button(t("Submit a Ticket"), () => {
      if (!this.#page) return acts.ticket();
      this.show(null);
      composer.input.focus();
    });
    this.person = button(t("Talk to a person"), acts.person);
    this.banner = h("p", { class: "banner", role: "status" });
    this.typing = h("p", { class: "typing", role: "status" });
    this.earlier = button(t("Show earlier messages"), acts.earlier, { class: "quiet" });
    this.fresh = button(t("New messages"), () => log.toEnd(), { class: "fresh", hidden: true });
    this.suggestions = h("div", { role: "group", class: "choices", "aria-label": t("Suggested replies") },
      ...[t("I forgot my password"), t("I did not receive the code"), t("My new password is rejected")].map((text) => button(text, () => acts.suggest(text), { class: "chip" })),
      button(t("Something else"), () => composer.input.focus(), { class: "chip" }));
    this.cards = h("div", { class: "cards" });
    log.scroller.append(
      h("div", { class: "hello" }, h("p", {}, t("Hello! How can we help you?")),
        h("p", { class: "small" }, t("We never ask for your password or verification code."))),
      this.earlier, log.node, this.suggestions, this.cards, this.typing);
    log.scroller.addEventListener("scroll", () => { if (log.isAtEnd) this.fresh.hidden = true; });
    this.chat = h("div", { class: "chat" }, log.scroller, this.fresh);
    this.main = h("main", {}, this.chat);
    document.body.append(
      h("header", {}, h("div", { class: "top" }, h("div", {}, this.title, this.status), this.more,
        iconButton(t("Close chat"), "M6 6l12 12M18 6L6 18", acts.close)), this.menu,
      h("div", { class: "bar" }, this.switch, this.person)), this.banner, this.main, h("footer", {}, composer.node));
    for (const kind of ["dragover", "drop", "paste"]) {
      document.addEventListener(kind, (/** @type {any} */ event) => {
        const { files, types } = event.dataTransfer ?? event.clipboardData;
        if (/plain/.test(types)) return; // words; a table comes with a picture of itself
        event.preventDefault();
        if (kind !== "dragover") (/** @type {any} */ (this.#page)?.tray ?? composer.tray)?.add(files);
      });
    }
    document.addEventListener("keydown", (event) => this.#key(event, acts.close));
  }

  get page() {
    return this.#page;
  }

  /** Another view in the chat's place; null brings the chat back. @param {HTMLElement | null} page */
  show(page) {
    this.#page?.remove();
    this.#page = page;
    this.chat.hidden = Boolean(page);
    this.composer.node.hidden = Boolean(page);
    this.switch.textContent = page ? t("Back to chat") : t("Submit a Ticket");
    if (page) {
      this.main.append(page);
      /** @type {HTMLElement | null} */ (page.querySelector("h2"))?.focus();
    } else this.log.toEnd();
  }

  /** @param {import("./thread.js").Thread} thread @param {import("./outbox.js").Entry[]} entries */
  draw(thread, entries) {
    const { handledBy, typing, agent, messages, isAll } = thread;
    const wasAtEnd = this.log.isAtEnd;
    if (!this.log.draw(thread, entries)) this.fresh.hidden = false;
    const who = typing === "agent" ? agent ?? t("Customer Support") : typing && t("Assistant");
    write(this.typing, who ? t("{name} is typing…", { name: who }) : "");
    write(this.status, [statusLine(thread), this.outlook].filter(Boolean).join(" · ").replace(". ·", "."));
    this.suggestions.hidden = messages.length > 0 || entries.length > 0;
    this.earlier.hidden = isAll;
    this.person.hidden = /^(agent|queue)$/.test(handledBy);
    if (wasAtEnd) this.log.toEnd();
  }

  /** @param {string} state of the connection */
  connection(state) {
    clearTimeout(this.#bannerTimer);
    if (state === "online") return this.banner.textContent && this.say(t("Connected."), 2000);
    if (state === "idle") return this.say("");
    const isOff = !navigator.onLine;
    this.#bannerTimer = setTimeout(() => this.say(isOff ? t("You are offline. Messages will be sent when you reconnect.")
      : t("Reconnecting… your messages are kept.")), isOff ? 0 : 2000);
  }

  /** @param {string} sentence @param {number} [forMs] */
  say(sentence, forMs) {
    clearTimeout(this.#bannerTimer);
    write(this.banner, sentence);
    if (forMs) this.#bannerTimer = setTimeout(() => this.say(""), forMs);
  }

  /** @param {boolean} isOpen */
  #menu(isOpen) {
    this.menu.hidden = !isOpen;
    this.more.ariaExpanded = `${isOpen}`;
    if (isOpen) this.items[0].focus();
  }

  /** Esc steps back once. @param {KeyboardEvent} event @param {() => void} close */
  #key(event, close) {
    if (event.key === "Escape") {
      event.preventDefault();
      if (this.menu.hidden) return close();
      this.#menu(false);
      this.more.focus();
    }
    if (event.key === "Tab" && document.body.classList.contains("full")) this.keepInside?.(event);
  }
}
