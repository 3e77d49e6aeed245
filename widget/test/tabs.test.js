// Several tabs: who leads, and what happens where the browser gives a foreign frame no locks.
import assert from "node:assert/strict";
import test from "node:test";

/** @param {(options: any, held: () => any) => Promise<any>} request */
async function tabs(request) {
  const locks = { request: (/** @type {string} */ _name, /** @type {any} */ options, /** @type {any} */ held) => request(options, held) };
  Object.defineProperty(globalThis, "BroadcastChannel", { value: class {}, configurable: true }); // a real one keeps Node awake
  Object.defineProperty(globalThis, "navigator", { value: { locks }, configurable: true, writable: true });
  return import(`../tabs.js?${Math.random()}`);
}

test("where locks are denied, a tab leads by itself and asks once", async () => {
  let asked = 0;
  const { joinTabs, leads, takeLead } = await tabs(async () => {
    asked += 1;
    throw new DOMException("The request was denied.", "SecurityError");
  });
  let led = 0;
  joinTabs(() => {}, () => { led += 1; });
  takeLead(true);
  await new Promise((resolve) => { setTimeout(resolve); });
  assert.deepEqual([asked, led, leads()], [1, 1, true]);
});

test("a tab whose lead was stolen waits for its turn", async () => {
  const wishes = [];
  const { joinTabs, leads, takeLead } = await tabs((options, held) => {
    wishes.push(options.steal ?? false);
    if (!options.steal) return new Promise(() => {});
    held();
    return Promise.reject(new DOMException("Stolen.", "AbortError"));
  });
  joinTabs(() => {}, () => {});
  takeLead(true);
  await new Promise((resolve) => { setTimeout(resolve); });
  assert.deepEqual([wishes, leads()], [[true, false], false]);
});

/** A browser's one lock: who steals is told of it before the one who lost it, as on a slow machine. */
class Lock {
  /** @type {{ lose: (error: Error) => void } | null} */ holder = null;
  /** @type {(() => void)[]} */ line = [];

  request(/** @type {any} */ options, /** @type {() => any} */ held) {
    return new Promise((resolve, reject) => {
      const take = () => {
        const me = { lose: reject };
        this.holder = me;
        Promise.resolve(held()).then((value) => {
          resolve(value);
          if (this.holder !== me) return;
          this.holder = null;
          this.line.shift()?.();
        });
      };
      setTimeout(() => {
        const before = this.holder;
        if (!options.steal && before) this.line.push(take);
        else take();
        if (options.steal) before?.lose(new DOMException("Stolen.", "AbortError"));
      });
    });
  }
}

const aMoment = () => new Promise((resolve) => { setTimeout(resolve, 20); });

test("who takes the lead twice before the first answer leads", async () => {
  const lock = new Lock();
  const request = lock.request.bind(lock);
  const [first, second] = [await tabs(request), await tabs(request)];
  for (const tab of [first, second]) tab.joinTabs(() => {}, () => {});
  for (const tab of [first, second, first, second]) {
    tab.takeLead(true);
    tab.takeLead(true);
    await aMoment();
    assert.deepEqual([first.leads(), second.leads()], [tab === first, tab === second]);
  }
  second.leaveLead();
  await aMoment();
  assert.deepEqual([first.leads(), second.leads()], [true, false]);
});
