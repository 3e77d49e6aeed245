// Pure: (thread, frame) → thread. Orders by seq, drops doubles.

/** @typedef {{seq: number, client_id: string | null, author: string, name: string, text: string, at: string, article?: any,
 *   choices?: {id: string, label: string}[], asks_feedback?: boolean, files?: any[], helpful?: boolean | null}} Message */
/** @typedef {{conversation: string, messages: Message[], handledBy: string, agents: string, agent: string | null,
 *   position: number | null, ticket: string | null, ticketUrl: string | null, seen: number, typing: string,
 *   isAll: boolean, isLive: boolean}} Thread */

/** @returns {Thread} */
export const emptyThread = () => ({
  conversation: "", messages: [], handledBy: "bot", agents: "here", agent: null, position: null, ticket: null,
  ticketUrl: null, seen: 0, typing: "", isAll: true, isLive: false,
});

/** @param {Thread} thread the number to ask for what comes after; null: the newest will do */
export const lastSeq = (thread) => thread.messages.at(-1)?.seq ?? null;

/** @param {Thread} thread @param {any} frame @returns {Thread} the same object where nothing changed */
export function receive(thread, frame) {
  switch (frame.type) {
    case "welcome": {
      const same = thread.conversation === frame.conversation ? thread : emptyThread();
      return { ...same, conversation: frame.conversation, handledBy: frame.handled_by, agents: frame.agents, isLive: false };
    }
    case "message":
      return withMessage(thread, frame);
    case "changed":
      return withNews(thread, frame.seq, { text: frame.text });
    case "feedback":
      return withNews(thread, frame.seq, { helpful: frame.helpful });
    case "state":
      return {
        ...thread, handledBy: frame.handled_by, agent: frame.agent, position: frame.position, ticket: frame.ticket,
        ticketUrl: frame.ticket_url, isLive: true,
      };
    case "seen":
      return frame.seq > thread.seen ? { ...thread, seen: frame.seq } : thread;
    case "quiet":
      return { ...thread, typing: "" };
    case "typing":
      return { ...thread, typing: frame.author };
    case "error":
      return frame.code === "reset" ? { ...thread, messages: [] } : thread;
  }
  return thread;
}

/** @param {Thread} thread @param {any} frame @returns {Thread} */
function withMessage(thread, frame) {
  const { type, ...message } = frame;
  const at = thread.messages.findLastIndex((other) => other.seq <= message.seq);
  if (thread.messages[at]?.seq === message.seq) return thread;
  const messages = thread.messages.toSpliced(at + 1, 0, message);
  const typing = message.author === "visitor" || at + 1 < thread.messages.length ? thread.typing : "";
  return { ...thread, messages, typing, isAll: messages[0].seq === 1 };
}

/** @param {Thread} thread @param {number} seq @param {Partial<Message>} news @returns {Thread} */
function withNews(thread, seq, news) {
  return { ...thread, messages: thread.messages.map((message) => (message.seq === seq ? { ...message, ...news } : message)) };
}
