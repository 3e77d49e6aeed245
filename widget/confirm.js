// Asked before words go out that look like a secret.
import { button, h } from "./dom.js";
import { t } from "./phrases.js";

/** @param {HTMLElement} place @param {"password" | "code" | "card"} kind @param {(isSure: boolean) => void} done */
export function askFirst(place, kind, done) {
  const answer = (/** @type {boolean} */ isSure) => {
    place.hidden = true;
    done(isSure);
  };
  const edit = button(t("Edit message"), () => answer(false), { class: "main" });
  place.replaceChildren(h("p", { id: "cq" }, {
    password: t("This looks like a password. Support never needs it. Send anyway?"),
    code: t("This looks like a code. Support never needs it. Send anyway?"),
    card: t("This looks like a card number. Support never needs it. Send anyway?"),
  }[kind]), edit, button(t("Send anyway"), () => answer(true), { class: "quiet" }));
  place.hidden = false;
  edit.focus();
}
