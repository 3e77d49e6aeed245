// Head and details of the conversation: forms without a reload, the invitation's dialog, and the page's own renewal.

import { $, $$, localise, page, post, released, sentence, toast } from "./dom.js";

const PARTS = [".thread-head .acts", "#state", "#details"];

export class Panel {
  #timer = 0;

  constructor(thread, list) {
    this.thread = thread;
    this.list = list;
    this.afterAct = () => {};
    this.next = "";
    document.addEventListener("submit", (event) => this.#onSubmit(event));
    document.addEventListener("click", (event) => this.#onClick(event));
  }

  mount() {
    clearTimeout(this.#timer);
    if (!this.thread.id) return;
    localise($("#details"));
    this.#details();
  }

  /** Fetch this page again and put its changing parts in place; never under somebody's typing. */
  renew(after = 30) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#renew().catch(() => {}), after);
  }

  async #renew() {
    const id = this.thread.id;
    if (!id) return;
    const fresh = await page(location.pathname + location.search);
    await released();
    if (id !== this.thread.id) return;
    for (const part of PARTS) {
      const [old, made] = [$(part), $(part, fresh)];
      if (!old || !made || (part === "#details" && old.matches(":focus-within") && old.querySelector("input:focus, textarea:focus"))) continue;
      const had = old.contains(document.activeElement);
      const place = old.scrollTop;
      const put = document.adoptNode(made);
      old.replaceWith(put);
      put.scrollTop = place;
      if (had) (document.activeElement === document.body ? $("#reply") : null)?.focus({ preventScroll: true });
    }
    const banner = $("#assigned", fresh);
    $("#assigned")?.remove();
    if (banner) $(".thread-head").after(document.adoptNode(banner));
    localise($("#details"));
    this.#details();
  }

  async #onSubmit(event) {
    const form = event.target;
    if (!this.thread.id || event.defaultPrevented) return null;
    if (form.id === "invite-form") return this.#invite(event, form);
    if (form.closest("#redact")) return this.#redact(event, form);
    if (!form.closest(".acts, .details, #assigned") || form.method !== "post") return null;
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(form));
    const act = form.action.split("/").pop();
    const neighbour = this.list.neighbour();
    const answer = await post(form.action, fields).catch(() => null);
    if (!answer) toast("You are offline. Try again in a moment.");
    else if (!answer.ok) toast(sentence(answer));
    else this.afterAct(act, this.next, neighbour);
    this.next = "";
    if (answer?.ok && act === "merge") location.assign(`/console/c/${answer.body.conversation}`);
    else this.renew();
    this.list.refresh();
    return null;
  }

  #onClick(event) {
    if (event.target.closest("#open-invite")) {
      event.preventDefault();
      $("#invite-error").hidden = true;
      $("#invite").showModal();
      ($("#invite-email") || $("#invite-reason")).focus();
    }
    const redact = event.target.closest("[data-redact]");
    if (redact) this.#openRedact(redact.closest(".msg"));
    if (event.target.closest("[data-close]")) event.target.closest("dialog").close();
    if (event.target.closest("#toggle-details, [data-details]")) this.toggle();
  }

  async #invite(event, form) {
    event.preventDefault();
    const button = $("button:not([type=button])", form);
    if (button.disabled) return;
    button.disabled = true;
    const answer = await post(form.action, Object.fromEntries(new FormData(form))).catch(() => null);
    button.disabled = false;
    if (answer?.ok) {
      $("#invite").close();
      form.reset();
      $("[name=client_id]", form).value = crypto.randomUUID();
      toast(answer.body.sentence);
      this.renew();
      return;
    }
    const shown = $("#invite-error");
    shown.textContent = answer ? sentence(answer) : "You are offline. Try again in a moment.";
    shown.hidden = false;
    for (const field of $$("[aria-invalid]", form)) field.removeAttribute("aria-invalid");
    const first = Object.keys(answer?.body.fields || {})[0];
    const field = first && $(`[name="${CSS.escape(first)}"]`, form);
    field?.setAttribute("aria-invalid", "true");
    (field || $("#invite-code") || button).focus();
  }

  #openRedact(message) {
    $("#redact [name=seq]").value = message.dataset.seq;
    $("#redact-part").value = String(getSelection()).trim() || $(".text", message).textContent;
    $("#redact-error").hidden = true;
    $("#redact").showModal();
    $("#redact-part").select();
  }

  async #redact(event, form) {
    event.preventDefault();
    const answer = await post(form.action, Object.fromEntries(new FormData(form))).catch(() => null);
    if (answer?.ok) $("#redact").close();
    $("#redact-error").textContent = answer ? sentence(answer) : "You are offline. Try again in a moment.";
    $("#redact-error").hidden = Boolean(answer?.ok);
  }

  toggle() {
    document.body.classList.toggle("wide");
    this.#details();
    (document.body.classList.contains("wide") ? $("#toggle-details") : $("#details button:not([hidden])"))?.focus();
  }

  #details() {
    const button = $("#toggle-details");
    if (!button) return;
    button.hidden = false;
    button.setAttribute("aria-expanded", String(!document.body.classList.contains("wide")));
  }
}
