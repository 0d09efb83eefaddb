import assert from "node:assert/strict";
import { test } from "node:test";
import { pixelUnits, tileBox, WORLD } from "../src/geo/mercator.ts";
import {
  Crowding,
  countsOf,
  crowdedShares,
  forEachSquare,
  levelAt,
  shadeOf,
} from "../src/layers/points/crowding.ts";
import { PointIndex } from "../src/layers/points/pointindex.ts";
import { points } from "./random.ts";

const everywhere = { minX: 0, minY: 0, maxX: WORLD, maxY: WORLD };

function indexOf(count: number, hidden = 0): PointIndex {
  const { xs, ys, styles } = points(count, 31);
  const index = new PointIndex(xs, ys, styles);
  index.leaveOut(Uint32Array.from(xs, (_, row) => (row % 10 < hidden ? 1 : 0)));
  return index;
}

/** An index of scattered points without clumps. */
function scattered(count: number): PointIndex {
  const { xs, ys, styles } = points(3 * count, 32);
  const isAlone = (_: number, row: number): boolean =>
    xs[row] !== 700_000_000 && !(xs[row] >= 5e8 && xs[row] < 5e8 + 5000);
  return new PointIndex(xs.filter(isAlone), ys.filter(isAlone), styles.filter(isAlone));
}

/** The rows of each square of a level, by brute force. */
function squaresOf(index: PointIndex, level: number): Map<string, number[]> {
  const squares = new Map<string, number[]>();
  for (let row = 0; row < index.length; row++) {
    if (!index.isShown(row)) continue;
    const key = `${index.xs[row] >> level} ${index.ys[row] >> level}`;
    squares.set(key, [...(squares.get(key) ?? []), row]);
  }
  return squares;
}

test("squares are counted, and places with neighbours, as by looking at each", () => {
  for (const hidden of [0, 6]) {
    const index = indexOf(3000, hidden);
    const shares = crowdedShares(index, (visit) => index.forEachIn(everywhere, visit));
    for (const level of [0, 5, 12, 20, 27, 30]) {
      const squares = [...squaresOf(index, level).values()];
      const placeOf = (row: number): string => `${index.xs[row]} ${index.ys[row]}`;
      const places = squares.map((rows) => new Set(rows.map(placeOf)).size);
      const sum = (numbers: number[]): number => numbers.reduce((one, other) => one + other, 0);
      const crowded = sum(places.filter((count) => count > 1)) / sum(places);
      assert.ok(Math.abs(shares[level] - crowded) < 1e-12, `${level}`);
      const counts = countsOf(index, level);
      for (const rows of squares) assert.ok(counts.has(rows.length));
      const all = [...counts].reduce((sum, [count, number]) => sum + count * number, 0);
      assert.equal(all, squares.flat().length);
    }
  }
});

test("a tile counts every record of its squares, and shows the class of their majority", () => {
  const index = indexOf(3000, 3);
  const zoom = 3;
  const level = levelAt(zoom);
  const squares = squaresOf(index, level);
  let seen = 0;
  for (let x = 0; x < 4; x++) {
    for (let y = 0; y < 4; y++) {
      forEachSquare(index, tileBox({ x, y, z: zoom }), level, null, (row, shift, count) => {
        const rows = squares.get(`${index.xs[row] >> level} ${index.ys[row] >> level}`)!;
        assert.equal(count, rows.length);
        assert.equal(shift, 0);
        const alike = rows.filter((other) => index.styles[other] === index.styles[row]).length;
        const most = Math.max(
          ...rows.map((one) => rows.filter((o) => index.styles[o] === index.styles[one]).length),
        );
        if (most > count / 2) assert.equal(alike, most);
        seen += count;
      });
    }
  }
  assert.equal(seen, [...squares.values()].flat().length);
});

test("where an order is wished, a square shows the record of the highest rank", () => {
  const index = indexOf(3000);
  const ranks = Float64Array.from(index.xs, (_, row) => (row * 7919) % 3001);
  const level = levelAt(2);
  const squares = squaresOf(index, level);
  forEachSquare(index, tileBox({ x: 0, y: 0, z: 1 }), level, ranks, (row) => {
    const rows = squares.get(`${index.xs[row] >> level} ${index.ys[row] >> level}`)!;
    assert.equal(ranks[row], Math.max(...rows.map((one) => ranks[one])));
  });
});

