// What was read and what was not: told to the server, to the other tabs and to the button.
import { t } from "./phrases.js";
import { keep, recall } from "./store.js";
import { tellTabs } from "./tabs.js";
import { lastSeq } from "./thread.js";

export class Reading {
  #told = 0;
  #seen = 0;
  #conversation = "";
  #tellHost;

  /** @param {(message: object) => void} tellHost */
  constructor(tellHost) {
    this.#tellHost = tellHost;
  }

  /** @param {number} seq */
  upTo(seq) {
    this.#seen = Math.max(this.#seen, seq);
  }

  /** @param {import("./thread.js").Thread} thread @param {boolean} isRead whether the visitor has it before their eyes @param {(frame: object) => boolean} send */
  update(thread, isRead, send) {
    const { conversation, messages } = thread;
    if (conversation !== this.#conversation) {
      this.#conversation = conversation;
      const mark = recall("read");
      this.#seen = conversation && mark?.conversation === conversation ? mark.seq : 0;
    }
    if (conversation && !thread.isLive) return;
    const last = lastSeq(thread) ?? 0;
    if (isRead && last > this.#seen && send({ type: "seen", seq: last })) {
      this.#seen = last;
      keep("read", { conversation, seq: last });
      tellTabs({ seen: last });
    }
    const missed = isRead ? [] : messages.filter(({ seq, author }) => seq > this.#seen && /^(agent|bot)$/.test(author));
    const count = missed.length;
    if (count === this.#told) return;
    this.#told = count;
    const name = missed.at(-1)?.author === "bot" ? t("Assistant") : missed.at(-1)?.name;
    this.#tellHost({ type: "unread", count, text: !count ? "" : count === 1 ? t("1 unread message from {name}", { name }) : t("{n} unread messages", { n: count }) });
  }
}
