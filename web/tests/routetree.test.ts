import assert from "node:assert/strict";
import { test } from "node:test";
import { routeFinder, widthOf } from "../src/layers/routes.ts";

const GATES = ["a", null, "b", null, undefined, "c"];

test("from every gate the pieces lead to the destination, whatever the order of the rows", () => {
  const from = routeFinder(Int32Array.from([1, 3, 1, -1, 3, 4]), (row) => GATES[row]);
  assert.deepEqual(from("a"), [0, 1, 3]);
  assert.deepEqual(from("b"), [2, 1, 3]);
  assert.deepEqual(from("c"), [5, 4, 3]);
  assert.equal(from("d"), null, "no way begins there");
});

test("a circle, or a piece that is not there, ends the walk", () => {
  const from = routeFinder(Int32Array.from([1, 0, 99]), (row) => ["a", null, "b"][row]);
  assert.deepEqual(from("a"), [0, 1, 0]);
  assert.deepEqual(from("b"), [2]);
  assert.equal(routeFinder(new Int32Array(0), () => null)("a"), null);
});

test("the more pass the wider, and the fewest can still be seen", () => {
  const widths = [1, 10, 100, 1000].map((passing) => widthOf(passing, 1000));
  assert.deepEqual(
    [...widths].sort((a, b) => a - b),
    widths,
  );
  assert.ok(widths[0] >= 0.6 && widths[3] <= 2.2);
});
