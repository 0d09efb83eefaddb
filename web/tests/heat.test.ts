import assert from "node:assert/strict";
import { test } from "node:test";
import { pixelUnits, unitsPerMetre, worldY } from "../src/geo/mercator.ts";
import { alphaOf, densest, heatLevel, shareOfRamp, topOf } from "../src/layers/points/heat.ts";
import { PointIndex } from "../src/layers/points/pointindex.ts";
import { points } from "./random.ts";

test("the densest square is that of counting every square", () => {
  const { xs, ys, styles } = points(3000, 71);
  const index = new PointIndex(xs, ys, styles);
  for (const hidden of [0, 4]) {
    index.leaveOut(Uint32Array.from(xs, (_, row) => (row % 7 < hidden ? 1 : 0)));
    for (const zoom of [0, 3, 8, 14, 18, 24]) {
      const { count, side } = densest(index, heatLevel(zoom, 4));
      assert.ok(side === 1 || Math.abs(Math.log2(side / (58 * pixelUnits(zoom)))) < 0.6);
      const counts = new Map<string, number>();
      for (let row = 0; row < xs.length; row++) {
        const key = `${Math.floor(xs[row] / side)} ${Math.floor(ys[row] / side)}`;
        if (index.isShown(row)) counts.set(key, (counts.get(key) ?? 0) + 1);
      }
      assert.equal(count, Math.max(...counts.values()));
    }
  }
});

test("without a record there is still an end to the colours", () => {
  const index = new PointIndex(new Int32Array(0), new Int32Array(0), new Uint8Array(0));
  assert.ok(topOf(densest(index, heatLevel(5))) > 0);
});

test("one record alone is a faint spot, however many there are elsewhere", () => {
  const place = Int32Array.of(5);
  const alone = densest(new PointIndex(place, place, Uint8Array.of(0)), heatLevel(5));
  assert.equal(alone.count, 1);
  for (const top of [topOf(alone), 1e6]) {
    assert.equal(alphaOf(0, top), 0);
    assert.ok(alphaOf(1, top) > 0.15 && alphaOf(1, top) < 0.7);
    assert.ok(alphaOf(Math.exp(-(3 ** 2) / 2), 1e6) < 0.03, "three standard deviations away");
    assert.ok(alphaOf(top, top) > 0.99);
    for (let records = 0; records < top; records += top / 50) {
      assert.ok(alphaOf(records, top) < alphaOf(records + top / 50, top));
      assert.ok(shareOfRamp(records, top) < 1);
    }
  }
});

test("a metre is as long as on the ellipsoid, to a hundredth", () => {
  // Metres of one degree of longitude: WGS 84, 2 pi a cos(lat) / (360 sqrt(1 - e2 sin2(lat)))
  // (Snyder 1987).
  for (const [lat, degree] of [
    [0, 111_319.491],
    [45, 78_846.835],
    [60, 55_800.002],
    [75, 28_902.006],
  ]) {
    const units = 2 ** 30 / 360 / degree;
    assert.ok(Math.abs(unitsPerMetre(worldY(lat)) / units - 1) < 0.01, `${lat}`);
  }
});
