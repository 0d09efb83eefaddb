import assert from "node:assert/strict";
import { test } from "node:test";
import { firstColumn, shadesOf, shareAt } from "../src/layers/relief.ts";

test("relief is whole near its level and fades out beyond it", () => {
  const shares = [-2, 1, 2, 3, 8].map((beyond) => shareAt(beyond, [1, 3]));
  assert.deepEqual(shares, [1, 1, 0.5, 0, 0]);
});

test("the columns of a level begin after their widest gap, also across 180 degrees", () => {
  assert.equal(firstColumn([3, 4, 5], 32), 3);
  assert.equal(firstColumn([0, 1, 30, 31], 32), 30);
  assert.equal(firstColumn([7], 32), 7);
});

test("flat land is clear; what is darker is black and what is lighter is white", () => {
  const shades = new Uint8Array(shadesOf({ flat: 128, still: 4, contrast: 2 }).buffer);
  const at = (grey: number) => [...shades.subarray(4 * grey, 4 * grey + 4)];
  for (let grey = 124; grey <= 132; grey++) assert.equal(at(grey)[3], 0);
  assert.deepEqual(at(114), [0, 0, 0, 20]);
  assert.deepEqual(at(142), [255, 255, 255, 20]);
  assert.equal(at(0)[3], 248);
});
