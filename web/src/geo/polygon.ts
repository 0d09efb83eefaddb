// A polygon drawn by the reader: its box, and the places inside it.

import { crosses } from "./featureindex.ts";
import type { Box } from "./mercator.ts";

/** A place in world units. */
export type Place = [x: number, y: number];

export function polygonBox(ring: Place[]): Box {
  const xs = ring.map(([x]) => x);
  const ys = ring.map(([, y]) => y);
  const [minX, minY] = [Math.min(...xs), Math.min(...ys)];
  return { minX, minY, maxX: Math.max(...xs) + 1, maxY: Math.max(...ys) + 1 };
}

/** Return whether a place is inside a polygon, by the even-odd rule. */
export const withinPolygon = (ring: Place[], x: number, y: number): boolean =>
  ring.filter((corner, i) => crosses(x, y, ...corner, ...ring.at(i - 1)!)).length % 2 === 1;
