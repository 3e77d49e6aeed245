// The account pages: show and hide passwords, the live list of rules, the resend countdown, Caps Lock.
// Every page works without this file; nothing here writes HTML.

const SPOKEN_AFTER_MS = 800;

// The same rules as on the server (`accounts/passwords.py`): no digit is asked for.
const KINDS = [
  ["upper", /\p{Lu}/u, "an uppercase letter"],
  ["lower", /\p{Ll}/u, "a lowercase letter"],
  ["special", /[^\p{L}\p{N}\p{Z}\p{C}\s]/u, "a special character"],
];

// Advice only, computed here: what is typed leaves the page with the form and never before.
const STRENGTHS = [[40, "Weak"], [60, "Fair"], [80, "Good"], [Infinity, "Strong"]];
const POOLS = [[/\p{Ll}/u, 26], [/\p{Lu}/u, 26], [/\p{N}/u, 10], [/[^\p{L}\p{N}]/u, 30]];

let isPressed = false;
addEventListener("mousedown", () => { isPressed = true; }, true);
addEventListener("mouseup", () => { isPressed = false; }, true);

for (const field of document.querySelectorAll('input[type="password"]')) addReveal(field);
for (const list of document.querySelectorAll("#requirements")) {
  watchRules(list);
  addMeter(list);
}
for (const form of document.querySelectorAll(".resend")) countDown(form);
for (const form of document.querySelectorAll("[data-carries-email]")) carryEmail(form);
watchConfirm();

/** Rule → what is missing, for each rule that `password` does not meet. */
function missing(password, minLength) {
  const plain = password.normalize("NFKC");
  const lacking = new Map();
  if (Math.min([...password].length, [...plain].length) < minLength) {
    lacking.set("length", `at least ${minLength} characters`);
  }
  for (const [rule, pattern, words] of KINDS) {
    if (!pattern.test(plain)) lacking.set(rule, words);
  }
  return lacking;
}

/** What moves the page when a field is left waits until the mouse is up: else the button it was pressed on has gone. */
function onceReleased(move) {
  if (isPressed) addEventListener("mouseup", () => setTimeout(move), { once: true });
  else move();
}

function labelOf(field) {
  return document.querySelector(`label[for="${field.id}"]`)?.textContent.trim() ?? "password";
}

function addReveal(field) {
  const label = labelOf(field);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "quiet reveal";
  const name = () => {
    const verb = field.type === "password" ? "Show" : "Hide";
    button.textContent = verb;
    button.setAttribute("aria-label", `${verb} ${label}`);
  };
  name();
  const row = document.createElement("div");
  row.className = "reveal-row";
  field.before(row);
  row.append(field, button);
  button.addEventListener("click", () => {
    field.type = field.type === "password" ? "text" : "password";
    name();
  });
  field.form?.addEventListener("submit", () => {
    field.type = "password";
    name();
  });
  const caps = document.createElement("p");
  caps.className = "hint";
  caps.setAttribute("role", "status");
  row.after(caps);
  const look = (event) => {
    const on = event.getModifierState?.("CapsLock") ?? false;
    const said = on ? "Caps Lock is on." : "";
    if (caps.textContent !== said) caps.textContent = said;
  };
  field.addEventListener("keydown", look);
  field.addEventListener("keyup", look);
  field.addEventListener("blur", () => onceReleased(() => { caps.textContent = ""; }));
}

function watchRules(list) {
  const field = document.getElementById(list.dataset.for);
  const status = document.getElementById("requirements-said");
  const rows = [...list.querySelectorAll("[data-rule]")];
  if (!field) return;
  let timer;
  const look = () => {
    const lacking = missing(field.value, Number(list.dataset.min));
    for (const row of rows) {
      const isMet = !lacking.has(row.dataset.rule);
      row.querySelector("[data-mark]").textContent = isMet ? "✓ " : "○ ";
      row.querySelector("[data-said]").textContent = isMet ? " (met)" : " (not met)";
    }
    clearTimeout(timer);
    if (!field.value) return;
    timer = setTimeout(() => {
      const asked = rows.filter((row) => lacking.has(row.dataset.rule));
      const needs = asked.map((row) => lacking.get(row.dataset.rule)).join(", ");
      status.textContent = `${rows.length - asked.length} of ${rows.length} met.${needs ? ` Still needed: ${needs}.` : ""}`;
    }, SPOKEN_AFTER_MS);
  };
  field.addEventListener("input", look);
  look();
}

