// Whether the page says that it still has something to do.

import assert from "node:assert/strict";
import { test } from "node:test";
import { busy, Delayed } from "../src/ui/busy.ts";

let isBusy = false;
const documentElement = { toggleAttribute: (_: string, on: boolean) => (isBusy = on) };
Object.assign(globalThis, { document: { documentElement }, window: globalThis });

test("the page is busy until all work has ended", () => {
  const [one, other] = [busy(), busy()];
  one();
  one();
  assert.equal(isBusy, true);
  other();
  assert.equal(isBusy, false);
});

test("delayed work is done once, and the page is busy until then", async () => {
  let calls = 0;
  const done = new Promise<void>((resolve) => {
    const delayed = new Delayed(1, () => {
      calls++;
      assert.equal(isBusy, true);
      resolve();
    });
    delayed.start();
    delayed.start();
    assert.equal(isBusy, delayed.isWaiting);
  });
  assert.equal(isBusy, true);
  await done;
  assert.equal(calls, 1);
  assert.equal(isBusy, false);
});

test("cancelled work is not waited for", () => {
  const delayed = new Delayed(1, () => assert.fail());
  delayed.start();
  delayed.cancel();
  assert.equal(isBusy, false);
  assert.equal(delayed.isWaiting, false);
});
