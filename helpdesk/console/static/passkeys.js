// Passkeys: make one on the account page, show one at the second step of the sign-in. The server checks everything.

for (const form of document.querySelectorAll("[data-passkey]")) {
  if (!window.PublicKeyCredential?.parseCreationOptionsFromJSON) continue;
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    run(form).catch((error) => complain(form, error));
  });
}

async function run(form) {
  const isNew = form.dataset.passkey === "add";
  const options = await post(isNew ? `${form.action}/offer` : `${form.action}/ask`, new FormData(form));
  const credential = isNew
    ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
    : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
  const fields = new FormData(form);
  fields.set("answer", JSON.stringify(credential.toJSON()));
  const { to } = await post(form.action, fields);
  location.assign(to);
}

async function post(url, fields) {
  const answer = await fetch(url, {
    method: "POST",
    body: new URLSearchParams(fields),
    headers: { Accept: "application/json" },
  });
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.detail);
  return body;
}

function complain(form, error) {
  const place = form.querySelector("[data-error]");
  place.textContent = error.name === "NotAllowedError" ? "No passkey was shown. Please try again." : error.message;
  place.hidden = false;
}
