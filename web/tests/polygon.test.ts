import assert from "node:assert/strict";
import { test } from "node:test";
import { polygonBox, withinPolygon } from "../src/geo/featureindex.ts";
import type { Place } from "../src/geo/polyline.ts";
import { integer, random } from "./random.ts";

const SQUARE: Place[] = [
  [10, 10],
  [20, 10],
  [20, 20],
  [10, 20],
];

test("inside and outside of a square, however it is gone around", () => {
  for (const ring of [
    SQUARE,
    [...SQUARE].reverse(),
    [SQUARE[2], SQUARE[3], SQUARE[0], SQUARE[1]],
  ]) {
    assert.ok(withinPolygon(ring, 15, 15));
    for (const [x, y] of [
      [5, 15],
      [25, 15],
      [15, 5],
      [15, 25],
      [5, 10],
      [25, 20],
    ])
      assert.ok(!withinPolygon(ring, x, y));
  }
});

test("a bay and a crossing are outside", () => {
  const bay: Place[] = [
    [0, 0],
    [10, 0],
    [10, 10],
    [5, 2],
    [0, 10],
  ];
  assert.ok(!withinPolygon(bay, 5, 6));
  assert.ok(withinPolygon(bay, 1, 6));
  const star: Place[] = [0, 2, 4, 1, 3].map(
    (i): Place => [Math.cos((i * 2 * Math.PI) / 5), Math.sin((i * 2 * Math.PI) / 5)],
  );
  assert.ok(!withinPolygon(star, 0, 0));
  assert.ok(withinPolygon(star, 0.7, 0));
});

test("a triangle holds what lies on the inner side of its three sides", () => {
  const next = random(61);
  for (let turn = 0; turn < 300; turn++) {
    const ring = Array.from({ length: 3 }, (): Place => [integer(next, 1e9), integer(next, 1e9)]);
    const [x, y] = [integer(next, 1e9) + 0.5, integer(next, 1e9) + 0.5];
    const sides = ring.map(([ax, ay], i) => {
      const [bx, by] = ring[(i + 1) % 3];
      return Math.sign((bx - ax) * (y - ay) - (by - ay) * (x - ax));
    });
    assert.equal(
      withinPolygon(ring, x, y),
      sides.every((side) => side === sides[0]),
    );
    const box = polygonBox(ring);
    if (withinPolygon(ring, x, y))
      assert.ok(x >= box.minX && x < box.maxX && y >= box.minY && y < box.maxY);
  }
});

test("places on two sides share no point: each lies in one of two neighbours", () => {
  const right: Place[] = [
    [20, 10],
    [30, 10],
    [30, 20],
    [20, 20],
  ];
  for (let y = 10; y < 20; y++)
    assert.notEqual(withinPolygon(SQUARE, 20, y), withinPolygon(right, 20, y));
});
