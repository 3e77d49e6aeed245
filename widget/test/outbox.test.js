import "./one_tab.js";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Courier } from "../courier.js";
import { newId, nextUnsent, post, refuse, settles, unsent } from "../outbox.js";
import { wipe } from "../store.js";
import { FakeServer } from "./fake_server.js";

beforeEach(wipe);
const say = (text) => post({ type: "say", client_id: newId(), text }, text);
const labels = () => unsent().map(({ label }) => label);

test("what is written down is kept in order", () => {
  say("one");
  say("two");
  say("three");
  assert.deepEqual(labels(), ["one", "two", "three"]);
});

test("an id is a UUID, with and without a secure context", () => {
  const own = crypto.randomUUID;
  const form = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  assert.match(newId(), form);
  Object.defineProperty(crypto, "randomUUID", { value: undefined, configurable: true });
  assert.match(newId(), form);
  Object.defineProperty(crypto, "randomUUID", { value: own, configurable: true });
});

test("the echo settles its own entry only", () => {
  const first = say("one");
  say("two");
  assert.equal(settles({ type: "message", client_id: first.frame.client_id })?.label, "one");
  assert.equal(settles({ type: "message", client_id: newId() }), undefined);
  assert.equal(settles({ type: "error", client_id: first.frame.client_id }), undefined, "an error is no receipt");
});

test("what was refused waits for its reader and does not stop the rest", () => {
  const first = say("one");
  say("two");
  refuse(first, "Too long.");
  assert.equal(nextUnsent()?.label, "two");
});

test("200 random runs of cuts, hangs and refusals: nothing lost, nothing doubled, order kept", () => {
  for (let run = 0; run < 200; run++) {
    wipe();
    const server = new FakeServer();
    const courier = new Courier({ send: (frame) => server.take(frame), silent: () => server.cut(), changed() {}, refused: () => false });
    const said = [];
    const deliver = () => {
      for (const frame of server.speak()) frame.type === "error" ? courier.fault(frame) : courier.confirm(frame);
    };
    for (let step = 0; step < 60; step++) {
      const luck = Math.random();
      if (luck < 0.3 && said.length < 12) {
        said.push(`m${said.length}`);
        say(said.at(-1));
        courier.pump();
      } else if (luck < 0.5) {
        server.cut();
        courier.online(false);
      } else if (luck < 0.75) {
        server.mend();
        courier.online(true);
      } else if (luck < 0.85) server.hang();
      else deliver();
    }
    server.mend();
    for (let turn = 0; turn < 60; turn++) {
      courier.online(true);
      deliver();
    }
    courier.online(false);
    assert.deepEqual(server.texts, said);
    assert.deepEqual(labels(), []);
  }
});

test("too fast means later, with the same id; a refusal for good is shown", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const sent = [];
  const courier = new Courier({ send: (frame) => sent.push(frame.client_id) > 0, silent() {}, changed() {}, refused: () => false });
  const entry = say("one");
  courier.online(true);
  courier.fault({ code: "too_fast", client_id: entry.frame.client_id, retry_after_ms: 2000 });
  assert.equal(sent.length, 1);
  t.mock.timers.tick(2000);
  assert.deepEqual(sent, [entry.frame.client_id, entry.frame.client_id]);
  courier.fault({ code: "too_long", client_id: entry.frame.client_id, detail: "Too long.", retry_after_ms: null });
  assert.equal(unsent()[0].refused, "Too long.");
  courier.online(false);
});

test("no receipt in ten seconds: the way is not trusted any more", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let silent = 0;
  const courier = new Courier({ send: () => true, silent: () => silent++, changed() {}, refused: () => false });
  say("one");
  courier.online(true);
  t.mock.timers.tick(9_999);
  assert.equal(silent, 0);
  t.mock.timers.tick(1);
  assert.equal(silent, 1);
  courier.online(false);
});
