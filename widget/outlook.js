// What who waits may be told: when the desk opens again, in the reader's own zone, or how long others waited just now.
import { spokenLanguage, t } from "./phrases.js";

/** @param {string} at */
const momentName = (at) => new Date(at).toLocaleString(spokenLanguage(),
  { weekday: "short", day: "numeric", month: "short", hour: "numeric", minute: "2-digit" });

/** Notes who is here, too. @param {string} kind "away", or "queue" for who waits in line @param {import("./conversation.js").Conversation} talk
 *  @returns {Promise<string>} "" where nobody knows */
export async function outlook(kind, talk) {
  const answer = await fetch("/visitor/outlook").catch(() => null);
  const { agents = talk.thread.agents, opens_at: opens, wait_s: wait } = answer?.ok ? await answer.json() : {};
  talk.thread = { ...talk.thread, agents };
  if (kind === "away") return opens ? t("We are back {time}.", { time: momentName(opens) }) : "";
  if (!wait) return "";
  const [low, high] = wait.map((/** @type {number} */ seconds) => Math.max(1, Math.ceil(seconds / 60)));
  return low === high ? t("Others waited about {high} min.", { high }) : t("Others waited {low} to {high} min.", { low, high });
}
