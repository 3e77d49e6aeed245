// The open conversation: what the server drew goes on live, message by message, each once and in order.

import { $, $$, el, localise, localTime, words } from "./dom.js";

const TYPING_MS = 5000;

export class Thread {
  #typing = new Map();
  #seenSent = 0;

  constructor(wire) {
    this.wire = wire;
    this.onState = () => {};
    document.addEventListener("visibilitychange", () => this.read());
    this.mount();
  }

  /** Take the conversation that stands on the page; whether there is one. */
  mount() {
    this.main = $("main[data-conversation]");
    this.id = this.main?.dataset.conversation || "";
    this.name = this.main?.dataset.name || "";
    this.log = $("#log");
    for (const timer of this.#typing.values()) clearTimeout(timer);
    this.#typing.clear();
    this.#seenSent = 0;
    if (!this.log) return false;
    this.last = Number(this.log.dataset.last);
    this.lastNote = Number(this.log.dataset.note);
    this.#divide(Number(this.log.dataset.seen));
    localise(this.log);
    $$("[data-redact]", this.log).forEach((button) => { button.hidden = false; });
    this.#bottom();
    this.log.addEventListener("scroll", () => this.read(), { passive: true });
    return true;
  }

  follow() {
    if (this.id) this.wire.send({ type: "follow", conversation: this.id, after: this.last, after_note: this.lastNote });
  }

  take(frame) {
    if (frame.conversation !== this.id || !this.log) return;
    const near = this.#near();
    if (frame.type === "message") this.#message(frame);
    else if (frame.type === "note") this.#note(frame);
    else if (frame.type === "typing") this.#showTyping(frame);
    else if (frame.type === "seen" && frame.by === "visitor") this.#seen(frame.seq);
    else if (frame.type === "changed") $(`[data-seq="${Number(frame.seq)}"] .text`, this.log)?.replaceChildren(...words(frame.text));
    else if (frame.type === "feedback") this.#helpful(frame);
    else if (frame.type === "presence") this.#presence(frame.agents);
    else if (frame.type === "state") this.onState(frame);
    else if (frame.code === "reset") this.#afresh();
    if (near) this.#bottom();
    this.read();
  }

  /** A bubble before the server has it; it is replaced by the echo with the same client id. */
  pending(clientId, kind, text, author) {
    const bubble = this.#bubble({ author: "agent", text, client_id: clientId, at: new Date().toISOString(), files: [] }, author);
    if (kind === "note") bubble.classList.replace("agent", "note");
    bubble.classList.add("sending");
    bubble.append(el("p", { class: "fate" }, "Sending…"));
    this.log.append(bubble);
    this.#bottom();
    return {
      failed: (text) => { bubble.classList.add("failed"); $(".fate", bubble).textContent = text; },
      again: () => { bubble.classList.remove("failed"); $(".fate", bubble).textContent = "Sending…"; },
      held: (undo) => hold(bubble, undo),
      drop: () => bubble.remove(),
    };
  }

  /** Replies that still wait on the server, as it drew them. */
  waiting() {
    return $$("[data-held]", this.log || document.createElement("p")).map((bubble) => ({
      id: bubble.dataset.client,
      text: $(".text", bubble).textContent,
      files: JSON.parse(bubble.dataset.held),
      bubble: { held: (undo) => hold(bubble, undo), drop: () => bubble.remove(), failed: (text) => { $(".fate", bubble).textContent = text; } },
    }));
  }

  read() {
    if (!this.log || document.hidden || !this.#near() || this.last <= this.#seenSent) return;
    if (this.wire.live && this.wire.send({ type: "seen", conversation: this.id, seq: this.last })) this.#seenSent = this.last;
  }

  /** The server has fewer messages than stand here; all that it has come next. */
  #afresh() {
    $$("[data-seq]", this.log).forEach((shown) => shown.remove());
    this.last = this.#seenSent = 0;
  }

  #message(frame) {
    if (frame.seq <= this.last && $(`[data-seq="${frame.seq}"]`, this.log)) return;
    this.last = Math.max(this.last, frame.seq);
    if (frame.client_id) $(`[data-client="${CSS.escape(frame.client_id)}"].sending`, this.log)?.remove();
    const author = frame.author === "visitor" ? this.name : frame.name;
    const shown = frame.author === "system"
      ? el("div", { class: "msg system", "data-seq": frame.seq }, el("span", { class: "text" }, frame.text), " ", stamp(frame.at))
      : this.#bubble(frame, author);
    this.#place(shown);
    if (frame.author !== "system") this.#stopTyping(author);
  }

