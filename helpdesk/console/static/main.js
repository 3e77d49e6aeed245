// Wires the parts together; the only module that knows them all.

import { $, post, toast } from "./dom.js";
import { Attach } from "./attach.js";
import { Bulk } from "./bulk.js";
import { Composer } from "./composer.js";
import { Keys, commandsFor } from "./keys.js";
import { List } from "./list.js";
import { Notices } from "./notices.js";
import { Macros, Palette } from "./palette.js";
import { Pane } from "./pane.js";
import { Panel } from "./panel.js";
import "./prove.js";
import { Quiet } from "./quiet.js";
import { Thread } from "./thread.js";
import { Wire } from "./wire.js";

const STALE_S = 3; // a page that was fetched ahead may be older than its opening
document.documentElement.classList.add("scripted");
const preferences = JSON.parse(document.body.dataset.preferences);
const wire = new Wire(() => ({ view: document.body.dataset.view || "inbox", limit: 50, html: false, presence: true }));
const thread = new Thread(wire);
const list = new List(() => thread.id);
const attach = new Attach();
const composer = new Composer(wire, thread, new Macros(), attach);
const panel = new Panel(thread, list);
const bulk = new Bulk(list);
const quiet = new Quiet(preferences.quiet_until);
const notices = new Notices(preferences.sounds, quiet);
const palette = new Palette();
const pane = new Pane({ list, composer, mount, title: (name) => notices.title(name) });
palette.commands = commandsFor({ list, thread, composer, panel, bulk, notices, quiet, openPalette: () => palette.open() });
new Keys(palette.commands, preferences.keys);
attach.onLate = (conversation) => pane.forget(conversation);
list.onChange = (counts) => notices.count(counts);
list.onRows = (fresh) => notices.arrived(fresh.length);
async function setPresence(state) {
  $("#presence").value = state;
  const answer = await post("/console/presence", { state }).catch(() => null);
  toast(answer?.ok ? `You are ${state}.` : "That was not saved. Try again in a moment.");
}
$("#presence")?.addEventListener("change", (event) => setPresence(event.target.value));
notices.watchIdle(setPresence);

/** Everything takes what stands on the page now; `left` is the conversation that stood there before. */
function mount(left) {
  const small = thread.mount() && matchMedia("(max-width: 1180px)").matches;
  if (small) document.body.classList.add("wide");
  composer.mount();
  panel.mount();
  if (!wire.live) return;
  if (left) wire.send({ type: "unfollow", conversation: left });
  thread.follow();
  if (isStale()) panel.renew();
}
const isStale = () => Date.now() / 1000 - Number(document.body.dataset.at) > STALE_S;
mount("");

thread.onState = () => panel.renew();
panel.afterAct = (act, next, neighbour) => {
  if (act === "claim" || act === "take-over") composer.show("reply", true);
  if (act === "unread") $(".back").click();
  if (act === "resolve" && next) pane.open(next);
  else if (act === "resolve") list.focus(neighbour);
};
let welcomed = false;
wire
  .on("status", ({ text, on }) => {
    const shown = $("#live");
    if (!shown) return;
    shown.textContent = text;
    shown.classList.toggle("on", on);
    shown.classList.toggle("off", !on);
  })
  .on("welcome", (frame) => {
    list.counts(frame.counts);
    list.refresh();
    thread.follow();
    if (welcomed || isStale()) panel.renew();
    welcomed = true;
    composer.flush();
  })
  .on("inbox", (frame) => {
    list.onInbox(frame);
    if (frame.row) {
      pane.forget(frame.row.conversation);
      notices.row(frame.row, thread.id);
      if (thread.id && frame.row.conversation === thread.id) panel.renew(400);
    }
  })
  .on("presence", (frame) => list.presence(frame))
  .on("message", (frame) => notices.wrote(frame, thread.name));
for (const kind of ["message", "note", "state", "seen", "typing", "presence", "changed", "feedback", "error"]) {
  wire.on(kind, (frame) => thread.take(frame));
}
if ($(".rail .find")) wire.start();
