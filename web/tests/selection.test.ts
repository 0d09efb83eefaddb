import assert from "node:assert/strict";
import { test } from "node:test";
import { Filter, Selection } from "../src/data/selection.ts";
import { integer, random } from "./random.ts";

const shown = (selection: Selection): number[] =>
  [...Array(selection.length).keys()].filter((row) => selection.isShown(row));

test("a record is shown where every filter passes it, however filters come and go", () => {
  const next = random(1);
  const selection = new Selection(200);
  const filters = Array.from({ length: 12 }, () => ({
    filter: new Filter(selection),
    passes: null as Set<number> | null,
  }));
  for (let turn = 0; turn < 100; turn++) {
    const one = filters[integer(next, filters.length)];
    one.passes =
      next() < 0.4 ? null : new Set(Array.from({ length: 150 }, () => integer(next, 200)));
    const { passes } = one;
    one.filter.apply(passes === null ? null : (row) => passes.has(row));
    const fits = (row: number, but?: typeof one): boolean =>
      filters.every((other) => other === but || other.passes === null || other.passes.has(row));
    const expected = [...Array(200).keys()].filter((row) => fits(row));
    assert.deepEqual(shown(selection), expected);
    assert.equal(selection.shownCount, expected.length);
    for (let row = 0; row < 200; row++) assert.equal(one.filter.passesOthers(row), fits(row, one));
  }
});

test("a layer may have any number of filters, thirty-two of them on", () => {
  const selection = new Selection(3);
  const filters = Array.from({ length: 40 }, () => new Filter(selection));
  for (const filter of filters) {
    filter.apply((row) => row > 0);
    filter.apply(null);
  }
  filters.slice(0, 32).forEach((filter) => filter.apply((row) => row > 0));
  assert.deepEqual(shown(selection), [1, 2]);
  assert.throws(() => filters[32].apply(() => true), /takes 32 filters/);
  filters.slice(0, 32).forEach((filter) => filter.apply(null));
  assert.deepEqual(shown(selection), [0, 1, 2]);
});

test("several changes cause one notification", () => {
  const selection = new Selection(4);
  const filter = new Filter(selection);
  let calls = 0;
  const stop = selection.on(() => calls++);
  selection.together(() => {
    filter.apply((row) => row > 1);
    selection.together(() => selection.pick([3]));
    assert.equal(calls, 0);
  });
  assert.equal(calls, 1);
  assert.throws(
    () =>
      selection.together(() => {
        selection.pick(null);
        throw new Error("broken");
      }),
    /broken/,
  );
  assert.equal(calls, 2);
  selection.together(() => {});
  assert.equal(calls, 2);
  stop();
  selection.pick([1]);
  assert.equal(calls, 2);
});

test("rows are selected instead of others or in addition, and no longer", () => {
  const selection = new Selection(6);
  selection.pick([1, 1, 3]);
  assert.equal(selection.pickedCount, 2);
  selection.pick([3, 4], true);
  assert.deepEqual(
    [1, 3, 4].map((row) => selection.isPicked(row)),
    [true, true, true],
  );
  assert.equal(selection.pickedCount, 3);
  selection.toggle(4);
  assert.equal(selection.pickedCount, 2);
  selection.pick([5]);
  assert.equal(selection.pickedCount, 1);
  assert.equal(selection.isPicked(1), false);
  selection.pick([]);
  assert.equal(selection.picked, null);
  selection.pick([2]);
  selection.toggle(2);
  assert.equal(selection.picked, null);
  selection.pick([2]);
  selection.pick(null);
  assert.equal(selection.picked, null);
  assert.equal(selection.pickedCount, 0);
});

test("the records that are meant are the selected ones that are shown, or all shown", () => {
  const selection = new Selection(5);
  new Filter(selection).apply((row) => row !== 2);
  assert.deepEqual([...selection.meant()], [0, 1, 3, 4]);
  selection.pick([2, 3]);
  assert.deepEqual([...selection.meant()], [3]);
});
