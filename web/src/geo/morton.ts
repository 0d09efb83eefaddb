// Z-order (Morton order) without the interleaved number: bit 2k of it would be bit k of x, bit 2k+1
// bit k of y. Two codes first differ where the xor of their coordinates has its highest bit.

import { bisect } from "./bisection.ts";
import { type Box, WORLD } from "./mercator.ts";

/**
 * Return a negative number, zero or a positive one as point a comes before, with or after point b
 * in Z-order.
 */
export function compareMorton(ax: number, ay: number, bx: number, by: number): number {
  return Math.clz32(ay ^ by) <= Math.clz32(ax ^ bx) ? ay - by || ax - bx : ax - bx;
}

/** Return the highest bit in which two points differ; -1 where they are one place. */
export const levelBetween = (ax: number, ay: number, bx: number, by: number): number =>
  31 - Math.clz32((ax ^ bx) | (ay ^ by));

/** The coordinates of points in Z-order. */
type Points = { xs: Int32Array; ys: Int32Array };

/** Return the first index in [lo, hi) whose point is not before (x, y) in Z-order. */
export const lowerBound = ({ xs, ys }: Points, x: number, y: number, lo: number, hi: number) =>
  bisect(lo, hi, (at) => compareMorton(xs[at], ys[at], x, y) >= 0);

/** Ranges this short are cheaper to test point by point than to split further. */
const SHORT = 48;

/** Gets a range of indices; `inside` is true where all of them lie in the box. */
type RangeVisitor = (lo: number, hi: number, inside: boolean) => void;

/**
 * Visit, in Z-order, index ranges that together contain every point of a box, upper bounds
 * exclusive.
 * Each quadrant of the world is one range, and so is each quadrant of a quadrant.
 */
export function rangesInBox(points: Points, box: Box, visit: RangeVisitor): void {
  const descend = (x: number, y: number, side: number, lo: number, hi: number): void => {
    if (lo >= hi || x >= box.maxX || y >= box.maxY || x + side <= box.minX || y + side <= box.minY)
      return;
    const inside = x >= box.minX && y >= box.minY && x + side <= box.maxX && y + side <= box.maxY;
    if (inside || hi - lo <= SHORT || side === 1) {
      visit(lo, hi, inside);
      return;
    }
    const half = side / 2;
    const east = lowerBound(points, x + half, y, lo, hi);
    const south = lowerBound(points, x, y + half, east, hi);
    const southeast = lowerBound(points, x + half, y + half, south, hi);
    descend(x, y, half, lo, east);
    descend(x + half, y, half, east, south);
    descend(x, y + half, half, south, southeast);
    descend(x + half, y + half, half, southeast, hi);
  };
  descend(0, 0, WORLD, 0, points.xs.length);
}
