// Several tabs, one leader: it alone sends what is unsent, and makes the sound. The tab in use takes the lead.

const locks = navigator.locks; // missing on a plain-http site
let isLeader = !locks;
let hasLeft = false;
/** @type {(() => void) | undefined} */ let release;
/** @type {() => void} */ let changed;
/** @type {BroadcastChannel | undefined} */
let channel;

export const leads = () => isLeader;

/** @param {(news: any) => void} hear @param {() => void} onLead */
export function joinTabs(hear, onLead) {
  changed = onLead;
  channel = new BroadcastChannel("helpdesk");
  channel.onmessage = (event) => hear(event.data);
}

/** @param {object} news for the other tabs */
export const tellTabs = (news) => channel?.postMessage(news);

/** @param {boolean} isInUse this tab has the visitor's hands: it does not wait for its turn */
export function takeLead(isInUse) {
  if (!locks || (isLeader && isInUse)) return;
  hasLeft = false;
  /** @type {(() => void) | undefined} */ let mine;
  const held = () => !hasLeft && new Promise((resolve) => {
    isLeader = true;
    mine = release = /** @type {() => void} */ (resolve);
    changed();
  });
  locks.request("helpdesk-lead", { steal: isInUse }, held).catch((error) => {
    if (release === mine) isLeader = false; // else a later wish of this tab was granted before, and took it from this one
    if (error.name !== "AbortError") held(); // nobody stole it: it is denied, as the storage is, and each tab leads itself
    else if (!hasLeft && !isLeader) takeLead(false);
  });
}

/** A page in the back-forward cache must hold nothing. */
export function leaveLead() {
  hasLeft = true;
  isLeader = !locks;
  release?.();
}
