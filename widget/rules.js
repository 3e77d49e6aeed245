// The password rules, checked here and nowhere else: what is typed is never sent and never kept.
import { button, field, h } from "./dom.js";
import { t } from "./phrases.js";

/** Pure: which of the four rules does it meet? @param {string} password @returns {boolean[]} */
export function meets(password) {
  const text = password.normalize("NFC");
  return [[...text].length >= 8, /\p{Lu}/u.test(text), /\p{Ll}/u.test(text), /[^\p{L}\p{N}\s\p{Cc}]/u.test(text)];
}

/** @returns {HTMLElement} */
export function ruleChecker() {
  const rules = [t("At least 8 characters"), t("An uppercase letter"), t("A lowercase letter"), t("A special character (for example ! @ # -)")];
  const marks = rules.map(() => h("span"));
  const items = rules.map((rule, at) => h("li", {}, marks[at], " ", rule));
  const summary = h("p", { role: "status" });
  const { node, input } = field(t("New password to check"), "input", { type: "password", autocomplete: "off", oninput: check });
  const show = button(t("Show password"), () => {
    input.type = input.type === "password" ? "text" : "password";
    show.textContent = input.type === "password" ? t("Show password") : t("Hide password");
  }, { class: "quiet" });
  let pause = 0;
  function check() {
    const met = meets(input.value);
    items.forEach((item, at) => {
      item.className = met[at] ? "met" : "";
      marks[at].textContent = met[at] ? "✓ " + t("met:") : "○ " + t("not met:");
    });
    clearTimeout(pause);
    pause = setTimeout(() => {
      summary.textContent = input.value ? t("{n} of 4 met.", { n: met.filter(Boolean).length }) : "";
    }, 800);
  }
  check();
  return h("section", { class: "page" }, h("h2", {}, t("Check a password")),
    h("p", {}, t("What you type here stays in your browser. It is never sent.")), node, show,
    h("ul", { class: "rules", "aria-label": t("Password requirements") }, ...items), summary);
}
