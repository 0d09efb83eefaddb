import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { decodeBase64 } from "../src/data/payload.ts";
import { decodeShapes } from "../src/data/shapecoding.ts";
import { FeatureIndex, KIND } from "../src/geo/featureindex.ts";

// tests/test_shape_coding.py checks that Python makes these bytes of these shapes.
const fixture = JSON.parse(readFileSync(new URL("shapes.json", import.meta.url), "utf8")) as {
  bytes: string;
  cells: { shapes: string[] }[];
};

test("shapes that Python coded are read as they were", () => {
  const { zoom, cells, arrays } = decodeShapes(decodeBase64(fixture.bytes));
  const index = new FeatureIndex(arrays);
  assert.equal(zoom, 3);
  assert.deepEqual(cells, [
    [4, 2],
    [5, 2],
  ]);
  assert.deepEqual(Array.from(index.styles), [0, 10, 10, 14]);
  assert.deepEqual(Array.from(index.kinds), [KIND.polygon, KIND.line, KIND.line, KIND.line]);
  const [area, ...lines] = Array.from({ length: index.length }, (_, id) => rings(index, id));
  // Python's rings end where they begin; those of the page are open.
  assert.deepEqual(
    area.map((ring) => [...ring, ring[0]]),
    numbers(fixture.cells[0].shapes[0]),
  );
  const given = fixture.cells.flatMap(({ shapes }) => shapes.slice(shapes.length > 1 ? 1 : 0));
  assert.deepEqual(lines.flat().map(sorted), given.flatMap(numbers).map(sorted));
});

test("no cells are no shapes", () => {
  const { cells, arrays } = decodeShapes(Uint8Array.of(6, 12, 0));
  assert.deepEqual(cells, []);
  assert.equal(new FeatureIndex(arrays).length, 0);
});

type Line = number[][];

function rings(index: FeatureIndex, id: number): Line[] {
  const found: Line[] = [];
  index.forEachRing(id, (from, to) => {
    found.push(
      Array.from({ length: to - from }, (_, i) => [index.xs[from + i], index.ys[from + i]]),
    );
  });
  return found;
}

/** Return the coordinates of the lines or rings of well-known text. */
const numbers = (text: string): Line[] =>
  [...text.matchAll(/\(([^()]+)\)/g)].map(([, line]) =>
    line.split(", ").map((place) => place.split(" ").map(Number)),
  );

/** A line may be turned round. */
const sorted = (line: Line): string => {
  const both = [line, [...line].reverse()].map((one) => JSON.stringify(one));
  return both.sort()[0];
};
