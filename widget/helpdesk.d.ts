/** The global that `/widget.js` makes. Every call is safe at any time, any number of times, and never throws. */
export interface HelpdeskWidget {
  readonly version: string;
  readonly isOpen: boolean;
  readonly unread: number;
  /** `message` and `subject` only prefill; nothing is sent. */
  open(wish?: { view?: "chat" | "ticket"; message?: string; subject?: string }): void;
  close(): void;
  toggle(): void;
  /** A JWT that your server signed for the person who is logged in. */
  identify(person: { token: string }): void;
  /** Ends the chat on this device and leaves nothing behind. Call it when your visitor logs out. */
  logout(): void;
  set(options: HelpdeskOptions): void;
  /** Returns a function that stops it. The same events reach `document` as `supportchat:<name>`. */
  on<E extends keyof HelpdeskEvents>(event: E, fn: (detail: HelpdeskEvents[E]) => void): () => void;
  readonly q: { push(call: [string, ...unknown[]]): void };
}

/** What may also stand on the script tag as `data-…`. */
export interface HelpdeskOptions {
  /** `auto`: the language of the page, else that of the browser. */
  locale?: "en" | "de" | "es" | "ar" | "auto";
  scheme?: "light" | "dark" | "";
  /** `auto`: left on pages that run from right to left. */
  position?: "right" | "left" | "auto";
  /** Any CSS colour; it is darkened until white text can be read on it. */
  color?: string;
  /** The desk is not told which pages somebody looked at. */
  pages?: "off";
}

export interface HelpdeskEvents {
  ready: undefined;
  open: undefined;
  close: undefined;
  unread: number;
  connection: "idle" | "connecting" | "online" | "waiting";
  message: { seq: number; author: "bot" | "agent" | "system" };
  "message:sent": { seq: number };
  ticket: { reference: string };
  csat: { score: number };
  error: { code: string };
  /** The token of `identify` has ended, or is about to: call `identify` with a fresh one. */
  identity: undefined;
}

declare global {
  interface Window {
    /** Before the script is there: `(window.Helpdesk ??= { q: [] }).q.push(["open"])`. */
    Helpdesk?: HelpdeskWidget | { q: [string, ...unknown[]][] };
  }
}
