// Wires the parts; the only file that knows them all. Nothing is stored and no socket opened before the first open.
import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { connectHost } from "./host.js";
import { unsent } from "./outbox.js";
import { Pages } from "./pages.js";
import { phraseTable, speak, t } from "./phrases.js";
import { Reading } from "./reading.js";
import { Shell } from "./shell.js";
import { ding, isMuted, mute } from "./sound.js";
import { keep, recall } from "./store.js";
import { leads, takeLead } from "./tabs.js";
import { Log } from "./view.js";

const day = 864e5;

/** @param {any} init what the loader says first @param {(message: object) => void} tellHost */
async function startPanel(init, tellHost) {
  let isOpen = false;
  const resendAt = init.resend && Date.now() + init.resend * 1000; // our own page that waits for a code says for how long
  const isRead = () => isOpen && document.visibilityState === "visible";
  const emit = (/** @type {string} */ name, /** @type {unknown} */ detail) => tellHost({ type: "event", name, detail });
  const reading = new Reading(tellHost);

  const talk = new Conversation(init.locale, init.identity ?? null, {
    changed: draw,
    isInUse: isRead,
    arrived(message) {
      keep("active", Date.now());
      if (!talk.thread.isLive || message.author === "visitor") return;
      emit("message", { seq: message.seq, author: message.author });
      if (!isRead() && leads() && message.author !== "system") ding();
    },
    sent: (frame) => emit("message:sent", { seq: frame.seq }),
    failed(error, isOfMessage) {
      if (error.code === "too_fast") {
        shell.say(t("You are sending messages too fast. Try again in {n} seconds.", { n: Math.ceil((error.retry_after_ms ?? 10_000) / 1000) }), 5000);
      } else if (!isOfMessage && !pages.fault(error.detail)) shell.say(error.detail, 8000);
      emit("error", { code: error.code });
    },
    refused: (frame, sentence) => pages.refused(frame, sentence),
    moved(state) {
      shell.connection(state);
      emit("connection", state);
    },
    ticketed(frame) {
      pages.ticketed(frame);
      emit("ticket", { reference: frame.ticket });
    },
    expired: () => emit("identity", undefined),
    seenElsewhere: (seq) => reading.upTo(seq),
    gone() {
      composer.input.value = "";
      shell.show(null);
      draw();
    },
  });
  const act = (/** @type {any} */ frame, label = "") => shown(talk.act(frame, label));
  const say = (/** @type {string} */ text, /** @type {any[]} */ files = []) => shown(talk.say(text, files));
  const shown = (/** @type {unknown} */ _) => {
    log.toEnd();
    if (document.activeElement !== composer.input) log.node.focus({ preventScroll: true }); // what was pressed may be gone
  };
  const log = new Log({
    choose: (choice) => (choice.id === "ticket" ? pages.ticket() : act({ type: "choose", choice: choice.id }, choice.label)),
    feedback: (seq, helpful) => talk.act({ type: "feedback", seq, helpful }),
    settle: (key, isAgain) => talk.settle(key, isAgain),
  });
  const composer = new Composer({ typing: () => talk.whisper(), send: say });
  const end = () => {
    talk.forget();
    tellHost({ type: "close" });
  };
  const shell = new Shell({
    close: () => tellHost({ type: "close" }),
    person: () => act({ type: "handover", to: "agent" }),
    ticket: () => pages.ticket(),
    suggest: say,
    earlier: () => talk.transport.send({ type: "history", before: talk.thread.messages[0].seq }),
    menu: [
      [t("Check a password"), () => pages.rules()],
      [t("Download conversation"), () => pages.download()],
      [t("Email conversation"), () => pages.transcript()],
      [t("Mute sounds"), toggleMute, { "aria-pressed": `${isMuted()}` }],
      [t("End chat on this device"), end],
    ],
  }, log, composer);
  const pages = new Pages(shell, talk, emit);
  await new Promise((done) => { setTimeout(done); }); // half of the work in a task of its own: no page should stutter

  function toggleMute() {
    mute(!isMuted());
    shell.items[3].ariaPressed = `${isMuted()}`;
  }

  function draw() {
    shell.draw(talk.thread, unsent());
    pages.cards();
    reading.update(talk.thread, isRead(), (frame) => talk.transport.send(frame));
  }

  composer.input.addEventListener("focus", () => {
    takeLead(true);
    talk.doubt(60_000);
  });
  document.addEventListener("click", (event) => {
    const anchor = /** @type {Element} */ (event.target).closest("a[data-article]");
    if (!anchor || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    pages.article(anchor.getAttribute("data-article") ?? "", anchor.textContent ?? "");
  });
  draw();
  const start = () => {
    talk.open();
    pages.warm(resendAt);
  };
  if (recall("token") && Date.now() - recall("active") < day) start();

  return {
    /** @param {{touch?: boolean}} message */
    open({ touch }) {
      isOpen = true;
      if (touch) shell.title.focus();
      else if (!shell.page) composer.input.focus();
      setTimeout(() => { // after the panel is painted
        if (!isOpen) return;
        start();
        log.toEnd();
        draw();
      }, 20);
    },
    /** @param {{view?: string, message?: string, subject?: string}} message */
    wish({ view, message, subject }) {
      if (view === "ticket") pages.ticket({ subject });
      else if (view === "chat") shell.show(null);
      if (message) composer.fill(message);
    },
    close() {
      isOpen = false;
      draw();
    },
    /** @param {{full: boolean}} message */
    size({ full }) {
      document.body.classList.toggle("full", full);
      log.toEnd();
    },
    identify: (/** @type {{identity?: string}} */ { identity }) => talk.identify(identity ?? null),
    logout: end,
  };
}

connectHost(async (init, tellHost) => {
  await speak(init.locale);
  const panel = await startPanel(init, tellHost);
  tellHost({ type: "ready", phrases: phraseTable() });
  return panel;
});
