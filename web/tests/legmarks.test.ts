import assert from "node:assert/strict";
import { test } from "node:test";

import type { FeaturePainter } from "../src/canvas/featurepainter.ts";
import { inOrder, isOfBase, LABEL } from "../src/canvas/labels.ts";
import { Repeats } from "../src/canvas/placement.ts";
import { FeatureIndex } from "../src/geo/featureindex.ts";
import { pixelUnits } from "../src/geo/mercator.ts";
import { legLabels, MARKED_ZOOM, paintArrows } from "../src/layers/legmarks.ts";

/** One line through places, in world units. */
function line(...places: [x: number, y: number][]): FeatureIndex {
  const [xs, ys] = [0, 1].map((axis) => Int32Array.from(places, (place) => place[axis]));
  return new FeatureIndex({
    kinds: [1],
    styles: [0],
    ringSizes: Int32Array.of(places.length),
    ringOffsets: Int32Array.of(0, 1),
    xs,
    ys,
    vertexOffsets: Int32Array.of(0, places.length),
  });
}

/** The corners of every arrow on a line whose world units are pixels of the tile. */
function arrows(index: FeatureIndex): [x: number, y: number][][] {
  const drawn: [number, number][][] = [];
  const pen = {
    beginPath: () => drawn.push([]),
    lineTo: (x: number, y: number) => drawn.at(-1)!.push([x, y]),
    closePath() {},
    stroke() {},
    fill() {},
  };
  const painter = { pen, index, pixel: (i: number) => [index.xs[i], index.ys[i]] };
  paintArrows(painter as unknown as FeaturePainter, 0, {
    fill: "#000",
    halo: "#fff",
  });
  return drawn;
}

test("an arrow points from the first end of a leg to the last", () => {
  const [east] = arrows(line([100, 50], [200, 50]));
  assert.deepEqual(east[0], [155, 50]);
  const [west] = arrows(line([200, 50], [100, 50]));
  assert.deepEqual(west[0].map(Math.round), [145, 50]);
});

test("a long leg has arrows at even distances in the tile, a short one none", () => {
  const tips = arrows(line([0, 50], [200, 50], [510, 50])).map(([tip]) => Math.round(tip[0]));
  assert.deepEqual(tips, [90, 260, 430]);
  assert.equal(arrows(line([0, 50], [40, 50])).length, 0);
  assert.equal(arrows(line([-900, 50], [0, 50])).length, 0);
});

test("a leg has its length first, and its name from the zoom that has room for it", () => {
  const half = 2 ** 22;
  const labels = legLabels(line([0, 0], [half, 0], [2 * half, 0]), 0, "Poti – Samtredia", "68 km");
  const [km, ...names] = labels;
  assert.deepEqual([km.text, km.x, km.y, km.kind], ["68 km", half, 0, LABEL.leg]);
  assert.ok(km.rank >= MARKED_ZOOM);
  for (const { rank, text } of labels) assert.ok((2 * half) / pixelUnits(rank) >= 6 * text.length);
  assert.deepEqual(
    names.slice(0, 2).map(({ x }) => x),
    [half / 2, 1.5 * half],
  );
  assert.ok(names.every(({ rank }) => rank > km.rank));
  assert.deepEqual(km.aside?.map(Math.abs), [0, 1]);
  assert.ok(km.aside![1] < 0, "above the line");
});

test("a leg without a length has only its name; the smallest has nothing", () => {
  assert.ok(
    legLabels(line([0, 0], [2 ** 22, 2 ** 22]), 0, "a – b", null).every(
      ({ text }) => text === "a – b",
    ),
  );
  assert.deepEqual(legLabels(line([0, 0], [1, 1]), 0, "a – b", "1 m"), []);
});

test("legs are named before towns and are not of the base map", () => {
  const label = (kind: number) => ({ x: 0, y: 0, rank: 8, kind, text: "" });
  assert.deepEqual(
    inOrder([LABEL.town, LABEL.leg, LABEL.node].map(label), () => false).map(({ kind }) => kind),
    [LABEL.node, LABEL.leg, LABEL.town],
  );
  assert.deepEqual([LABEL.town, LABEL.water, LABEL.node, LABEL.leg].map(isOfBase), [
    true,
    true,
    false,
    false,
  ]);
});

test("the same name is not near itself", () => {
  const repeats = new Repeats();
  repeats.add("Poti – Samtredia", 10, 10);
  assert.ok(repeats.isNear("Poti – Samtredia", 100, 10, 200));
  assert.ok(!repeats.isNear("Poti – Samtredia", 300, 10, 200));
  assert.ok(!repeats.isNear("Kars – Erzurum", 10, 10, 200));
});