test("opacities rise with counts by their rank, and vanish with crowding", () => {
  const squares = new Map([
    [9000, 1],
    [1, 60],
    [2, 30],
    [40, 9],
  ]);
  const { alpha, samples } = shadeOf(squares, 1);
  const alphas = [1, 2, 40, 9000].map(alpha);
  assert.deepEqual([...new Set(alphas)].sort(), alphas);
  assert.equal(alphas[3], 1);
  assert.ok(alphas[0] < 0.45);
  // Equalised: many squares between two counts take them far apart, few do not.
  assert.ok(alphas[1] - alphas[0] > alphas[2] - alphas[1]);
  assert.deepEqual(samples, [1, 2, 9000]);
  for (const count of [1, 2, 40]) assert.ok(shadeOf(squares, 0.01).alpha(count) > 0.99);
  // Numbers that were not counted are as the next smaller ones.
  assert.equal(alpha(39), alphas[1]);
  assert.equal(alpha(99_999), 1);
  assert.equal(shadeOf(new Map([[3, 10]]), 1).alpha(3), 1);
});

test("many records are small and pale far away, and as usual near; a few are always as usual", () => {
  const many = new Crowding(scattered(12_000), true);
  for (let zoom = 0; zoom <= 18; zoom++) {
    assert.ok(many.sizeAt(zoom, 11) <= many.sizeAt(zoom + 1, 11));
  }
  assert.equal(many.sizeAt(0, 11), 3);
  assert.notEqual(many.shadeAt(0), null);
  assert.equal(many.sizeAt(18, 11), 11);
  assert.equal(many.shadeAt(18), null);
  for (const free of [
    new Crowding(scattered(9000), true),
    new Crowding(scattered(12_000), false),
  ]) {
    assert.equal(free.sizeAt(0, 11), 11);
    assert.equal(free.shadeAt(0), null);
  }
  assert.equal(levelAt(3), Math.log2(2 * pixelUnits(3)));
});

test("a filter that leaves few records gives them room", () => {
  const index = scattered(12_000);
  const crowding = new Crowding(index, true);
  assert.notEqual(crowding.shadeAt(0), null);
  index.leaveOut(Uint32Array.from(index.xs, (_, row) => (row % 400 === 0 ? 0 : 1)));
  crowding.reset();
  assert.equal(crowding.shadeAt(0), null);
});

test("symbols follow the part of the map in view, but not every step of it", () => {
  // Half of the world is full and half of it nearly empty.
  const full = points(90_000, 33);
  const isKept = (_: number, row: number): boolean => full.xs[row] < WORLD / 2 || row % 97 === 0;
  const [xs, ys] = [full.xs.filter(isKept), full.ys.filter(isKept)];
  const made = () => new Crowding(new PointIndex(xs, ys, new Uint8Array(xs.length)), true);
  const view = (crowding: Crowding, from: number): boolean | null => {
    const box = { ...everywhere, minX: from * WORLD, maxX: (from + 0.4) * WORLD };
    return crowding.see(box, 1, 11);
  };
  const crowding = made();
  view(crowding, 0.05);
  const [size, shade] = [crowding.sizeAt(1, 11), crowding.shadeAt(1)!];
  assert.notEqual(shade, null);
  assert.equal(view(crowding, 0.06), null, "the same squares");
  assert.equal(crowding.shadeAt(1), shade);
  assert.equal(view(crowding, 0.6), true);
  assert.equal(crowding.shadeAt(1), null);
  assert.ok(crowding.sizeAt(1, 11) > size);
  // The same view looks the same, whatever was seen before.
  for (const before of [0.3, 0.1, 0.6]) {
    view(crowding, before);
    view(crowding, 0.05);
    assert.deepEqual(crowding.shadeAt(1)?.samples, shade.samples);
    assert.equal(crowding.sizeAt(1, 11), size);
  }
});

test("a hidden map, which has no size, is looked at without an error", () => {
  const crowding = new Crowding(scattered(12_000), true);
  crowding.see({ minX: 5, minY: 5, maxX: 5, maxY: 5 }, 3, 11);
  assert.equal(crowding.sizeAt(3, 11), 11);
  crowding.see(everywhere, 3, 11);
  assert.ok(crowding.sizeAt(3, 11) < 11);
});