/** Bits, roughly: letters that repeat the one before, or follow it in order, hardly count. */
function strength(password) {
  const letters = [...password];
  const fresh = letters.filter((letter, at) => at === 0 || ![0, 1, -1].includes(letter.codePointAt(0) - letters[at - 1].codePointAt(0)));
  const pool = POOLS.reduce((sum, [pattern, size]) => sum + (pattern.test(password) ? size : 0), 0);
  const variety = Math.min(1, (2 * new Set(letters).size) / Math.max(letters.length, 1));
  return (fresh.length + (letters.length - fresh.length) / 4) * variety * Math.log2(pool || 1) * 0.7;
}

function addMeter(list) {
  const field = document.getElementById(list.dataset.for);
  if (!field) return;
  const label = document.createElement("label");
  const meter = document.createElement("meter");
  const word = document.createElement("span");
  label.textContent = "Strength ";
  Object.assign(meter, { id: "strength", min: 0, max: 100, low: 40, high: 60, optimum: 100 });
  label.htmlFor = meter.id;
  const row = document.createElement("p");
  row.className = "hint";
  row.append(label, meter, word);
  list.querySelector("ul").after(row);
  const look = () => {
    const bits = strength(field.value);
    meter.value = Math.min(100, bits);
    word.textContent = field.value ? ` ${STRENGTHS.find(([most]) => bits < most)[1]}` : "";
  };
  field.addEventListener("input", look);
  look();
}

function watchConfirm() {
  const field = document.getElementById("new_password");
  const confirm = document.getElementById("confirm_password");
  if (!field || !confirm) return;
  const note = document.createElement("p");
  note.className = "error";
  note.id = "confirm_password-note";
  note.setAttribute("role", "status");
  confirm.closest(".field").append(note);
  confirm.setAttribute("aria-describedby", `${confirm.getAttribute("aria-describedby") ?? ""} ${note.id}`.trim());
  const say = (differs) => {
    note.textContent = differs ? "New Password and Confirm New Password do not match." : "";
    confirm.setAttribute("aria-invalid", String(differs));
  };
  confirm.addEventListener("blur", () => onceReleased(() => say(confirm.value !== "" && confirm.value !== field.value)));
  confirm.addEventListener("input", () => say(false));
}

function countDown(form) {
  const button = form.querySelector("button");
  const shown = form.querySelector("[data-countdown]");
  const announce = form.querySelector("[data-announce]");
  const readyAt = Date.now() + Number(form.dataset.wait) * 1000;
  const left = () => Math.ceil((readyAt - Date.now()) / 1000);
  if (left() <= 0) return;
  const tick = () => {
    const seconds = left();
    if (seconds > 0) {
      button.setAttribute("aria-disabled", "true");
      shown.textContent = `You can resend the code in ${seconds} s`;
      return;
    }
    clearInterval(timer);
    button.removeAttribute("aria-disabled");
    shown.textContent = "";
    announce.textContent = "You can resend the code now.";
  };
  const timer = setInterval(tick, 500);
  tick();
  form.addEventListener("submit", (event) => {
    if (button.getAttribute("aria-disabled") === "true") event.preventDefault();
  });
}

function carryEmail(form) {
  const field = form.querySelector('[name="email"]');
  try {
    if (!field.value) field.value = sessionStorage.getItem("email") ?? "";
    field.addEventListener("input", () => sessionStorage.setItem("email", field.value));
  } catch {
    // A browser that keeps nothing simply asks again.
  }
}
