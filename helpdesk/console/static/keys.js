// Keys of the console: one letter each, never in a field or with a dialog open, and they can be switched off.

import { $, $$, el, inField, post } from "./dom.js";

const STORE = "console:single-keys";

export class Keys {
  #first = "";
  #timer = 0;

  constructor(commands, chosen) {
    for (const one of commands) {
      one.shipped = one.key;
      if (one.key && one.key in chosen) one.key = chosen[one.key];
    }
    this.commands = commands;
    this.#fields($("#key-fields"));
    this.byKey = new Map(commands.filter((one) => one.key).map((one) => [one.key, one]));
    document.addEventListener("keydown", (event) => this.#onKey(event));
    const box = $("#single-keys");
    box.checked = localStorage.getItem(STORE) !== "off";
    box.addEventListener("change", () => localStorage.setItem(STORE, box.checked ? "on" : "off"));
    const list = $("#shortcuts-list");
    for (const one of commands.filter((one) => one.key)) {
      list.append(el("dt", {}, ...one.key.split(" ").flatMap((part, n) => [n ? " " : "", el("kbd", {}, part)])), el("dd", {}, one.name));
    }
  }

  /** On the page of settings: a field for each key that can be another one, with what was typed and is wrong. */
  #fields(place) {
    const { typed = "{}", errors = "{}" } = place?.dataset ?? {};
    const [before, wrong] = [JSON.parse(typed), JSON.parse(errors)];
    for (const one of place ? this.commands.filter((one) => one.shipped && !/Ctrl|Alt/.test(one.shipped)) : []) {
      const id = `key-${one.shipped.replace(/\W/g, (sign) => sign.charCodeAt(0))}`;
      const name = `key:${one.shipped}`;
      const says = wrong[name] ? el("p", { class: "error", id: `${id}-error` }, wrong[name]) : null;
      const marks = says ? { "aria-invalid": "true", "aria-describedby": says.id } : {};
      const field = el("input", { id, name, value: before[name] ?? one.key, maxlength: 10, autocomplete: "off", spellcheck: "false", ...marks });
      place.append(el("div", { class: "field" }, el("label", { for: id }, one.name), field, ...(says ? [says] : [])));
    }
    if (place) place.closest("[hidden]")?.removeAttribute("hidden");
  }

  #onKey(event) {
    if (event.defaultPrevented || event.isComposing) return;
    const special = this.#name(event);
    const withModifier = event.ctrlKey || event.metaKey || event.altKey;
    if (withModifier) {
      this.#run(special, event);
      return;
    }
    if (inField(event.target)) {
      if (event.key === "Escape" && !$("dialog[open]")) event.target.blur();
      return;
    }
    if ($("dialog[open]") || localStorage.getItem(STORE) === "off") return;
    const key = this.#first ? `${this.#first} ${special}` : special;
    this.#first = "";
    if (special === "g" && key === "g") {
      this.#first = "g";
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => { this.#first = ""; }, 1200);
      return;
    }
    this.#run(key, event);
  }

  #run(key, event) {
    const found = this.byKey.get(key);
    if (!found || (found.when && !found.when())) return;
    event.preventDefault();
    found.run();
  }

  #name(event) {
    const key = event.key.length === 1 ? event.key : event.key.replace("Arrow", "");
    if (event.ctrlKey || event.metaKey) return `Ctrl+${key.toLowerCase()}`;
    if (event.altKey) return `Alt+${key}`;
    return event.shiftKey && /^[A-Z]$/.test(key) ? `Shift+${key}` : key;
  }
}

