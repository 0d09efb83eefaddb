import assert from "node:assert/strict";
import { test } from "node:test";

import { laneOf } from "../src/geo/lanes.ts";

const rounded = (line: number[]): number[] => line.map((at) => Math.round(at * 100) / 100 + 0);

test("a lane lies to the left of its line, at its distance", () => {
  assert.deepEqual(rounded(laneOf([0, 0, 100, 0], 5)), [0, -5, 100, -5]);
  assert.deepEqual(rounded(laneOf([100, 0, 0, 0], -5)), [100, -5, 0, -5]);
  assert.deepEqual(rounded(laneOf([0, 0, 100, 0, 100, 100], 5)), [0, -5, 105, -5, 105, 100]);
});

test("a line in its own lane keeps every vertex", () => {
  assert.deepEqual(laneOf([0, 0, 1, 1, 2, 0], 0), [0, 0, 1, 1, 2, 0]);
});

test("small wiggles and hairpins make no loops far from the line", () => {
  const wiggles = Array.from({ length: 200 }, (_, i) => [i, i % 2]).flat();
  const lane = laneOf(wiggles, 5);
  for (let i = 1; i < lane.length; i += 2) assert.ok(lane[i] < -3 && lane[i] > -8, `${lane[i]}`);
  for (let i = 2; i < lane.length; i += 2) assert.ok(lane[i] > lane[i - 2]);
  const hairpin = laneOf([0, 0, 100, 0, 0, 1], 5);
  assert.ok(hairpin.every((at) => Number.isFinite(at) && Math.abs(at) <= 110));
});
