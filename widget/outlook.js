// What who waits may be told: when the desk opens again, in the reader's own zone, or how long others waited just now.
import { spokenLanguage, t } from "./phrases.js";
import { recall } from "./store.js";
import { tellPages } from "./visited.js";

/** @type {Intl.DateTimeFormatOptions} */
const moment = { weekday: "short", day: "numeric", month: "short", hour: "numeric", minute: "2-digit" };

/** Notes who is here and what the wait will be. @param {import("./conversation.js").Conversation} talk @param {import("./shell.js").Shell} shell */
export async function outlook(talk, shell) {
  const isInLine = () => talk.thread.handledBy === "queue";
  if (isInLine()) tellPages({ Authorization: "Visitor " + recall("token"), "X-Conversation": talk.thread.conversation });
  const answer = await fetch("/visitor/outlook").catch(() => null);
  if (!answer?.ok || !/bot|queue/.test(talk.thread.handledBy)) return;
  const { agents, opens_at: opens, wait_s: wait } = await answer.json();
  const minutes = wait?.map((/** @type {number} */ seconds) => Math.ceil(seconds / 60) || 1);
  talk.thread = { ...talk.thread, agents };
  shell.outlook = agents === "away" ? opens && t("We are back {time}.", { time: new Date(opens).toLocaleString(spokenLanguage(), moment) })
    : isInLine() && wait && t("Others waited {n} min.", { n: [...new Set(minutes)].join("–") });
  talk.courier.pump(); // which draws
}
