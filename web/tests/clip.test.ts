import assert from "node:assert/strict";
import { test } from "node:test";
import { clipRing, clipSegment } from "../src/geo/clip.ts";
import { random } from "./random.ts";

const frame = { left: 0, top: 0, right: 10, bottom: 10 };

const area = (ring: number[]): number => {
  let sum = 0;
  for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2)
    sum += ring[j] * ring[i + 1] - ring[i] * ring[j + 1];
  return sum / 2;
};

test("a segment's part in the frame", () => {
  assert.deepEqual(clipSegment([2, 2], [8, 8], frame), [0, 1]);
  assert.deepEqual(clipSegment([-10, 5], [30, 5], frame), [0.25, 0.5]);
  assert.equal(clipSegment([-5, 2], [2, -5], frame), null, "past a corner");
  assert.equal(clipSegment([-1, 0], [-1, 10], frame), null);
  assert.deepEqual(clipSegment([3, 3], [3, 3], frame), [0, 1], "no length");
});

test("a ring around the frame becomes the frame, one beside it nothing", () => {
  assert.equal(Math.abs(area(clipRing([-5, -5, 20, -5, 20, 20, -5, 20], frame))), 100);
  assert.deepEqual(clipRing([20, 20, 30, 20, 30, 30], frame), []);
  assert.deepEqual(clipRing([1, 1, 2, 1, 2, 2], frame), [1, 1, 2, 1, 2, 2]);
});

test("the area of a clipped triangle is that counted point by point", () => {
  const next = random(31);
  for (let i = 0; i < 20; i++) {
    const t = Array.from({ length: 6 }, () => next() * 30 - 10);
    const side = (ax: number, ay: number, bx: number, by: number, x: number, y: number): boolean =>
      (bx - ax) * (y - ay) - (by - ay) * (x - ax) > 0;
    let count = 0;
    const grid = 200;
    for (let gy = 0; gy < grid; gy++) {
      for (let gx = 0; gx < grid; gx++) {
        const [x, y] = [((gx + 0.5) * 10) / grid, ((gy + 0.5) * 10) / grid];
        const sides = [
          side(t[0], t[1], t[2], t[3], x, y),
          side(t[2], t[3], t[4], t[5], x, y),
          side(t[4], t[5], t[0], t[1], x, y),
        ];
        if (sides.every(Boolean) || !sides.some(Boolean)) count++;
      }
    }
    assert.ok(Math.abs(Math.abs(area(clipRing(t, frame))) - (count * 100) / grid ** 2) < 0.5);
  }
});
