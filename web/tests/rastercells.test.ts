import assert from "node:assert/strict";
import { test } from "node:test";

import type { BoundsSpec, CellsSpec } from "../src/data/spec.ts";
import { worldY } from "../src/geo/mercator.ts";
import { cellAt, cellValue, colourCells, decodeCells, shadeCells } from "../src/layers/raster.ts";
import { random } from "./random.ts";

const spec = (width: number, height: number, more: Partial<CellsSpec> = {}): CellsSpec => ({
  payload: "x",
  width,
  height,
  planes: 4,
  least: 0,
  step: 1,
  digits: 0,
  colors: ["#000000", "#ff0000"],
  ...more,
});

/** What minmap/rasters/image.py does. */
function pack(codes: number[], width: number): Uint8Array {
  const bytes = new Uint8Array(codes.length * 4);
  const code = (row: number, column: number): number =>
    row < 0 || column < 0 ? 0 : codes[row * width + column];
  codes.forEach((_, at) => {
    const row = Math.floor(at / width),
      column = at % width;
    const step =
      (code(row, column) -
        code(row, column - 1) -
        code(row - 1, column) +
        code(row - 1, column - 1)) |
      0;
    const folded = (step << 1) ^ (step >> 31);
    for (let plane = 0; plane < 4; plane++)
      bytes[plane * codes.length + at] = folded >> (8 * plane);
  });
  return bytes;
}

test("cells come out as they were packed, far outliers too", () => {
  const next = random(7);
  const codes = Array.from({ length: 35 }, () => Math.floor(next() * 2 ** 30));
  assert.deepEqual([...decodeCells(pack(codes, 7), spec(7, 5))], codes);
  assert.throws(() => decodeCells(new Uint8Array(3), spec(7, 5)), /instead of 140/);
});

test("a code is a value, and its colour that of the scale", () => {
  const cells = spec(3, 1, { least: -2, step: 0.5 });
  assert.equal(cellValue(5, cells), 0);
  const legend = { title: null, unit: null, entries: [], ramp: [], min: -2, max: 0 };
  const pixels = colourCells(Int32Array.of(0, 1, 99), cells, legend);
  assert.deepEqual([...pixels], [0, 0, 0, 0, 0, 0, 0, 255, 255, 0, 0, 255]);
});

test("a value up to a limit has the colour of the limit", () => {
  const colors = ["#000001", "#000002", "#000003"];
  const cells = spec(5, 1, { least: 0, step: 5, colors, limits: [10, 100] });
  const legend = { title: null, unit: null, entries: [] };
  const codes = Int32Array.of(0, 1, 3, 4, 50); // no data, 0, 10, 15, 245
  const pixels = [...colourCells(codes, cells, legend)];
  const blues = pixels.filter((_, at) => at % 4 === 2);
  assert.deepEqual(blues, [0, 1, 1, 2, 3]);
});

test("a shade is a colour by its number", () => {
  const pixels = shadeCells(Uint8Array.of(0, 2, 1), spec(3, 1));
  assert.deepEqual([...pixels], [0, 0, 0, 0, 255, 0, 0, 255, 0, 0, 0, 255]);
});

test("a place is in its cell, in every copy of the world, and in none outside", () => {
  const bounds: BoundsSpec = [
    [-40, 170],
    [40, 190],
  ];
  const cells = spec(10, 2);
  assert.equal(cellAt(1, 171, cells, bounds), 0);
  assert.equal(cellAt(-1, 189, cells, bounds), 19);
  assert.equal(cellAt(-1, -171, cells, bounds), 19);
  assert.equal(cellAt(1, 169, cells, bounds), -1);
  assert.equal(cellAt(41, 171, cells, bounds), -1);
  assert.ok(worldY(40) < worldY(-40));
});
