import assert from "node:assert/strict";
import { test } from "node:test";
import { PollSocket } from "../poll.js";
import { Transport, backoff } from "../transport.js";

function desk(t, options = {}) {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"] });
  const sockets = [];
  class Socket {
    readyState = 0;
    sent = [];
    constructor(url) { this.url = url; sockets.push(this); }
    send(text) { this.sent.push(JSON.parse(text)); }
    close() { this.readyState = 3; }
    opens() { this.readyState = 1; this.onopen(); }
    says(frame) { this.onmessage({ data: JSON.stringify(frame) }); }
    dies(code = 1006) { this.readyState = 3; this.onclose({ code }); }
  }
  const seen = { frames: [], states: [], polled: 0 };
  class Poll extends Socket { constructor(url) { super(url); seen.polled++; } }
  const transport = new Transport({
    url: "ws://desk/ws/visitor", hello: () => ({ type: "hello", after: seen.frames.length }), receive: (frame) => seen.frames.push(frame),
    moved: (state) => seen.states.push(state), poll: async () => Poll, Socket, luck: () => 1, ...options,
  });
  transport.open();
  return { transport, sockets, seen };
}
const welcome = { type: "welcome" };

test("hello is the first frame, and nothing goes before the socket is open", (t) => {
  const { transport, sockets } = desk(t);
  assert.equal(transport.send({ type: "say" }), false);
  sockets[0].opens();
  assert.equal(sockets[0].sent[0].type, "hello");
  assert.equal(transport.send({ type: "say" }), true);
  transport.close();
});

test("a lost socket is replaced, with the number to go on from", (t) => {
  const { transport, sockets } = desk(t);
  sockets[0].opens();
  sockets[0].says(welcome);
  sockets[0].says({ type: "message", seq: 1 });
  sockets[0].dies();
  t.mock.timers.tick(500);
  sockets[1].opens();
  assert.equal(sockets[1].sent[0].after, 3);
  transport.close();
});

test("it waits longer and longer, never more than half a minute, and never gives up", (t) => {
  assert.deepEqual([0, 1, 2, 6, 50].map((tries) => backoff(tries, 1)), [500, 1000, 2000, 30_000, 30_000]);
  assert.equal(backoff(3, 0), 0);
  const { transport, sockets } = desk(t, { poll: async () => { throw new Error("no"); } });
  for (let n = 0; n < 20; n++) {
    sockets.at(-1).opens();
    sockets.at(-1).says(welcome);
    sockets.at(-1).dies();
    t.mock.timers.tick(30_000);
  }
  assert.equal(sockets.length, 21);
  transport.close();
});

test("a restart is waited for with jitter, and its socket is left", (t) => {
  const { transport, sockets } = desk(t);
  sockets[0].opens();
  sockets[0].says(welcome);
  sockets[0].says({ type: "restart", after_ms: 1200 });
  assert.equal(sockets[0].readyState, 3);
  t.mock.timers.tick(2399);
  assert.equal(sockets.length, 1);
  t.mock.timers.tick(1);
  assert.equal(sockets.length, 2);
  transport.close();
});

test("a server that takes the socket and says nothing is left after ten seconds", (t) => {
  const { transport, sockets } = desk(t);
  sockets[0].opens();
  t.mock.timers.tick(10_000);
  t.mock.timers.tick(500);
  assert.equal(sockets.length, 2);
  transport.close();
});

test("frames of a socket that was left are not heard", (t) => {
  const { transport, sockets, seen } = desk(t);
  sockets[0].opens();
  transport.refresh();
  sockets[0].says({ type: "message", seq: 1 });
  assert.equal(seen.frames.length, 0);
  transport.close();
});

test("sockets that die before they open are blocked ones: the same frames go over requests", async (t) => {
  const { transport, sockets, seen } = desk(t);
  sockets[0].dies();
  t.mock.timers.tick(500);
  sockets[1].dies();
  t.mock.timers.tick(1000);
  await Promise.resolve().then(() => {}).then(() => {});
  assert.equal(seen.polled, 1);
  transport.close();
});

test("closing ends it: no timer brings it back", (t) => {
  const { transport, sockets } = desk(t);
  transport.close();
  t.mock.timers.tick(60_000);
  assert.equal(sockets.length, 1);
});

test("the requests carry token, cursor and frames, and bring frames", async (t) => {
  const asked = [];
  const answers = [
    { frames: [{ type: "welcome", token: "T" }, { type: "message", seq: 4 }] },
    { frames: [{ type: "message", seq: 5 }, { type: "closed", code: 4401 }] },
  ];
  t.mock.method(globalThis, "fetch", async (url, { headers, body }) => {
    asked.push({ url, auth: headers.Authorization, ...JSON.parse(body) });
    return { ok: true, json: async () => answers.shift() };
  });
  const socket = new PollSocket("wss://desk/ws/visitor");
  const heard = [];
  socket.onmessage = ({ data }) => heard.push(JSON.parse(data).type);
  const code = await new Promise((resolve) => {
    socket.onopen = () => socket.send(JSON.stringify({ type: "hello", token: null, after: null }));
    socket.onclose = (event) => resolve(event.code);
  });
  assert.equal(code, 4401);
  assert.deepEqual(heard, ["welcome", "message", "message"]);
  assert.equal(asked[0].url, "https://desk/visitor/poll");
  assert.equal(asked[0].auth, undefined);
  assert.equal(asked[1].auth, "Visitor T");
  assert.equal(asked[1].after, 4);
});