  #bubble(frame, author) {
    const shown = el("div", { class: `msg ${frame.author}`, "data-seq": frame.seq ?? null, "data-client": frame.client_id || "" },
      el("p", { class: "who" }, el("b", { class: "author" }, `${author}:`), " ", stamp(frame.at)),
      el("div", { class: "text" }, ...words(frame.text, frame.author === "bot")));
    if (frame.seq && frame.author !== "bot") $(".who", shown).append(" ", el("button", { type: "button", class: "plain tiny", "data-redact": true }, "Remove words"));
    for (const file of frame.files || []) shown.append(el("p", { class: "file" }, el("a", { href: file.url }, file.name)));
    if (frame.article) shown.append(el("p", { class: "source" }, "Article: ", el("a", { href: frame.article.url, target: "_blank", rel: "noopener" }, frame.article.title)));
    if (frame.choices?.length) shown.append(el("p", { class: "source" }, `Offered: ${frame.choices.map((one) => one.label).join(" · ")}`));
    shown.append(el("p", { class: "helpful", hidden: frame.helpful === null || frame.helpful === undefined }, "Did this answer the question? ", el("b", {}, frame.helpful ? "Yes" : "No")));
    return shown;
  }

  #note(frame) {
    if (frame.note <= this.lastNote) return;
    this.lastNote = frame.note;
    $(`[data-client="${CSS.escape(frame.client_id)}"].sending`, this.log)?.remove();
    this.#place(el("div", { class: "msg note", "data-note": frame.note, "data-client": frame.client_id },
      el("p", { class: "who" }, el("span", { class: "kind" }, "Private note"), " ", el("b", { class: "author" }, `${frame.name}:`), " ", stamp(frame.at)),
      el("div", { class: "text" }, ...words(frame.text))));
  }

  #place(shown) {
    const waiting = $(".sending", this.log);
    if (waiting) waiting.before(shown);
    else this.log.append(shown);
  }

  #helpful(frame) {
    const shown = $(`[data-seq="${Number(frame.seq)}"] .helpful`, this.log);
    if (!shown) return;
    shown.hidden = false;
    $("b", shown).textContent = frame.helpful ? "Yes" : "No";
  }

  #seen(seq) {
    const mine = $$(".msg.agent[data-seq]", this.log).filter((one) => Number(one.dataset.seq) <= seq).at(-1);
    $$(".fate.seen", this.log).forEach((one) => one.remove());
    mine?.append(el("p", { class: "fate seen" }, "Seen"));
  }

  #showTyping(frame) {
    const name = frame.author === "visitor" ? this.name : frame.name;
    clearTimeout(this.#typing.get(name));
    this.#typing.set(name, setTimeout(() => this.#stopTyping(name), TYPING_MS));
    this.#sayTyping();
  }

  #stopTyping(name) {
    clearTimeout(this.#typing.get(name));
    this.#typing.delete(name);
    this.#sayTyping();
  }

  #sayTyping() {
    const names = [...this.#typing.keys()];
    const text = names.length ? `${names.join(" and ")} ${names.length > 1 ? "are" : "is"} typing…` : "";
    if ($("#typing").textContent !== text) $("#typing").textContent = text;
  }

  #presence(agents) {
    $("#watching").textContent = agents.map((one) => `${one.name} is ${one.doing}`).join(", ");
  }

  #divide(seen) {
    const first = $$(".msg.visitor[data-seq]", this.log).find((one) => Number(one.dataset.seq) > seen);
    if (first && seen > 0) first.before(el("p", { class: "newline" }, "New messages"));
  }

  #near() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 120;
  }

  #bottom() {
    this.log.scrollTop = this.log.scrollHeight;
  }
}

function hold(bubble, undo) {
  const button = el("button", { type: "button", class: "small quiet" }, "Undo");
  button.addEventListener("click", undo);
  $(".fate", bubble).replaceChildren("Goes out in a moment. ", button);
}

const stamp = (at) => el("time", { datetime: at, title: new Date(at).toLocaleString() }, localTime(at));
