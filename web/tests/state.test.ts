import assert from "node:assert/strict";
import { test } from "node:test";

import { type Notebook, numbersIn, same, storeOf } from "../src/notebook/state.ts";
import { uniqueId } from "../src/ui/dom.ts";

test("states are the same whatever the order of their keys", () => {
  assert.ok(same({ a: ["x"], b: [1, null] }, { b: [1, null], a: ["x"] }));
  assert.ok(same([1, 2, 3], [1, 2, 3]));
  assert.ok(same(Int32Array.of(4, 5), Int32Array.of(4, 5)));
  assert.ok(same({}, {}));
  for (const [one, other] of [
    [{ a: 1 }, { a: 2 }],
    [{ a: 1 }, { b: 1 }],
    [{ a: 1 }, {}],
    [null, {}],
    [[1, 2], [1]],
    ["1", 1],
  ]) {
    assert.ok(!same(one, other), JSON.stringify([one, other]));
  }
});

test("places are read from any part of what was sent", () => {
  const sent = Int32Array.of(9, 7, 300_000, 9).buffer;
  assert.deepEqual([...numbersIn(new DataView(sent, 4, 8))], [7, 300_000]);
  assert.deepEqual([...numbersIn(new DataView(Uint8Array.of(0, 1, 0, 0, 0).buffer, 1, 4))], [1]);
  assert.deepEqual([...numbersIn(Int32Array.of(3))], [3]);
  assert.equal(numbersIn(undefined).length, 0);
});

test("a payload that was not sent is named", () => {
  const held: Record<string, DataView> = { one: new DataView(Uint8Array.of(1, 2, 3).buffer, 1, 2) };
  const store = storeOf({ get: (name: string) => held[name] } as unknown as Notebook);
  assert.deepEqual([...store.take("one")], [2, 3]);
  assert.deepEqual([...store.take("one")], [2, 3]);
  assert.throws(() => store.take("two"), /"two"/);
});

test("no two ids are alike", () => {
  assert.notEqual(uniqueId("mm-panel"), uniqueId("mm-panel"));
});
