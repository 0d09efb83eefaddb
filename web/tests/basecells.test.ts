import assert from "node:assert/strict";
import { test } from "node:test";
import { isWithin, shareAround } from "../src/canvas/fading.ts";
import { cellKeys, coverOf, extentIn } from "../src/layers/basemap.ts";

const cells = {
  zoom: 5,
  keys: cellKeys([
    [20, 11],
    [21, 11],
    [20, 12],
  ]),
};
const isCovered = coverOf(cells);
const isWhole = (x: number, y: number, z: number, band = 0) =>
  isWithin(extentIn({ x, y, z }, cells), isCovered, band);

test("a tile has detail where all cells are that it meets", () => {
  // A tile of 512 pixels at zoom 6 is as large as a cell of zoom 5.
  assert.deepEqual(extentIn({ x: 20, y: 11, z: 6 }, cells), { x: 20, y: 11, across: 1, down: 1 });
  assert.ok(isWhole(20, 11, 6));
  assert.ok(isWhole(85, 46, 8));
  assert.ok(!isWhole(21, 12, 6));
  assert.ok(!isWhole(10, 5, 5));
  // The same tile in the next copy of the world.
  assert.ok(isWhole(20 + 32, 11, 6));
  // Beside it a cell lacks.
  assert.ok(!isWhole(20, 11, 6, 1 / 8));
  assert.ok(isWhole(20 * 4 + 1, 11 * 4 + 1, 8, 1 / 8));
});

test("detail fades out towards cells that lack, also at their corners, and nowhere else", () => {
  const share = shareAround(isCovered, 1 / 4);
  assert.equal(share(20.5, 11.5), 1);
  assert.equal(share(20.99, 11.5), 1);
  assert.equal(share(20.5, 11), 0);
  assert.equal(share(20.5, 11.125), 0.5);
  assert.ok(share(20.99, 11.99) < 0.01);
  assert.equal(share(21.5, 12.5), 0);
  // It has no steps where two cells meet.
  assert.ok(Math.abs(share(20.9999, 11.9) - share(21.0001, 11.9)) < 0.01);
});