/** Every command of the console: the palette lists them, the keys run them. */
export function commandsFor({ list, thread, composer, panel, bulk, notices, quiet, openPalette }) {
  const here = () => Boolean(thread.id);
  const press = (selector) => () => $(selector)?.requestSubmit ? $(selector).requestSubmit() : $(selector)?.click();
  const go = (to) => () => location.assign(to);
  const row = (by) => () => { const found = list.beside(by); if (found) $("a", found).focus(); };
  const next = (by) => () => { const found = list.beside(by); if (found) $("a", found).click(); };
  const focus = (selector) => () => { if (document.body.classList.contains("wide")) panel.toggle(); $(selector)?.focus(); };
  return [
    { key: "Ctrl+k", name: "Command palette", run: openPalette },
    { key: "?", name: "Keyboard shortcuts", run: () => $("#shortcuts").showModal() },
    { key: "/", name: "Search", run: () => $("#find")?.focus() },
    { key: "j", name: "Next conversation", run: row(1) },
    { key: "k", name: "Previous conversation", run: row(-1) },
    { key: "Alt+Down", name: "Open the next conversation", run: next(1) },
    { key: "Alt+Up", name: "Open the previous conversation", run: next(-1) },
    { key: "o", name: "Open the focused conversation", run: () => document.activeElement?.closest?.("li.row")?.querySelector("a").click() },
    { key: "u", name: "Back to the list", when: here, run: () => $(".back").click() },
    { key: "r", name: "Reply", when: here, run: () => composer.show("reply", true) },
    { key: "n", name: "Private note", when: here, run: () => composer.show("note", true) },
    { key: "i", name: "Assign to me", when: here, run: () => ($("#claim") ? press("#claim") : press("#assigned form"))() },
    { key: "a", name: "Assign to a colleague", when: here, run: focus("#assignee") },
    { key: "e", name: "Resolve", when: here, run: press('form[action$="/resolve"]') },
    { key: "Shift+E", name: "Resolve and go to the next", when: here, run: () => { const found = list.beside(1); panel.next = found ? $("a", found).href : ""; press('form[action$="/resolve"]')(); } },
    { key: "s", name: "Snooze", when: here, run: focus("#snooze") },
    { key: "Shift+U", name: "Mark unread", when: here, run: press('form[action$="/unread"]') },
    { key: "z", name: "Undo sending", when: () => composer.canUndo, run: () => composer.undo() },
    { name: "Undo what was done to several conversations", when: () => bulk.canUndo, run: () => bulk.undo() },
    { key: "l", name: "Tags", when: here, run: focus("#tags") },
    { key: "p", name: "Priority", when: here, run: focus("#set-priority") },
    { key: "Ctrl+.", name: "Show or hide details", when: here, run: () => panel.toggle() },
    { key: "x", name: "Select the focused conversation", run: () => bulk.toggle() },
    { key: "Shift+X", name: "Select up to the focused conversation", run: () => bulk.range() },
    { key: "g m", name: "Go to Mine", run: go("/console/inbox/mine") },
    { key: "g u", name: "Go to Unassigned", run: go("/console/inbox/unassigned") },
    { key: "g a", name: "Go to All open", run: go("/console/inbox/all") },
    { key: "g t", name: "Go to Tickets", run: go("/console/tickets") },
    { name: "Go to Figures", run: go("/console/figures") },
    { name: "Go to Macros", run: go("/console/macros") },
    { name: "Go to Settings", run: go("/console/settings") },
    { name: "Enable desktop notifications", run: () => notices.enable() },
    { name: "Send test alert", run: () => notices.test() },
    { name: "Turn off do not disturb", when: () => quiet.on, run: () => quiet.set("off") },
    { name: "Do not disturb for 30 minutes", when: () => quiet.mark, run: () => quiet.set("30m") },
    { name: "Do not disturb for 1 hour", when: () => quiet.mark, run: () => quiet.set("1h") },
    { name: "Do not disturb until I turn it off", when: () => quiet.mark, run: () => quiet.set("always") },
    { name: "Refuse to set a password", when: here, run: () => { composer.show("reply"); composer.insert(REFUSAL); post(`/console/c/${thread.id}/refusal`, {}).catch(() => {}); } },
    ...$$(".rail .views a").map((link) => ({ name: `View: ${link.firstChild.textContent.trim()}`, run: go(link.href) })),
  ];
}

const REFUSAL = "I understand that this is urgent. Nobody here can set or see a password, and that protects you: only you can choose it. I can send an invitation to your registered address; it takes two minutes.";
