// What pulls a person back: a count in the title, a sound, a desktop notification; one tab speaks for all of them.

import { $, toast } from "./dom.js";

const SUMMARY_MS = 10_000;
const IDLE_MS = 10 * 60_000;

export class Notices {
  #context = null;
  #saidAt = 0;
  #leads = false;

  constructor() {
    this.title = document.title;
    navigator.locks?.request("console:alerts", () => { this.#leads = true; return new Promise(() => {}); });
    $("#notify-enable")?.addEventListener("click", () => this.enable());
    $("#notify-test")?.addEventListener("click", () => this.test());
  }

  /** Ten minutes without a touch: away, with a way back. */
  watchIdle(set) {
    const presence = $("#presence");
    if (!presence) return;
    let timer = 0;
    const touched = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        if (!this.#leads || presence.value !== "online") return;
        set("away");
        toast("You are away: nothing was touched for ten minutes.", { label: "I am here", run: () => set("online") });
      }, IDLE_MS);
    };
    for (const kind of ["keydown", "pointerdown", "pointermove"]) addEventListener(kind, touched, { passive: true });
    touched();
  }

  count(counts) {
    const waiting = (counts.unassigned || 0) + (counts.mentions || 0);
    document.title = waiting ? `(${waiting}) ${this.title}` : this.title;
  }

  /** New rows arrived in the list that this page shows. */
  arrived(count) {
    if (!count) return;
    if (Date.now() - this.#saidAt > SUMMARY_MS) {
      this.#saidAt = Date.now();
      toast(`${count} new ${count === 1 ? "conversation" : "conversations"}`);
    }
    this.#alert("A conversation waits", "Somebody needs a person.", "inbox");
  }

  /** Words of a customer in the open conversation, while nobody looks at this page. */
  wrote(frame, name) {
    if (frame.author === "visitor" && document.hidden) this.#alert(name, "has written", frame.conversation);
  }

  async enable() {
    const answer = "Notification" in window ? await Notification.requestPermission() : "denied";
    toast(answer === "granted" ? "Desktop notifications are on." : "Your browser does not allow notifications for this site.");
  }

  test() {
    this.#beep();
    document.title = `(test) ${this.title}`;
    setTimeout(() => { document.title = this.title; }, 4000);
    const shown = this.#show("Test alert", "Sound, notification and the tab's title work.", "test");
    toast(shown ? "Test alert sent: sound, notification and title." : "Sound and title work; notifications are not allowed yet.");
  }

  #alert(title, text, tag) {
    if (!this.#leads || $("#presence")?.value !== "online") return;
    this.#beep();
    if (document.hidden) this.#show(title, text, tag);
  }

  #show(title, text, tag) {
    if (!("Notification" in window) || Notification.permission !== "granted") return false;
    const shown = new Notification(title, { body: text, tag });
    shown.onclick = () => {
      focus();
      if (tag.length > 20) location.assign(`/console/c/${tag}`);
      shown.close();
    };
    return true;
  }

  #beep() {
    if (localStorage.getItem("console:sound") === "off") return;
    try {
      this.#context ??= new AudioContext();
      const tone = this.#context.createOscillator();
      const volume = this.#context.createGain();
      volume.gain.setValueAtTime(0.08, this.#context.currentTime);
      volume.gain.exponentialRampToValueAtTime(0.001, this.#context.currentTime + 0.35);
      tone.frequency.value = 660;
      tone.connect(volume).connect(this.#context.destination);
      tone.start();
      tone.stop(this.#context.currentTime + 0.35);
    } catch {
      this.#context = null;
    }
  }
}
