import assert from "node:assert/strict";
import { test } from "node:test";
import { latOf, lonOf, pixelUnits, tileBox, WORLD, worldShifts, worldX, worldY } from "../src/mercator.ts";

test("corners and middle of the world", () => {
  assert.equal(worldX(-180), 0);
  assert.equal(worldX(180), WORLD);
  assert.equal(worldY(0), WORLD / 2);
  assert.ok(Math.abs(worldY(85.05112877980659)) < 1);
  assert.ok(worldY(60) < worldY(50), "Y grows to the south");
});

test("there and back", () => {
  for (const [lon, lat] of [[51.2, 43.6], [-122.4, -37.8], [0, 0], [179.9, 80]]) {
    assert.ok(Math.abs(lonOf(worldX(lon)) - lon) < 1e-9);
    assert.ok(Math.abs(latOf(worldY(lat)) - lat) < 1e-9);
  }
});

test("a tile's square, its padding and the worlds it touches", () => {
  assert.deepEqual(tileBox({ x: 1, y: 0, z: 2 }), { minX: WORLD / 2, minY: 0, maxX: WORLD, maxY: WORLD / 2 });
  const padded = tileBox({ x: 1, y: 0, z: 2 }, 8);
  assert.equal(padded.maxX - WORLD, 8 * pixelUnits(2));
  assert.deepEqual(worldShifts(padded), [0, -WORLD]);
  assert.deepEqual(worldShifts(tileBox({ x: 1, y: 0, z: 2 })), [0]);
  assert.deepEqual(worldShifts(tileBox({ x: 0, y: 0, z: 0 }, 8)), [WORLD, 0, -WORLD, -2 * WORLD], "at zoom 0 a tile is two worlds wide");
});
