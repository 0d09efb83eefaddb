import assert from "node:assert/strict";
import { test } from "node:test";
import geographiclib from "geographiclib-geodesic";
import { HexGrid } from "../src/geo/hexgrid.ts";
import { latOf, lonOf, WORLD, worldY } from "../src/geo/mercator.ts";
import type { Cell } from "../src/layers/points/cells.ts";
import { areaAt, classesTo, colorsOf, countHexagons } from "../src/layers/points/hexagons.ts";
import { PointIndex } from "../src/layers/points/pointindex.ts";
import { points, random } from "./random.ts";

type Corners = [x: number, y: number][];

/** Return the area in km2 of a polygon whose sides are straight in Mercator, by geodesics. */
function geodesicArea(corners: [number, number][]): number {
  const { Geodesic } = geographiclib;
  const polygon = Geodesic.WGS84.Polygon(false);
  corners.forEach(([x, y], i) => {
    const [nextX, nextY] = corners[(i + 1) % corners.length];
    const steps = 60;
    for (let step = 0; step < steps; step++) {
      const part = step / steps;
      polygon.AddPoint(latOf(y + part * (nextY - y)), lonOf(x + part * (nextX - x)));
    }
  });
  return Math.abs(polygon.Compute(false, true).area!) / 1e6;
}

/** Yield the latitudes of random places, and the corners of the hexagons around them. */
function* hexagons(grid: HexGrid, count: number): Generator<[lat: number, corners: Corners]> {
  const next = random(7);
  for (let n = 0; n < count; n++) {
    const lat = 160 * next() - 80;
    yield [lat, grid.cornersOf(grid.codeAt(next() * WORLD, worldY(lat)))];
  }
}

test("hexagons have the stated area on the ellipsoid, wherever they lie", () => {
  for (const km2 of [1, 1000, 100_000]) {
    const grid = new HexGrid(km2 * 1e6);
    const stated = grid.area / 1e6;
    assert.ok(Math.abs(stated / km2 - 1) < 0.05);
    for (const [lat, corners] of hexagons(grid, 300)) {
      if (corners.length === 5) continue;
      const area = geodesicArea(corners);
      assert.ok(Math.abs(area / stated - 1) < 0.015, `${km2} at ${lat}: ${area}`);
    }
  }
});

test("hexagons have six corners and are about regular on the map, without seams", () => {
  const grid = new HexGrid(1e10);
  let pentagons = 0;
  for (const [lat, corners] of hexagons(grid, 3000)) {
    if (corners.length === 5) pentagons++;
    else assert.equal(corners.length, 6);
    const sides = corners.map(([x, y], i) => {
      const [nextX, nextY] = corners[(i + 1) % corners.length];
      return Math.hypot(nextX - x, nextY - y);
    });
    assert.ok(Math.max(...sides) / Math.min(...sides) < 1.6, `${lat}`);
  }
  assert.ok(pentagons < 30);
});

test("a hexagon around a pole is a strip along the edge of the map", () => {
  const grid = new HexGrid(3e12);
  const northernmost = [...Array(36).keys()].map((place) =>
    grid.cornersOf(grid.codeAt((place / 36) * WORLD, worldY(84.9))),
  );
  const corners = northernmost.find((some) => some.some(([, y]) => y === 0))!;
  const xs = corners.map(([x]) => x);
  assert.ok(Math.abs(Math.max(...xs) - Math.min(...xs) - WORLD) < 1);
});

/** Return whether a place is in a polygon. */
function isInside(corners: [number, number][], x: number, y: number): boolean {
  let inside = false;
  corners.forEach(([ax, ay], i) => {
    const [bx, by] = corners[(i + 1) % corners.length];
    if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) inside = !inside;
  });
  return inside;
}

test("every place is in the hexagon that its number says, and in no other", () => {
  const grid = new HexGrid(1e9);
  const next = random(5);
  let others = 0;
  for (let n = 0; n < 4000; n++) {
    const [x, y] = [next() * WORLD, worldY(-80 + 160 * next())];
    const code = grid.codeAt(x, y);
    // Straight sides on the map bend a little on the grid.
    const wide = new Set(
      [-1, 1].flatMap((a) => [-1, 1].map((b) => grid.codeAt(x + a * 1e4, y + b * 1e4))),
    );
    if (wide.size > 1) continue;
    assert.ok(isInside(grid.cornersOf(code), x, y), `${x} ${y}`);
    const neighbour = grid.codeAt(x + WORLD / 500, y);
    if (neighbour === code) continue;
    others++;
    assert.ok(!isInside(grid.cornersOf(neighbour), x, y));
  }
  assert.ok(others > 1000);
});

// Fewer records than are counted in one step, and more.
for (const [records, area] of [
  [3000, 1e11],
  [20_000, 3e12],
])
  test(`each of ${records} records is in one hexagon of one tile, however many show it`, () =>
    countByTiles(records, area));

function countByTiles(records: number, area: number): void {
  const { xs, ys, styles } = points(records, 9);
  const index = new PointIndex(xs, ys, styles);
  index.leaveOut(Uint32Array.from(xs, (_, row) => (row % 5 === 0 ? 1 : 0)));
  const grid = new HexGrid(area);
  const all = new Map<number, number>();
  for (let row = 0; row < xs.length; row++) {
    if (!index.isShown(row)) continue;
    // Hexagons at the edges of the world have records on both sides.
    for (const shift of [-WORLD, 0, WORLD]) {
      const code = grid.codeAt(xs[row] + shift, ys[row]);
      all.set(code, (all.get(code) ?? 0) + 1);
    }
  }
  assert.ok(all.size > 100);
  let seen = 0;
  const side = WORLD / 8;
  for (let column = 0; column < 8; column++) {
    for (let line = 0; line < 8; line++) {
      const box = {
        minX: column * side,
        minY: line * side,
        maxX: (column + 1) * side,
        maxY: (line + 1) * side,
      };
      const cells = new Map<number, Cell>();
      for (const _ of countHexagons(index, grid, box, cells));
      for (const { code, count, x, y } of cells.values()) {
        const isIn = x >= box.minX && x < box.maxX && y >= box.minY && y < box.maxY;
        if (!isIn) continue;
        assert.equal(count, all.get(code!));
        seen += count;
      }
    }
  }
  assert.equal(seen, [...xs.keys()].filter((row) => index.isShown(row)).length);
}

test("the areas are round, and their hexagons stay 14 to 30 pixels wide", () => {
  for (const lat of [0, 40, 65]) {
    for (let zoom = 2; zoom <= 16; zoom++) {
      const km2 = areaAt(zoom, lat);
      assert.match(km2.toExponential(), /^[13]e/);
      const metres = (40_075_017 * Math.cos((lat * Math.PI) / 180)) / 2 ** (8 + zoom);
      const width = Math.sqrt((2 / Math.sqrt(3)) * km2 * 1e6) / metres;
      assert.ok(width > 14 && width < 30, `${lat} ${zoom}: ${width}`);
    }
  }
});

test("classes rise, begin with one record and have a colour each", () => {
  for (const [most, from] of [
    [0, [1]],
    [1, [1]],
    [2, [1, 2]],
    [40, [1, 2, 4, 11, 31]],
    [31, [1, 2, 4, 11, 31]],
    [5000, [1, 2, 11, 101, 1001]],
  ] as const) {
    assert.deepEqual(classesTo(most), from);
    assert.equal(new Set(colorsOf(from.length)).size, from.length);
  }
  assert.ok(classesTo(1e9).length <= 7);
});
