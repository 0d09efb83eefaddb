import assert from "node:assert/strict";
import { test } from "node:test";
import { lineFrom } from "../src/geo/polyline.ts";
import { routeFinder, widthOf } from "../src/layers/routes.ts";

const entry = (node: string | null | undefined, edge: string | null = null) =>
  typeof node === "string" ? { node, edge } : null;
const GATES = ["a", null, "b", null, undefined, "c"];

test("from every gate the pieces lead to the destination, whatever the order of the rows", () => {
  const from = routeFinder(Int32Array.from([1, 3, 1, -1, 3, 4]), (row) => entry(GATES[row]));
  assert.deepEqual(from({ node: "a", edge: null })?.pieces, [0, 1, 3]);
  assert.deepEqual(from({ node: "b", edge: null })?.pieces, [2, 1, 3]);
  assert.deepEqual(from({ node: "c", edge: null })?.pieces, [5, 4, 3]);
  assert.equal(from({ node: "d", edge: null }), null, "no route begins there");
});

test("a node that several roads lead to is entered over each of them", () => {
  const roads = ["north", "south", null];
  const from = routeFinder(Int32Array.from([2, 2, -1]), (row) => entry("a", roads[row]));
  assert.deepEqual(from({ node: "a", edge: "north" }), { pieces: [0, 2], midway: true });
  assert.deepEqual(from({ node: "a", edge: "south" }), { pieces: [1, 2], midway: true });
  assert.deepEqual(from({ node: "a", edge: null }), { pieces: [2], midway: false });
});

test("a road that is entered between its ends is drawn from there", () => {
  const road: [number, number][] = [
    [0, 0],
    [4, 0],
    [4, 4],
  ];
  assert.deepEqual(lineFrom(road, [1, 2]), [
    [1, 0],
    [4, 0],
    [4, 4],
  ]);
  assert.deepEqual(lineFrom(road, [5, 3]), [
    [4, 3],
    [4, 4],
  ]);
  assert.deepEqual(lineFrom(road, [-1, -1]), road);
  assert.deepEqual(
    lineFrom(
      [
        [0, 0],
        [0, 0],
      ],
      [1, 1],
    ),
    [
      [0, 0],
      [0, 0],
    ],
  );
});

test("a circle, or a piece that is not there, ends the walk", () => {
  const from = routeFinder(Int32Array.from([1, 0, 99]), (row) => entry(["a", null, "b"][row]));
  assert.deepEqual(from({ node: "a", edge: null })?.pieces, [0, 1, 0]);
  assert.deepEqual(from({ node: "b", edge: null })?.pieces, [2]);
  assert.equal(routeFinder(new Int32Array(0), () => null)({ node: "a", edge: null }), null);
});

test("the more pass the wider, and the fewest can still be seen", () => {
  const widths = [1, 10, 100, 1000].map((passing) => widthOf(passing, 1000));
  assert.deepEqual(
    [...widths].sort((a, b) => a - b),
    widths,
  );
  assert.ok(widths[0] >= 0.6 && widths[3] <= 2.2);
});
