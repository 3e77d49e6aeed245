// What the panel says, in the reader's language. The English sentence is the key; `phrases/<language>.json` has the others.

/** @type {Record<string, string>} */
let table = {};
let language = "en";

/** @param {string} locale */
export async function speak(locale) {
  if (locale === "en") return;
  try {
    const answer = await fetch(`/widget/phrases/${encodeURIComponent(locale)}.json`);
    if (!answer.ok) return;
    table = await answer.json();
    language = table.lang;
  } catch { /* English serves */ }
}

/** @param {string} phrase @param {Record<string, any>} words */
export const t = (phrase, words = {}) => (table[phrase] ?? phrase).replace(/\{(\w+)\}/g, (_, word) => words[word] ?? "");

export const phraseTable = () => table;
export const spokenLanguage = () => language;

/** The reader's own time of day. @param {string | number} at */
export const clockTime = (at) => new Date(at).toLocaleTimeString(language, { hour: "numeric", minute: "2-digit" });

/** @param {string | number} at */
export const dayName = (at) => new Date(at).toLocaleDateString(language, { weekday: "long", day: "numeric", month: "long" });

/** @param {number} bytes */
export const fileSize = (bytes) => (bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`);
