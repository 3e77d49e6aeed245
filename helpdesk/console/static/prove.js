// A passkey in place of the one-time code, in any form that asks for a fresh proof. The server checks everything.

import { $, post, sentence } from "./dom.js";

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-prove]");
  if (button) prove(button);
});

async function prove(button) {
  const status = $("[role=status]", button.parentElement);
  button.disabled = true;
  status.textContent = "";
  status.textContent = await ask(button).catch(() => "No passkey was shown. Please try again.");
  button.disabled = false;
}

async function ask(button) {
  if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) return "This browser has no passkeys.";
  const asked = await post("/console/confirm/ask", {});
  if (!asked.ok) return sentence(asked);
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(asked.body);
  const shown = await navigator.credentials.get({ publicKey });
  const fields = JSON.parse(button.dataset.prove);
  const email = $("[name=email]", button.form);
  if (email) fields.email = email.value;
  const kept = await post("/console/confirm", { ...fields, answer: JSON.stringify(shown.toJSON()) });
  if (!kept.ok) return sentence(kept);
  for (const field of button.form.querySelectorAll("[name=code], [name=password]")) {
    field.required = false;
    field.value = "";
  }
  return "Confirmed for the next five minutes.";
}
