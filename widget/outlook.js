// What who waits may be told: when the desk opens again, in the reader's own zone, or how long others waited just now.
import { spokenLanguage, t } from "./phrases.js";

/** Day and time, with the date where the day alone would mislead. @param {string} at */
const momentName = (at) => new Date(at).toLocaleString(spokenLanguage(), { weekday: "long", hour: "numeric", minute: "2-digit",
  ...(Date.parse(at) > Date.now() + 6 * 86_400_000 && { day: "numeric", month: "long" }) });

/** @param {string} kind "away", or "queue" for who waits in line @returns {Promise<string>} "" where nobody knows */
export async function outlook(kind) {
  const answer = await fetch("/visitor/outlook").catch(() => null);
  const { opens_at: opens, wait_s: wait } = answer?.ok ? await answer.json() : {};
  if (kind === "away") return opens ? t("We are back {time}.", { time: momentName(opens) }) : "";
  if (!wait) return "";
  const [low, high] = wait.map((/** @type {number} */ seconds) => Math.max(1, Math.ceil(seconds / 60)));
  return low === high ? t("Others waited about {high} min.", { high }) : t("Others waited {low} to {high} min.", { low, high });
}
