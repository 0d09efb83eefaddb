// Clipping in pixels: a canvas draws in 32-bit floats, too coarse for places far outside a tile.

/** A rectangle in pixels, or the room at its edges. */
export type Edges = { left: number; top: number; right: number; bottom: number };

/**
 * Return the part [t0, t1] of the segment a-b inside the frame, or null (Liang and Barsky 1984).
 */
export function clipSegment(
  ax: number,
  ay: number,
  bx: number,
  by: number,
  frame: Edges,
): [t0: number, t1: number] | null {
  const dx = bx - ax;
  const dy = by - ay;
  let t0 = 0;
  let t1 = 1;
  for (const [step, room] of [
    [-dx, ax - frame.left],
    [dx, frame.right - ax],
    [-dy, ay - frame.top],
    [dy, frame.bottom - ay],
  ]) {
    if (step === 0) {
      if (room < 0) return null;
    } else if (step < 0) {
      t0 = Math.max(t0, room / step);
    } else {
      t1 = Math.min(t1, room / step);
    }
    if (t0 > t1) return null;
  }
  return [t0, t1];
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
