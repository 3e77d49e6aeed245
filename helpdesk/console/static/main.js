// Wires the parts together; the only module that knows them all.

import { $ } from "./dom.js";
import { Composer } from "./composer.js";
import { List } from "./list.js";
import { Panel } from "./panel.js";
import { Thread } from "./thread.js";
import { Wire } from "./wire.js";

document.documentElement.classList.add("scripted");
const wire = new Wire(() => ({ view: document.body.dataset.view || "inbox", limit: 50, html: false }));
const thread = new Thread(wire);
const list = new List(thread.id);
const composer = new Composer(wire, thread, null);
const panel = new Panel(thread, list);
if (thread.id && matchMedia("(max-width: 1180px)").matches) document.body.classList.add("wide");

thread.onState = () => panel.renew();
panel.afterAct = (act) => {
  if (act === "claim" || act === "take-over") composer.show("reply", true);
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
    if (welcomed) panel.renew();
    welcomed = true;
    composer.root && composer.flush();
  })
  .on("inbox", (frame) => list.onInbox(frame));
for (const kind of ["message", "note", "state", "seen", "typing", "presence", "changed", "feedback"]) {
  wire.on(kind, (frame) => thread.take(frame));
}
if ($("#rows") || thread.id) wire.start();
