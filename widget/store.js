// What stays on this device: the token, unsent words, a draft. Memory serves where the browser denies storage.

const prefix = "helpdesk:";
/** @type {Map<string, string>} */
const memory = new Map();

/** @returns {Storage | null} */
function disk() {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    return null;
  }
}

/** @param {string} key @returns {any} */
export function recall(key) {
  const text = memory.get(key) ?? disk()?.getItem(prefix + key);
  return text ? JSON.parse(text) : null;
}

/** @param {string} key @param {any} value null or "": forget it */
export function keep(key, value) {
  memory.delete(key);
  try {
    if (value) disk()?.setItem(prefix + key, JSON.stringify(value));
    else disk()?.removeItem(prefix + key);
    if (disk()) return;
  } catch { /* full, or denied */ }
  if (value) memory.set(key, JSON.stringify(value));
}

/** @param {string} start @returns {string[]} sorted */
export function keysFrom(start) {
  const kept = Object.keys(disk() ?? {}).filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
  return [...new Set([...kept, ...memory.keys()])].filter((key) => key.startsWith(start)).sort();
}

/** Leaves nothing behind. */
export function wipe() {
  for (const key of keysFrom("")) keep(key, null);
}
