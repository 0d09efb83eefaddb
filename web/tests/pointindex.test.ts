import assert from "node:assert/strict";
import { test } from "node:test";
import type { Styles } from "../src/data/loader.ts";
import { WORLD, withinTurn } from "../src/geo/mercator.ts";
import { PointIndex } from "../src/layers/points/pointindex.ts";
import { integer, type Points, points, random } from "./random.ts";

/** The first point switched on of each square of side 2^level. */
function firstOfEachSquare(
  { xs, ys, styles }: Points,
  level: number,
  hidden: Set<number>,
): number[] {
  const seen = new Set<string>();
  return [...xs.keys()].filter((row) => {
    if (hidden.has(styles[row])) return false;
    const square = `${Math.floor(xs[row] / 2 ** level)} ${Math.floor(ys[row] / 2 ** level)}`;
    return !seen.has(square) && seen.add(square);
  });
}

/** The word of each point: 1 for those of hidden styles. */
const words = ({ styles }: { styles: Styles }, hidden: Set<number>): Uint32Array =>
  Uint32Array.from(styles, (style) => (hidden.has(style) ? 1 : 0));

const whole = { minX: 0, minY: 0, maxX: WORLD, maxY: WORLD };

function drawn(index: PointIndex, box: typeof whole, level: number): number[] {
  const rows: number[] = [];
  index.forEachDrawn(box, level, (row) => rows.push(row));
  return rows;
}

for (const hidden of [new Set<number>(), new Set([0]), new Set([1, 2, 3])]) {
  test(`one point of each occupied square is drawn, styles ${[...hidden]} hidden`, () => {
    const made = points(3000, 11);
    const index = new PointIndex(made.xs, made.ys, made.styles);
    index.leaveOut(words(index, hidden));
    for (let level = 0; level <= 30; level += 3) {
      assert.deepEqual(drawn(index, whole, level), firstOfEachSquare(made, level, hidden));
    }
  });
}

test("showing again what was hidden gives the first picture", () => {
  const made = points(500, 12);
  const index = new PointIndex(made.xs, made.ys, made.styles);
  const before = index.levels.slice();
  index.leaveOut(words(index, new Set([1])));
  assert.notDeepEqual(index.levels, before);
  index.leaveOut(words(index, new Set<number>()));
  assert.deepEqual(index.levels, before);
});

test("all styles hidden draws nothing and finds nothing", () => {
  const made = points(200, 13);
  const index = new PointIndex(made.xs, made.ys, made.styles);
  index.leaveOut(words(index, new Set([0, 1, 2, 3])));
  assert.deepEqual(drawn(index, whole, 0), []);
  assert.deepEqual(index.within(700_000_000, 300_000_000, 1e6), []);
});

test("two tiles agree on the points along their common edge", () => {
  const made = points(3000, 14);
  const index = new PointIndex(made.xs, made.ys, made.styles);
  const pad = 2000;
  const edge = 500_002_500;
  const west = drawn(
    index,
    { minX: edge - 20000, minY: 4e8, maxX: edge + pad, maxY: 4e8 + 20000 },
    5,
  );
  const east = drawn(
    index,
    { minX: edge - pad, minY: 4e8, maxX: edge + 20000, maxY: 4e8 + 20000 },
    5,
  );
  const near = (row: number): boolean => Math.abs(made.xs[row] - edge) < pad;
  assert.ok(west.filter(near).length > 10);
  assert.deepEqual(west.filter(near), east.filter(near));
});

