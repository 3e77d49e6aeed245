// @ts-check
// Try a call of the API. The token lives in its field only.

const token = /** @type {HTMLInputElement} */ (document.getElementById("token"));

/** @param {HTMLFormElement} form */
function requestOf(form) {
  const headers = new Headers({ Authorization: `Bearer ${token.value.trim()}` });
  const query = new URLSearchParams();
  let path = form.dataset.path ?? "";
  for (const field of /** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll("[data-in]"))) {
    const { name, value } = field;
    if (field.dataset.in === "path") path = path.replace(`{${name}}`, encodeURIComponent(value));
    else if (value && field.dataset.in === "query") query.set(name, value);
    else if (value) headers.set(name, value);
  }
  const body = /** @type {HTMLTextAreaElement | null} */ (form.querySelector("textarea"))?.value;
  if (body !== undefined) headers.set("Content-Type", "application/json");
  const address = query.size ? `${path}?${query}` : path;
  return { address, options: { method: form.dataset.method, headers, body } };
}

document.getElementById("who")?.addEventListener("submit", (event) => event.preventDefault());
for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll("form[data-path]"))) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const shown = /** @type {HTMLElement} */ (form.querySelector(".answer"));
    const { address, options } = requestOf(form);
    try {
      const answer = await fetch(address, { ...options, credentials: "omit" });
      const text = await answer.text();
      const words = text && /json/.test(answer.headers.get("content-type") ?? "") ? JSON.stringify(JSON.parse(text), null, 2) : text;
      shown.textContent = `${answer.status} ${answer.statusText}\n\n${words}`;
    } catch {
      shown.textContent = "The server cannot be reached.";
    }
  });
}
