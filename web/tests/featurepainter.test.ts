import assert from "node:assert/strict";
import { test } from "node:test";
import { safeColor } from "../src/canvas/colors.ts";
import { FeaturePainter, featurePainters } from "../src/canvas/featurepainter.ts";
import { legStrokes } from "../src/canvas/strokes.ts";
import type { Pen } from "../src/canvas/surface.ts";
import { FeatureIndex, KIND } from "../src/geo/featureindex.ts";
import { type TileCoords, WORLD } from "../src/geo/mercator.ts";

/** A canvas that notes the lines drawn on it: where each begins and how far into its dash. */
class Paper {
  lineDashOffset = 0;
  runs: { offset: number; points: [number, number][] }[] = [];
  beginPath(): void {}
  closePath(): void {}
  stroke(): void {}
  setLineDash(): void {}
  moveTo(x: number, y: number): void {
    this.runs.push({ offset: this.lineDashOffset, points: [[x, y]] });
  }
  lineTo(x: number, y: number): void {
    this.runs.at(-1)!.points.push([x, y]);
  }
}

function line(...vertices: [number, number][]): FeatureIndex {
  const [xs, ys] = [0, 1].map((axis) => Int32Array.from(vertices, (vertex) => vertex[axis]));
  return new FeatureIndex({
    kinds: [KIND.line],
    styles: [0],
    ringSizes: Int32Array.of(vertices.length),
    ringOffsets: Int32Array.of(0, 1),
    xs,
    ys,
    vertexOffsets: Int32Array.of(0, vertices.length),
  });
}

function drawn(index: FeatureIndex, coords: TileCoords, dash: number[] | null): Paper {
  const paper = new Paper();
  for (const painter of featurePainters(paper as unknown as Pen, index, coords)) {
    painter.stroke(painter.ids(), { color: "#000", width: 1, dash });
  }
  return paper;
}

const pixel = 2 ** (22 - 10); // world units of a pixel at zoom 10
const tile = 512 * pixel;

test("a dash goes on in the next tile where it stopped in this one", () => {
  // From 128 pixels into one tile through the next and into a third.
  const index = line(
    [256 * tile + 128 * pixel, 256 * tile + 50 * pixel],
    [258 * tile + 128 * pixel, 256 * tile + 50 * pixel],
  );
  const [west] = drawn(index, { x: 256, y: 256, z: 10 }, [6, 4]).runs;
  const [middle] = drawn(index, { x: 257, y: 256, z: 10 }, [6, 4]).runs;
  assert.deepEqual(west, {
    offset: 0,
    points: [
      [128, 50],
      [520, 50],
    ],
  });
  assert.deepEqual(
    middle,
    {
      offset: 376,
      points: [
        [-8, 50],
        [520, 50],
      ],
    },
    "376 = 512 - 128 - 8 pixels into the line",
  );
});

test("far outside a tile nothing is drawn, and no coordinate is large", () => {
  const index = line([0, 0], [WORLD - 1, WORLD - 1], [WORLD - 1, 0]);
  const { runs } = drawn(index, { x: 256, y: 256, z: 10 }, null);
  assert.equal(runs.length, 1);
  for (const [x, y] of runs[0].points)
    assert.ok(x >= -8.01 && x <= 520.01 && y >= -8.01 && y <= 520.01);
});

test("vertices that would not show are left out, the ends stay", () => {
  const many: [number, number][] = Array.from({ length: 1000 }, (_, i) => [
    256 * tile + i,
    256 * tile + 5 * pixel,
  ]);
  const { runs } = drawn(line(...many), { x: 256, y: 256, z: 10 }, null);
  assert.deepEqual(runs[0].points, [
    [0, 5],
    [999 / pixel, 5],
  ]);
});

test("what lies just past the antimeridian is drawn at the edge of the other side's tile", () => {
  const index = line([2 * pixel, 256 * tile], [2 * pixel, 256 * tile + 100 * pixel]);
  const { runs } = drawn(index, { x: 511, y: 256, z: 10 }, null);
  assert.deepEqual(runs[0].points, [
    [514, 0],
    [514, 100],
  ]);
});

test("a polygon inside the tile is whole, one that reaches out is cut", () => {
  const paper = new Paper() as unknown as Pen;
  const make = (side: number): FeatureIndex =>
    new FeatureIndex({
      kinds: [KIND.polygon],
      styles: [0],
      ringSizes: Int32Array.of(4),
      ringOffsets: Int32Array.of(0, 1),
      xs: Int32Array.from([0, side, side, 0], (x) => 256 * tile + x),
      ys: Int32Array.from([0, 0, side, side], (y) => 256 * tile + y),
      vertexOffsets: Int32Array.of(0, 4),
    });
  assert.equal(
    new FeaturePainter(paper, make(100 * pixel), { x: 256, y: 256, z: 10 }).tracePolygon(0),
    true,
  );
  assert.equal(
    new FeaturePainter(paper, make(2 * tile), { x: 256, y: 256, z: 10 }).tracePolygon(0),
    false,
  );
});

test("legs of each status look different, and so do those of each mode", () => {
  const looks = ["rail", "road", "sea"].flatMap((mode) =>
    ["operating", "under construction", "planned"].map((status) =>
      JSON.stringify(
        legStrokes(
          { label: "", count: 1, color: "#123456", shape: "line", mode, status },
          safeColor,
        ).map(({ width, dash }) => [width, dash ?? null]),
      ),
    ),
  );
  assert.equal(new Set(looks).size, 9);
});
