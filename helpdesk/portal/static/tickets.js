// While a ticket is written: articles that may answer it at once. Pages are parsed by the browser, nothing runs.

const WAIT_MS = 600;
const MOST = 3;
const fields = [document.querySelector("#subject"), document.querySelector("#text")];
const list = document.querySelector("#suggestions");
let timer = 0;
let asked = "";

for (const field of fields) {
  field?.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(suggest, WAIT_MS);
  });
}

function suggest() {
  const words = fields.map((field) => field.value.trim()).join(" ").slice(0, 200).trim();
  if (words.length < 8 || words === asked) return;
  asked = words;
  const request = new XMLHttpRequest();
  request.open("GET", `/help/search?q=${encodeURIComponent(words)}`);
  request.responseType = "document";
  request.onload = () => request.status === 200 && show(request.response);
  request.send();
}

function show(page) {
  const links = [...page.querySelectorAll("main a[href^='/help/']")]
    .filter((link) => !link.getAttribute("href").startsWith("/help/search"))
    .slice(0, MOST);
  if (!links.length) return;
  list.replaceChildren(...links.map((link) => {
    const item = document.createElement("li");
    const anchor = document.createElement("a");
    anchor.href = link.getAttribute("href");
    anchor.target = "_blank";
    anchor.rel = "noopener";
    anchor.textContent = link.textContent.trim();
    item.append(anchor);
    return item;
  }));
}
