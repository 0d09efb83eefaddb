import assert from "node:assert/strict";
import { test } from "node:test";
import { cellKeys, coveredParts } from "../src/layers/basemap.ts";

const cells = { zoom: 5, keys: cellKeys([20, 21, 20], [11, 11, 12]) };

test("a tile in a cell is covered whole or not at all", () => {
  // A tile of 512 pixels at zoom 6 is as large as a cell of zoom 5.
  assert.deepEqual(coveredParts({ x: 20, y: 11, z: 6 }, cells), [{ x: 0, y: 0, size: 512 }]);
  assert.deepEqual(coveredParts({ x: 85, y: 46, z: 8 }, cells), [{ x: 0, y: 0, size: 512 }]);
  assert.deepEqual(coveredParts({ x: 21, y: 12, z: 6 }, cells), []);
});

test("a tile over several cells is covered in part", () => {
  assert.deepEqual(coveredParts({ x: 10, y: 5, z: 5 }, cells), [
    { x: 0, y: 256, size: 256 },
    { x: 256, y: 256, size: 256 },
  ]);
  assert.deepEqual(coveredParts({ x: 5, y: 3, z: 4 }, cells), [{ x: 0, y: 0, size: 128 }]);
});
