import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Box,
  boxCopies,
  latOf,
  lonOf,
  pixelUnits,
  shortLat,
  shortLon,
  tileBox,
  WORLD,
  worldX,
  worldY,
} from "../src/geo/mercator.ts";
import { integer, random } from "./random.ts";

const shifts = (box: Box): number[] => boxCopies(box).map(({ shift }) => shift);

test("corners and middle of the world", () => {
  assert.equal(worldX(-180), 0);
  assert.equal(worldX(180), WORLD);
  assert.equal(worldY(0), WORLD / 2);
  assert.ok(Math.abs(worldY(85.05112877980659)) < 1);
  assert.ok(worldY(60) < worldY(50), "Y grows to the south");
});

test("there and back", () => {
  for (const [lon, lat] of [
    [51.2, 43.6],
    [-122.4, -37.8],
    [0, 0],
    [179.9, 80],
  ]) {
    assert.ok(Math.abs(lonOf(worldX(lon)) - lon) < 1e-9);
    assert.ok(Math.abs(latOf(worldY(lat)) - lat) < 1e-9);
  }
});

test("a tile's square, its padding and the worlds it touches", () => {
  assert.deepEqual(tileBox({ x: 1, y: 0, z: 2 }), {
    minX: WORLD / 2,
    minY: 0,
    maxX: WORLD,
    maxY: WORLD / 2,
  });
  const padded = tileBox({ x: 1, y: 0, z: 2 }, 8);
  assert.equal(padded.maxX - WORLD, 8 * pixelUnits(2));
  assert.deepEqual(shifts(padded), [0, -WORLD]);
  assert.deepEqual(shifts(tileBox({ x: 1, y: 0, z: 2 })), [0]);
  assert.deepEqual(
    shifts(tileBox({ x: 0, y: 0, z: 0 }, 8)),
    [WORLD, 0, -WORLD, -2 * WORLD],
    "at zoom 0 a tile is two worlds wide",
  );
});

/** The square of the grid that a place falls to, as minmap.webmap.payload.to_world has it. */
const onGrid = (unit: number): number => Math.max(0, Math.min(WORLD - 1, Math.floor(unit)));

test("degrees of up to six decimals leave the grid as they came", () => {
  const next = random(71);
  for (let i = 0; i < 20_000; i++) {
    const scale = 10 ** integer(next, 7);
    const lon = (integer(next, 360 * scale + 1) - 180 * scale) / scale;
    const lat = (integer(next, 170 * scale + 1) - 85 * scale) / scale;
    assert.equal(shortLon(onGrid(worldX(lon))), lon);
    assert.equal(shortLat(onGrid(worldY(lat))), lat);
  }
  for (const [lon, lat] of [
    [52.65, 43.6],
    [-180, 0],
    [180, 85],
    [67.5, -85],
    [0, 66.513261],
    [-0.000001, 0.000001],
  ]) {
    assert.equal(shortLon(onGrid(worldX(lon))), lon);
    assert.equal(shortLat(onGrid(worldY(lat))), lat);
  }
});

test("short degrees fall to the square of the grid that they are of", () => {
  const next = random(72);
  for (let i = 0; i < 20_000; i++) {
    const [x, y] = [integer(next, WORLD), integer(next, WORLD)];
    assert.equal(onGrid(worldX(shortLon(x)) + 2e-5), x);
    assert.equal(onGrid(worldY(shortLat(y)) + 2e-5), y);
  }
});
