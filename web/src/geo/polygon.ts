// Polygons in world units: their box, and what lies in them.

import type { Box } from "./mercator.ts";

export type Place = [x: number, y: number];

export function polygonBox(ring: Place[]): Box {
  const xs = ring.map(([x]) => x);
  const ys = ring.map(([, y]) => y);
  return {
    minX: Math.min(...xs),
    minY: Math.min(...ys),
    maxX: Math.max(...xs) + 1,
    maxY: Math.max(...ys) + 1,
  };
}

/** Whether a place lies in a polygon, by the even-odd rule. */
export function withinPolygon(ring: Place[], x: number, y: number): boolean {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [ax, ay] = ring[i];
    const [bx, by] = ring[j];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}
