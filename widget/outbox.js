// What the visitor did and the server has not confirmed yet. Written down before the first byte is sent; each entry is a
// key of its own, so that two tabs never overwrite each other.
import { keep, keysFrom, recall } from "./store.js";

/** @typedef {{key: string, frame: any, label: string, at: number, refused?: string}} Entry */

let lastAt = 0;

/** @returns {string} a UUID, also where the page is no secure context */
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** @param {any} frame to be sent, again and again, until it is confirmed @param {string} label what the thread shows meanwhile @returns {Entry} */
export function post(frame, label = "") {
  lastAt = Math.max(Date.now(), lastAt + 1);
  const entry = { key: `out:${lastAt}:${newId()}`, frame, label, at: lastAt };
  keep(entry.key, entry);
  return entry;
}

/** @returns {Entry[]} oldest first */
export const unsent = () => keysFrom("out:").map(recall).filter(Boolean);

/** The one to send now: strictly one after the other, so that no refusal can change their order. */
export const nextUnsent = () => unsent().find((entry) => !entry.refused);

/** @param {any} frame what came from the server @returns {Entry | undefined} the entry that it settles */
export function settles(frame) {
  if (frame.type === "error") return undefined; // it names its message too, and is no receipt
  return unsent().find(({ frame: sent }) => (sent.client_id
    ? sent.client_id === frame.client_id
    : sent.type === frame.type && sent.seq === frame.seq));
}

/** @param {Entry} entry */
export const drop = (entry) => keep(entry.key, null);

/** @param {Entry} entry @param {string} sentence why it will never be taken; "": try once more */
export const refuse = (entry, sentence) => keep(entry.key, { ...entry, refused: sentence });
