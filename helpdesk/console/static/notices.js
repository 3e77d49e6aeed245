// What pulls a person back: a count in the title, a sound, a desktop notification; one tab speaks for all of them.

import { $, toast } from "./dom.js";

const SUMMARY_MS = 10_000;
const IDLE_MS = 10 * 60_000;
// [hertz, from, to] of each tone, in seconds
const SOUNDS = {
  none: [],
  ping: [[660, 0, 0.35]],
  chime: [[784, 0, 0.3], [1047, 0.14, 0.6]],
  knock: [[170, 0, 0.09], [170, 0.16, 0.25]],
};

export class Notices {
  #context = null;
  #saidAt = 0;
  #leads = false;
  #unread = new Map();
  #counts = null;
  #waiting = "";
  #testing = "";

  constructor(sounds, quiet) {
    this.sounds = sounds;
    this.quiet = quiet;
    navigator.locks?.request("console:alerts", () => { this.#leads = true; return new Promise(() => {}); });
    $("#notify-enable")?.addEventListener("click", () => this.enable());
    $("#notify-test")?.addEventListener("click", () => this.test());
    for (const choice of document.querySelectorAll("select[name^=sound_]")) choice.addEventListener("change", () => this.#sound(choice.value));
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
    this.#waiting = waiting ? `(${waiting}) ` : "";
    this.title();
    const rose = (name) => this.#counts && counts[name] > this.#counts[name];
    if (rose("mentions")) this.#alert("mention", "You are mentioned", "in a private note", "mention");
    if (rose("inbox")) this.#alert("waiting", "A conversation waits", "Somebody needs a person.", "inbox");
    this.#counts = counts;
  }

  /** What waits stands before the name of the page, and is a dot on its icon. */
  title(name = document.title.replace(/^(\(test\) )?(\(\d+\) )?/, "")) {
    document.title = this.#testing + this.#waiting + name;
    const icon = $("#icon");
    icon.dataset.plain ??= icon.href;
    const wanted = this.#testing || this.#waiting ? icon.dataset.dotted : icon.dataset.plain;
    if (icon.getAttribute("href") !== wanted) icon.setAttribute("href", wanted);
  }

  /** A row of the list has changed: words of a customer of mine, whose conversation is not the open one? */
  row(row, open) {
    const before = this.#unread.get(row.conversation) ?? 0;
    this.#unread.set(row.conversation, row.unread);
    if (row.assignee !== document.body.dataset.agent || row.conversation === open || row.unread <= before) return;
    this.#alert("reply", row.subject || "A customer of yours", "has written", row.conversation);
  }

  /** New rows arrived in the list that this page shows; that something waits is told by the counts, on every page. */
  arrived(count) {
    if (!count || Date.now() - this.#saidAt <= SUMMARY_MS) return;
    this.#saidAt = Date.now();
    toast(`${count} new ${count === 1 ? "conversation" : "conversations"}`);
  }

  /** Words of a customer in the open conversation, while nobody looks at this page. */
  wrote(frame, name) {
    if (frame.author === "visitor" && document.hidden) this.#alert("reply", name, "has written", frame.conversation);
  }

  async enable() {
    const answer = "Notification" in window ? await Notification.requestPermission() : "denied";
    toast(answer === "granted" ? "Desktop notifications are on." : "Your browser does not allow notifications for this site.");
  }

  test() {
    this.#sound(Object.values(this.sounds).find((one) => one !== "none") || "ping");
    this.#testing = "(test) ";
    this.title();
    setTimeout(() => { this.#testing = ""; this.title(); }, 4000);
    if (this.quiet.on) {
      toast(`${this.quiet.words} is on: title and icon show alerts, sound and notification stay off.`, { label: "Turn off", run: () => this.quiet.set("off") });
      return;
    }
    const shown = this.#show("Test alert", "Sound, notification and the tab's title and icon work.", "test");
    toast(shown ? "Test alert sent: sound, notification and title." : "Sound and title work; notifications are not allowed yet.");
  }

  #alert(kind, title, text, tag) {
    if (!this.#leads || this.quiet.on || $("#presence")?.value !== "online") return;
    this.#sound(this.sounds[kind]);
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

  #sound(name) {
    if (this.quiet.on) return;
    try {
      for (const [hertz, from, to] of SOUNDS[name]) this.#tone(hertz, from, to);
    } catch {
      this.#context = null;
    }
  }

  #tone(hertz, from, to) {
    this.#context ??= new AudioContext();
    const now = this.#context.currentTime;
    const tone = this.#context.createOscillator();
    const volume = this.#context.createGain();
    volume.gain.setValueAtTime(0.08, now + from);
    volume.gain.exponentialRampToValueAtTime(0.001, now + to);
    tone.frequency.value = hertz;
    tone.connect(volume).connect(this.#context.destination);
    tone.start(now + from);
    tone.stop(now + to);
  }
}
