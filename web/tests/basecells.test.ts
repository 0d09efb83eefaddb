import assert from "node:assert/strict";
import { test } from "node:test";
import { cellKeys, coveredParts } from "../src/layers/basemap.ts";

const cells = {
  zoom: 5,
  keys: cellKeys([
    [20, 11],
    [21, 11],
    [20, 12],
  ]),
};
const covered = (x: number, y: number, z: number, ratio = 1) =>
  coveredParts({ x, y, z }, cells, ratio);

test("a tile in a cell is covered whole or not at all", () => {
  // A tile of 512 pixels at zoom 6 is as large as a cell of zoom 5.
  const whole = [{ x: 0, y: 0, width: 512, height: 512 }];
  assert.deepEqual(covered(20, 11, 6), whole);
  assert.deepEqual(covered(85, 46, 8), whole);
  assert.deepEqual(covered(21, 12, 6), []);
  // The same tile in the next copy of the world.
  assert.deepEqual(covered(20 + 32, 11, 6), whole);
});

test("a tile over several cells is covered in part", () => {
  assert.deepEqual(covered(10, 5, 5), [
    { x: 0, y: 256, width: 256, height: 256 },
    { x: 256, y: 256, width: 256, height: 256 },
  ]);
  assert.deepEqual(covered(5, 3, 4), [{ x: 0, y: 0, width: 128, height: 128 }]);
});

test("cells of a fractional zoom meet on pixels of the screen", () => {
  const parts = covered(14, 8, 5.5, 2);
  const [west, east] = parts.filter(({ y }) => y === 0);
  assert.equal(west.x + west.width, east.x);
  assert.equal(east.x * 2, Math.round(east.x * 2));
  assert.ok(Math.abs(east.x - (21 * 256 * 2 ** 0.5 - 14 * 512)) <= 0.25);
});