test("hits are those of brute force, hidden ones left out", () => {
  const made = points(2000, 15);
  const index = new PointIndex(made.xs, made.ys, made.styles);
  const next = random(16);
  for (const hidden of [new Set<number>(), new Set([2])]) {
    index.leaveOut(words(index, hidden));
    for (let i = 0; i < 150; i++) {
      const pick = integer(next, 2000);
      const radius = 2 ** (4 + integer(next, 22));
      const x = made.xs[pick] + integer(next, radius);
      const y = made.ys[pick];
      const expected = [...made.xs.keys()].filter(
        (row) =>
          !hidden.has(made.styles[row]) && Math.hypot(made.xs[row] - x, made.ys[row] - y) <= radius,
      );
      const found = index.within(x, y, radius);
      // Past the edge of the world a point is found in its next copy, which brute force does not
      // see.
      if (x + radius + 1 <= WORLD && x - radius >= 0)
        assert.deepEqual(
          found.map(({ row }) => row),
          expected,
        );
      for (const { row, distance } of found.slice(0, 3))
        assert.ok(distance <= radius && index.isShown(row));
    }
  }
});

test("past the antimeridian points of the other side are drawn and hit", () => {
  const index = new PointIndex(
    Int32Array.of(10, WORLD - 10),
    Int32Array.of(1000, 1000),
    Uint8Array.of(0, 0),
  );
  const seen: [number, number][] = [];
  index.forEachDrawn(
    { minX: WORLD - 100, minY: 0, maxX: WORLD + 100, maxY: 2000 },
    0,
    (row, shift) => seen.push([row, shift]),
  );
  assert.deepEqual(seen, [
    [1, 0],
    [0, WORLD],
  ]);
  assert.deepEqual(index.within(WORLD - 1, 1000, 15), [
    { row: 1, distance: 9 },
    { row: 0, distance: 11 },
  ]);
  assert.ok(index.meets({ minX: WORLD, minY: 0, maxX: WORLD + 50, maxY: 2000 }));
  assert.ok(!index.meets({ minX: 5e8, minY: 0, maxX: 6e8, maxY: 2000 }));
});

test("points out of Z-order are refused", () => {
  assert.throws(
    () => new PointIndex(Int32Array.of(5, 1), Int32Array.of(5, 1), Uint8Array.of(0, 0)),
    /not in Z-order at row 1/,
  );
});

test("a box shows a point unless all of its points are hidden", () => {
  const { xs, ys, styles } = points(200, 5);
  const index = new PointIndex(xs, ys, styles);
  const around = { minX: xs[7], minY: ys[7], maxX: xs[7] + 1, maxY: ys[7] + 1 };
  const beyond = { ...around, minX: xs[7] + WORLD, maxX: xs[7] + WORLD + 1 };
  assert.ok(index.shows(around));
  assert.ok(index.shows(beyond), "in the next copy of the world");
  index.leaveOut(Uint32Array.from(xs, (x) => Number(x === xs[7])));
  assert.ok(!index.shows(around));
  assert.ok(index.shows(whole));
});

test("a view of several copies of the world counts every record once", () => {
  const { xs, ys, styles } = points(500, 15);
  const index = new PointIndex(xs, ys, styles);
  for (const [minX, width] of [
    [0, WORLD],
    [-WORLD / 3 - 0.25, 1.4 * WORLD],
    [xs[7], 2.5 * WORLD],
  ]) {
    const counts = new Uint8Array(index.length);
    const box = { minX, minY: 0, maxX: minX + width, maxY: WORLD };
    index.forEachIn(withinTurn(box), (row) => counts[row]++);
    assert.deepEqual([...new Set(counts)], [1], `${minX}`);
  }
});

test("of many points whole runs are visited, in their order, and all of a few", () => {
  const made = points(30_000, 15);
  const index = new PointIndex(made.xs, made.ys, made.styles);
  index.leaveOut(words(index, new Set([2])));
  const box = { ...whole, maxX: 600_000_000 };
  const rowsOf = (most: number): number[] => {
    const rows: number[] = [];
    index.forEachOfRuns(box, most, (row) => rows.push(row));
    return rows;
  };
  const all = rowsOf(30_000);
  assert.deepEqual(all, index.atMost(30_000, box));
  const some = new Set(rowsOf(5000));
  assert.ok(some.size > 0 && some.size < 6000);
  const runs = new Set([...some].map((row) => Math.floor(row / 1024)));
  assert.deepEqual(
    [...some],
    all.filter((row) => runs.has(Math.floor(row / 1024))),
  );
});
