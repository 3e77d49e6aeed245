// Do not disturb: no sound and no notification for a while. The server keeps it; every tab of this browser follows.

import { $, $$, post, sentence, toast } from "./dom.js";

const ALWAYS = "always";
const LONGEST_MS = 2 ** 31 - 1;

export class Quiet {
  #until = "";
  #timer = 0;
  #others = new BroadcastChannel("console:quiet");

  /** `until`: a moment, "always" or nothing, as the server has it. */
  constructor(until) {
    this.mark = $("#dnd");
    this.menu = $(".dnd-menu details");
    this.#others.onmessage = ({ data }) => data.agent === document.body.dataset.agent && this.#show(data.until);
    for (const form of $$("form[action='/console/quiet']")) {
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        this.set(event.submitter.value);
      });
    }
    this.#show(until);
  }

  get on() {
    return this.#until === ALWAYS || Date.parse(this.#until) > Date.now();
  }

  /** "Do not disturb until 14:30", or nothing. */
  get words() {
    if (!this.on) return "";
    if (this.#until === ALWAYS) return "Do not disturb";
    return `Do not disturb until ${new Date(this.#until).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}`;
  }

  /** @param wish "30m", "1h", "always" or "off" */
  async set(wish) {
    const answer = await post("/console/quiet", { wish }).catch(() => null);
    if (!answer?.ok) return toast(answer ? sentence(answer) : "That was not saved. Try again in a moment.");
    const until = answer.body.quiet_until;
    if (this.mark.contains(document.activeElement)) $("summary", this.menu).focus();
    this.menu.open = false;
    this.#show(until);
    this.#others.postMessage({ agent: document.body.dataset.agent, until });
    return toast(this.on ? `${this.words}: no sound, no notification.` : "Alerts are on again.");
  }

  #show(until) {
    clearTimeout(this.#timer);
    this.#until = until;
    if (!this.mark) return;
    this.mark.hidden = !this.on;
    $("span", this.mark).textContent = this.words;
    if (this.on && until !== ALWAYS) this.#timer = setTimeout(() => this.#show(until), Math.min(Date.parse(until) - Date.now() + 500, LONGEST_MS));
  }
}
