import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyThread, lastSeq, receive } from "../thread.js";

const welcome = { type: "welcome", conversation: "c1", token: null, seq: 0, handled_by: "bot", agents: "here" };
const message = (seq, more = {}) => ({ type: "message", seq, client_id: null, author: "bot", name: "Assistant", text: `m${seq}`, at: "2026-01-02T03:04:05.678Z", ...more });
const after = (...frames) => frames.reduce(receive, emptyThread());
const texts = (thread) => thread.messages.map(({ text }) => text);

test("messages stand in the order of seq, each once, whatever the order of their coming", () => {
  assert.deepEqual(texts(after(welcome, message(2), message(1), message(3), message(2))), ["m1", "m2", "m3"]);
});

test("500 random orders with doubles give the same thread", () => {
  for (let run = 0; run < 500; run++) {
    const frames = [1, 2, 3, 4, 5, 6, 3, 5].map((seq) => message(seq)).sort(() => Math.random() - 0.5);
    assert.deepEqual(texts(after(welcome, ...frames)), ["m1", "m2", "m3", "m4", "m5", "m6"]);
  }
});

test("a double changes nothing, so that nothing is drawn anew", () => {
  const thread = after(welcome, message(1));
  assert.equal(receive(thread, message(1)), thread);
});

test("another conversation starts empty; the same one keeps what is there", () => {
  const thread = after(welcome, message(1));
  assert.deepEqual(texts(receive(thread, welcome)), ["m1"]);
  assert.deepEqual(texts(receive(thread, { ...welcome, conversation: "c2" })), []);
});

test("the number to go on from is the last one; nothing yet means the newest will do", () => {
  assert.equal(lastSeq(emptyThread()), null);
  assert.equal(lastSeq(after(welcome, message(7))), 7);
});

test("history before the first message is known to be missing", () => {
  assert.equal(after(welcome, message(51)).isAll, false);
  assert.equal(after(welcome, message(51), message(1)).isAll, true);
});

test("a redacted message and a Yes or No change the message in its place", () => {
  const thread = after(welcome, message(1), { type: "changed", seq: 1, text: "[removed]" }, { type: "feedback", seq: 1, helpful: false });
  assert.equal(thread.messages[0].text, "[removed]");
  assert.equal(thread.messages[0].helpful, false);
});

test("words end the typing of the one who said them", () => {
  const typing = after(welcome, { type: "typing", author: "agent" });
  assert.equal(typing.typing, "agent");
  assert.equal(receive(typing, message(1, { author: "agent" })).typing, "");
  assert.equal(receive(typing, message(1, { author: "visitor" })).typing, "agent");
});

test("seen never goes back", () => {
  assert.equal(after(welcome, { type: "seen", seq: 5 }, { type: "seen", seq: 3 }).seen, 5);
});

test("reset forgets the messages", () => {
  assert.deepEqual(texts(after(welcome, message(1), { type: "error", code: "reset" })), []);
});
