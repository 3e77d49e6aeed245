import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { meets } from "../rules.js";
import { looksSecret } from "../secrets.js";
import { statusLine } from "../view.js";

const here = new URL("../", import.meta.url);

test("the rules are four, and none asks for a digit", () => {
  assert.deepEqual(meets("Abcdefg!"), [true, true, true, true]);
  assert.deepEqual(meets(""), [false, false, false, false]);
  assert.deepEqual(meets("ABCDEFG1"), [true, true, false, false]);
  assert.deepEqual(meets("Ab cdefg"), [true, true, true, false], "a space is no special character");
  assert.deepEqual(meets("Äöüßxyz-"), [true, true, true, true]);
  assert.deepEqual(meets("😀😀😀😀"), [false, false, false, true], "length is in characters");
});

test("what looks secret is asked about", () => {
  for (const text of ["my password is Hunter2!x", "pw: abc123", "pass=letmein", "mein Passwort ist geheim123", "Hunter2!x", "try Tr0ub4dor&3x"]) {
    assert.equal(looksSecret(text), "password", text);
  }
  for (const text of ["BCDF-GHJK", "my code is 123456", "the code BCDF-GHJK came"]) assert.equal(looksSecret(text), "code", text);
  assert.equal(looksSecret("4111 1111 1111 1111"), "card");
});

test("what people write otherwise is not", () => {
  for (const text of [
    "i forgt my pasword", "My password is wrong", "my password is not accepted", "I cannot log in!", "How do I change my password?",
    "Ben, are you there?!", "My email is Ada.Lovelace@example.com", "see https://Example.com/Path-To?x=1", "The password is too short, it says",
    "it's the Well-Known page", "Order 1234567 from 2026-01-02", "password: forgotten", "I don't know", "E-Mail-Adresse", "Windows 11, Chrome 140.0.1",
  ]) assert.equal(looksSecret(text), "", text);
});

test("one line says who is there", () => {
  const thread = { handledBy: "bot", agents: "here", agent: null, position: null, ticket: null };
  assert.equal(statusLine(thread), "We usually reply in a few minutes");
  assert.equal(statusLine({ ...thread, handledBy: "queue", position: 2 }), "You are number 2 in the queue");
  assert.equal(statusLine({ ...thread, handledBy: "agent", agent: "Ben" }), "You are talking with Ben");
  assert.equal(statusLine({ ...thread, agents: "away" }), "We are away now. Leave a message, we reply by email.");
});

test("every language has every phrase, with the same gaps to fill", () => {
  const source = readdirSync(here).filter((name) => name.endsWith(".js")).map((name) => readFileSync(new URL(name, here), "utf8")).join("\n");
  const spoken = new Set([...source.matchAll(/\bt\("((?:[^"\\]|\\.)+)"/g)].map(([, phrase]) => phrase));
  const gaps = (text) => (text.match(/\{\w+\}/g) ?? []).sort();
  assert.ok(spoken.size > 80);
  for (const file of readdirSync(new URL("phrases/", here))) {
    const { dir, ...phrases } = JSON.parse(readFileSync(new URL(`phrases/${file}`, here), "utf8"));
    assert.match(dir, /^(ltr|rtl)$/);
    assert.deepEqual(Object.keys(phrases).sort(), [...spoken].sort(), file);
    for (const [phrase, said] of Object.entries(phrases)) assert.deepEqual(gaps(said), gaps(phrase), `${file}: ${phrase}`);
  }
});
