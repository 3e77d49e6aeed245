// Words that came too late to be kept as a draft, because the session had ended: this tab has them until its agent is back.

const KEY = "shelf";
const empty = () => ({ agent: document.body.dataset.agent, base: "", texts: {} });

/** What is shelved of this conversation, by reply and note; whoever else signs in here finds nothing. */
export function unshelved(base) {
  const shelf = read();
  if (shelf.base === base) sessionStorage.removeItem(KEY);
  return shelf.base === base ? shelf.texts : {};
}

export function shelve(base, kind, text) {
  const shelf = read();
  const texts = shelf.base === base ? shelf.texts : {};
  sessionStorage.setItem(KEY, JSON.stringify({ ...shelf, base, texts: { ...texts, [kind]: text } }));
}

function read() {
  const shelf = JSON.parse(sessionStorage.getItem(KEY)) ?? empty();
  if (shelf.agent === document.body.dataset.agent) return shelf;
  sessionStorage.removeItem(KEY);
  return empty();
}
