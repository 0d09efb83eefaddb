// Points, lines and polygons as flat arrays, and the features at a place or in a box; the places
// in a polygon.

import { type Box, boxCopies } from "./mercator.ts";

export const KIND = { point: 0, line: 1, polygon: 2 } as const;

export interface FeatureArrays {
  kinds: ArrayLike<number>;
  styles: ArrayLike<number>;
  /** The number of vertices of each part or ring, and where the numbers of a feature begin. */
  ringSizes: Int32Array;
  ringOffsets: Int32Array;
  /** Vertices, in world units, and where those of a feature begin. */
  xs: Int32Array;
  ys: Int32Array;
  vertexOffsets: Int32Array;
}

export class FeatureIndex {
  readonly length: number;
  readonly kinds: ArrayLike<number>;
  readonly styles: ArrayLike<number>;
  readonly xs: Int32Array;
  readonly ys: Int32Array;
  private readonly arrays: FeatureArrays;
  /**
   * minX, minY, maxX, maxY of each feature, maxima inclusive. An empty feature has an empty box.
   */
  private readonly boxes: Float64Array;

  constructor(arrays: FeatureArrays) {
    this.length = arrays.kinds.length;
    this.kinds = arrays.kinds;
    this.styles = arrays.styles;
    this.xs = arrays.xs;
    this.ys = arrays.ys;
    this.arrays = arrays;
    this.boxes = new Float64Array(this.length * 4);
    for (let id = 0; id < this.length; id++) this.boxes.set(this.measure(id), id * 4);
  }

  private measure(id: number): number[] {
    const { xs, ys } = this;
    const { vertexOffsets } = this.arrays;
    let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity];
    for (let i = vertexOffsets[id]; i < vertexOffsets[id + 1]; i++) {
      if (xs[i] < minX) minX = xs[i];
      if (xs[i] > maxX) maxX = xs[i];
      if (ys[i] < minY) minY = ys[i];
      if (ys[i] > maxY) maxY = ys[i];
    }
    return [minX, minY, maxX, maxY];
  }

  /** Return the features whose boxes meet a box, in drawing order. */
  search({ minX, minY, maxX, maxY }: Box): number[] {
    const { boxes } = this;
    const found: number[] = [];
    for (let id = 0, at = 0; id < this.length; id++, at += 4) {
      const meetsX = boxes[at] <= maxX && boxes[at + 2] >= minX;
      if (meetsX && boxes[at + 1] <= maxY && boxes[at + 3] >= minY) found.push(id);
    }
    return found;
  }

  /** Return the width and height of a feature's box, in world units. */
  extent(id: number): [width: number, height: number] {
    const { boxes } = this;
    const at = id * 4;
    return [boxes[at + 2] - boxes[at], boxes[at + 3] - boxes[at + 1]];
  }

  /** Return whether a vertex lies on the box of its feature. */
  isOnBox(id: number, vertex: number): boolean {
    const { boxes } = this;
    const at = id * 4;
    const x = this.xs[vertex];
    const y = this.ys[vertex];
    return x === boxes[at] || x === boxes[at + 2] || y === boxes[at + 1] || y === boxes[at + 3];
  }

  /** Return whether a feature lies completely in a box. */
  isInside(id: number, box: Box): boolean {
    const { boxes } = this;
    const at = id * 4;
    const isInsideX = boxes[at] >= box.minX && boxes[at + 2] <= box.maxX;
    return isInsideX && boxes[at + 1] >= box.minY && boxes[at + 3] <= box.maxY;
  }

  /** Visit each part or ring of a feature as a range of vertices. */
  forEachRing(id: number, visit: (from: number, to: number) => void): void {
    const { ringSizes, ringOffsets, vertexOffsets } = this.arrays;
    let from = vertexOffsets[id];
    for (let ring = ringOffsets[id]; ring < ringOffsets[id + 1]; ring++) {
      const to = from + ringSizes[ring];
      visit(from, to);
      from = to;
    }
  }

  /** Return the features near (x, y): the nearest first, of equal ones the one drawn last first. */
  at(x: number, y: number, radius: number): { row: number; distance: number }[] {
    const around = { minX: x - radius, minY: y - radius, maxX: x + radius, maxY: y + radius };
    const found: { row: number; distance: number }[] = [];
    for (const { box, shift } of boxCopies(around)) {
      for (const row of this.search(box)) {
        const distance = this.distanceTo(row, x + shift, y);
        if (distance <= radius) found.push({ row, distance });
      }
    }
    return found.sort((a, b) => a.distance - b.distance || b.row - a.row);
  }

  /** Return the distance in world units from (x, y) to a feature; 0 inside a polygon. */
  distanceTo(id: number, x: number, y: number): number {
    const { xs, ys } = this;
    const kind = this.kinds[id];
    if (kind === KIND.polygon && this.contains(id, x, y)) return 0;
    let least = Infinity;
    this.forEachRing(id, (from, to) => {
      for (let i = from; i < to; i++) {
        const next = i + 1 < to ? i + 1 : kind === KIND.polygon ? from : i;
        const j = kind === KIND.point ? i : next;
        least = Math.min(least, distanceToSegment(x, y, xs[i], ys[i], xs[j], ys[j]));
      }
    });
    return least;
  }

  /** Return whether (x, y) is inside a polygon, by the even-odd rule over all of its rings. */
  contains(id: number, x: number, y: number): boolean {
    const { xs, ys } = this;
    let inside = false;
    this.forEachRing(id, (from, to) => {
      for (let i = from, j = to - 1; i < to; j = i++) {
        if (crosses(x, y, xs[i], ys[i], xs[j], ys[j])) inside = !inside;
      }
    });
    return inside;
  }
}

/** Return whether the ray from (x, y) to the east crosses the segment a-b. */
export const crosses = (
  x: number,
  y: number,
  ax: number,
  ay: number,
  bx: number,
  by: number,
): boolean => ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax;

export function distanceToSegment(
  x: number,
  y: number,
  ax: number,
  ay: number,
  bx: number,
  by: number,
): number {
  const dx = bx - ax;
  const dy = by - ay;
  const square = dx * dx + dy * dy;
  const part = square === 0 ? 0 : ((x - ax) * dx + (y - ay) * dy) / square;
  const within = Math.max(0, Math.min(1, part));
  return Math.hypot(ax + within * dx - x, ay + within * dy - y);
}

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
