import assert from "node:assert/strict";
import { test } from "node:test";
import { compareMorton, levelBetween, lowerBound, rangesInBox } from "../src/geo/morton.ts";
import { integer, mortonCode, points, random } from "./random.ts";

test("order is that of the interleaved number", () => {
  const next = random(1);
  for (let i = 0; i < 5000; i++) {
    const limit = 2 ** (1 + integer(next, 30));
    const [ax, ay, bx, by] = [
      integer(next, limit),
      integer(next, limit),
      integer(next, limit),
      integer(next, limit),
    ];
    const a = mortonCode(ax, ay);
    const b = mortonCode(bx, by);
    assert.equal(
      Math.sign(compareMorton(ax, ay, bx, by)),
      a < b ? -1 : a > b ? 1 : 0,
      `${ax} ${ay} ${bx} ${by}`,
    );
  }
});

test("of a square's quarters the order is north-west, north-east, south-west, south-east", () => {
  const quarters = [
    [0, 0],
    [1, 0],
    [0, 1],
    [1, 1],
  ];
  for (let i = 1; i < 4; i++) {
    assert.ok(
      compareMorton(quarters[i - 1][0], quarters[i - 1][1], quarters[i][0], quarters[i][1]) < 0,
    );
  }
});

test("level is the highest bit that differs, -1 at one place", () => {
  assert.equal(levelBetween(5, 9, 5, 9), -1);
  assert.equal(levelBetween(4, 0, 5, 0), 0);
  assert.equal(levelBetween(0, 0, 1, 8), 3);
  assert.equal(levelBetween(0, 2 ** 29, 0, 0), 29);
});

test("lower bound agrees with a linear search", () => {
  const { xs, ys } = points(500, 2);
  const next = random(3);
  for (let i = 0; i < 300; i++) {
    const pick = integer(next, xs.length);
    const [x, y] = i % 2 ? [xs[pick], ys[pick]] : [integer(next, 2 ** 30), integer(next, 2 ** 30)];
    let expected = 0;
    while (expected < xs.length && mortonCode(xs[expected], ys[expected]) < mortonCode(x, y))
      expected++;
    assert.equal(lowerBound({ xs, ys }, x, y, 0, xs.length), expected);
  }
});

test("ranges of a box hold each of its points once, in order, and `inside` is true", () => {
  const { xs, ys } = points(2000, 4);
  const next = random(5);
  for (let i = 0; i < 200; i++) {
    const side = 2 ** (8 + integer(next, 22));
    const pick = integer(next, xs.length);
    const minX = xs[pick] - integer(next, side);
    const minY = ys[pick] - integer(next, side);
    const box = { minX, minY, maxX: minX + side, maxY: minY + side };
    const holds = (row: number): boolean =>
      xs[row] >= minX && xs[row] < box.maxX && ys[row] >= minY && ys[row] < box.maxY;
    const found: number[] = [];
    rangesInBox({ xs, ys }, box, (lo, hi, inside) => {
      for (let row = lo; row < hi; row++) {
        if (inside) assert.ok(holds(row));
        if (holds(row)) found.push(row);
      }
    });
    assert.deepEqual(found, [...xs.keys()].filter(holds));
  }
});

test("a tile of a square grid is one range", () => {
  const { xs, ys } = points(1000, 6);
  const ranges: [number, number][] = [];
  rangesInBox({ xs, ys }, { minX: 2 ** 29, minY: 0, maxX: 2 ** 30, maxY: 2 ** 29 }, (lo, hi) =>
    ranges.push([lo, hi]),
  );
  assert.equal(ranges.length, 1);
});
