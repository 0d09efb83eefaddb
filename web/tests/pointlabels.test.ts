import assert from "node:assert/strict";
import { test } from "node:test";
import type { SymbolSource } from "../src/canvas/labels.ts";
import { pixelUnits } from "../src/geo/mercator.ts";
import { bubbleRadius } from "../src/layers/points/bubbles.ts";
import { PointLabels, PointSymbols } from "../src/layers/points/labels.ts";
import { PointIndex } from "../src/layers/points/pointindex.ts";
import type { PointSet } from "../src/layers/points/pointset.ts";
import { SymbolMarks } from "../src/layers/points/symbolmarks.ts";
import type { Mode } from "../src/layers/points/view.ts";
import { mortonCode } from "./random.ts";

const ZOOM = 6;
const unit = pixelUnits(ZOOM);
const box = { minX: 0, minY: 0, maxX: 1000 * unit, maxY: 800 * unit };

/** Return labels of points at places in CSS pixels, and the points in their order. */
function labelsAt(places: [x: number, y: number][], sizes: number[], mode: Mode = "symbols") {
  const rows = places
    .map(([x, y], i) => ({ x: x * unit, y: y * unit, size: sizes[i] }))
    .sort((a, b) => (mortonCode(a.x, a.y) < mortonCode(b.x, b.y) ? -1 : 1));
  const styles = new Uint8Array(rows.length);
  const entries = [{ label: "a", count: rows.length, color: "#000", shape: "circle" }];
  const spec = { legend: { title: null, entries }, marks: { size: sizes, coded: ["size"] } };
  const size = Uint8Array.from(rows, (row) => sizes.indexOf(row.size));
  const marks = new SymbolMarks(spec as never, styles, { size });
  const [xs, ys] = [rows.map(({ x }) => x), rows.map(({ y }) => y)].map((v) => Int32Array.from(v));
  const index = new PointIndex(xs, ys, styles, marks.ranks);
  const sizeAt = (zoom: number): number => marks.usual(zoom);
  const records = { text: () => null };
  const points = { index, marks, sizeAt, codes: {}, records } as unknown as PointSet;
  const labels = new PointLabels(points, { column: 0, zoom: 9 }, () => mode);
  const found: [x: number, y: number, radius: number][] = [];
  const symbols = new PointSymbols(points, () => mode);
  const read = (source: SymbolSource = labels) => {
    found.length = 0;
    source.symbolsIn({ ...box }, ZOOM, (x, y, radius) => found.push([x / unit, y / unit, radius]));
    return found;
  };
  return { index, read, symbols, points, labels };
}

test("names keep off every drawn symbol, also of records without a name", () => {
  const { index, read } = labelsAt(
    [
      [10, 10],
      [300, 200],
      [500, 700],
    ],
    [11, 22, 44],
  );
  const radii = read().map(([, , radius]) => radius);
  assert.deepEqual(
    radii.sort((a, b) => a - b),
    [11, 22, 44].map((size) => size / 2),
  );
  index.leaveOut(Uint32Array.of(1, 0, 0));
  assert.equal(read().length, 2, "a hidden symbol leaves its room");
});

test("without symbols there is nothing to keep off", () => {
  assert.deepEqual(labelsAt([[10, 10]], [11], "heat").read(), []);
});

test("names keep off bubbles, and most of all off their counts", () => {
  const three: [x: number, y: number][] = [
    [10, 10],
    [12, 10],
    [500, 700],
  ];
  const { points, labels, symbols } = labelsAt(three, [11, 11, 11], "bubbles");
  for (const source of [labels, symbols]) {
    const found: [x: number, radius: number, kind?: string][] = [];
    source.symbolsIn(box, ZOOM, (x, _, radius, kind) => found.push([x / unit, radius, kind]));
    const lone = found.filter(([x]) => x === 500);
    assert.deepEqual(lone, [[500, points.marks.radius(0, points.sizeAt(ZOOM)), undefined]]);
    const [disc, count] = found.filter(([x]) => x < 100);
    assert.equal(found.length, 3);
    assert.ok(disc[1] > bubbleRadius(2) && count[1] < bubbleRadius(2) && count[2] === "text");
  }
  assert.deepEqual(labels.labelsIn(box, 9), [], "records are not named");
  assert.equal(symbols.matter, true);
});

test("in a crowd one symbol stands for its square", () => {
  const places = Array.from({ length: 25_000 }, (_, i): [number, number] => [
    100 + (i % 250) / 2,
    100 + Math.floor(i / 250) / 2,
  ]);
  const { read } = labelsAt(places, new Array(25_000).fill(11));
  const count = read().length;
  assert.ok(count > 80 && count < 400, String(count));
});

/** Places in rows of a thousand, a pixel apart. */
const places = (count: number) =>
  Array.from({ length: count }, (_, i): [number, number] => [i % 1000, Math.floor(i / 1000)]);

test("names keep off the symbols of a layer without names", () => {
  const { index, read, symbols } = labelsAt(places(400), new Array(400).fill(11));
  assert.equal(symbols.matter, false, "no view has asked");
  const coarse = read(symbols).length;
  assert.ok(coarse > 0 && coarse < 100, "one for its square, where they are many");
  assert.equal(symbols.matter, false);
  index.leaveOut(Uint32Array.from({ length: 400 }, (_, row) => (row < 300 ? 1 : 0)));
  assert.equal(symbols.matter, true, "now they are few");
  assert.equal(read(symbols).length, 100);
  index.leaveOut(null);
  assert.equal(symbols.matter, true, "they were few");
  const heat = labelsAt(places(4), new Array(4).fill(11), "heat");
  assert.equal(heat.read(heat.symbols).length, 0);
});

test("of a layer of many points hardly any is tested", () => {
  const { index, read, symbols } = labelsAt(places(100_000), new Array(100_000).fill(11));
  let tests = 0;
  index.isShown = () => ++tests > 0;
  read(symbols);
  assert.equal(tests, 0, "all are in view");
  assert.equal(symbols.matter, false);
  const corner = { minX: 0, minY: 0, maxX: 20 * unit, maxY: 10 * unit };
  let found = 0;
  symbols.symbolsIn(corner, ZOOM, () => found++);
  assert.equal(found, 200);
  assert.ok(tests < 5000, String(tests));
});
