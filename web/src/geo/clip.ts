// Clipping in pixels: a canvas draws in 32-bit floats, too coarse for places far outside a tile.

/** A rectangle in pixels, or the room at its edges. */
export type Edges = { left: number; top: number; right: number; bottom: number };

type Point = [x: number, y: number];

/** Return the part [t0, t1] of the segment a-b inside the frame, or null (Liang and Barsky 1984). */
export function clipSegment([ax, ay]: Point, [bx, by]: Point, frame: Edges): Point | null {
  let [t0, t1] = [0, 1];
  for (const [a, b, low, high] of [
    [ax, bx, frame.left, frame.right],
    [ay, by, frame.top, frame.bottom],
  ]) {
    if (a === b && (a < low || a > high)) return null;
    if (a === b) continue;
    const [first, last] = [(low - a) / (b - a), (high - a) / (b - a)];
    t0 = Math.max(t0, Math.min(first, last));
    t1 = Math.min(t1, Math.max(first, last));
  }
  return t0 <= t1 ? [t0, t1] : null;
}

/** Clip a closed ring [x0, y0, x1, y1, ...] to fill it (Sutherland and Hodgman 1974). */
export function clipRing(ring: number[], frame: Edges): number[] {
  let kept = cutHalf(ring, 0, frame.left, 1);
  kept = cutHalf(kept, 0, frame.right, -1);
  kept = cutHalf(kept, 1, frame.top, 1);
  return cutHalf(kept, 1, frame.bottom, -1);
}

/** Keep the part on the side of `edge` to which `sign` points, along x (axis 0) or y (axis 1). */
function cutHalf(ring: number[], axis: 0 | 1, edge: number, sign: 1 | -1): number[] {
  const kept: number[] = [];
  const n = ring.length;
  for (let i = 0, j = n - 2; i < n; j = i, i += 2) {
    const from = (ring[j + axis] - edge) * sign;
    const to = (ring[i + axis] - edge) * sign;
    if (from >= 0 !== to >= 0) {
      const t = from / (from - to);
      const crossing = ring[j + 1 - axis] + (ring[i + 1 - axis] - ring[j + 1 - axis]) * t;
      if (axis === 0) kept.push(edge, crossing);
      else kept.push(crossing, edge);
    }
    if (to >= 0) kept.push(ring[i], ring[i + 1]);
  }
  return kept;
}
