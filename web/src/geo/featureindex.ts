// Points, lines and polygons as flat arrays, and which of them a box or a click meets.

import { type Box, WORLD_BITS, worldShifts } from "./mercator.ts";

export const KIND = { point: 0, line: 1, polygon: 2 } as const;

/** Features in one block of the index: their common box is tested first. */
const BLOCK = 32;

export interface FeatureArrays {
  kinds: ArrayLike<number>;
  styles: ArrayLike<number>;
  /** Vertex count of each part or ring, and where each feature's counts begin. */
  ringSizes: Int32Array;
  ringOffsets: Int32Array;
  /** Vertices, in world units, and where each feature's begin. */
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
  private readonly ringSizes: Int32Array;
  private readonly ringOffsets: Int32Array;
  private readonly vertexOffsets: Int32Array;
  /** minX, minY, maxX, maxY of each feature; maxima inclusive. An empty feature has an empty box. */
  private readonly boxes: Float64Array;
  private readonly order: Int32Array;
  private readonly blockBoxes: Float64Array;

  constructor(arrays: FeatureArrays) {
    this.length = arrays.kinds.length;
    this.kinds = arrays.kinds;
    this.styles = arrays.styles;
    this.ringSizes = arrays.ringSizes;
    this.ringOffsets = arrays.ringOffsets;
    this.vertexOffsets = arrays.vertexOffsets;
    this.xs = arrays.xs;
    this.ys = arrays.ys;
    this.boxes = new Float64Array(this.length * 4);
    for (let id = 0; id < this.length; id++) this.measure(id);
    this.order = spatialOrder(this.boxes, this.length);
    this.blockBoxes = this.measureBlocks();
  }

  private measure(id: number): void {
    const { boxes, xs, ys, vertexOffsets } = this;
    let minX = Infinity,
      minY = Infinity,
      maxX = -Infinity,
      maxY = -Infinity;
    for (let i = vertexOffsets[id]; i < vertexOffsets[id + 1]; i++) {
      if (xs[i] < minX) minX = xs[i];
      if (xs[i] > maxX) maxX = xs[i];
      if (ys[i] < minY) minY = ys[i];
      if (ys[i] > maxY) maxY = ys[i];
    }
    boxes.set([minX, minY, maxX, maxY], id * 4);
  }

  private measureBlocks(): Float64Array {
    const { order, boxes } = this;
    const blocks = new Float64Array(Math.ceil(order.length / BLOCK) * 4);
    for (let b = 0; b * BLOCK < order.length; b++) {
      const merged = [Infinity, Infinity, -Infinity, -Infinity];
      for (let i = b * BLOCK; i < Math.min(order.length, (b + 1) * BLOCK); i++) {
        const at = order[i] * 4;
        for (const side of [0, 1]) {
          merged[side] = Math.min(merged[side], boxes[at + side]);
          merged[side + 2] = Math.max(merged[side + 2], boxes[at + side + 2]);
        }
      }
      blocks.set(merged, b * 4);
    }
    return blocks;
  }

  /** The features whose boxes meet the box, in drawing order. */
  search(box: Box): number[] {
    const { order, boxes, blockBoxes } = this;
    const found: number[] = [];
    for (let b = 0; b * BLOCK < order.length; b++) {
      if (!meets(blockBoxes, b * 4, box)) continue;
      const end = Math.min(order.length, (b + 1) * BLOCK);
      for (let i = b * BLOCK; i < end; i++) {
        if (meets(boxes, order[i] * 4, box)) found.push(order[i]);
      }
    }
    return found.sort((a, b) => a - b);
  }

  /** Width and height of a feature's box, in world units. */
  extent(id: number): [width: number, height: number] {
    const { boxes } = this;
    return [boxes[id * 4 + 2] - boxes[id * 4], boxes[id * 4 + 3] - boxes[id * 4 + 1]];
  }

  /** Whether a vertex lies on its feature's own box. */
  isOnBox(id: number, vertex: number): boolean {
    const { boxes, xs, ys } = this;
    const at = id * 4;
    return (
      xs[vertex] === boxes[at] ||
      xs[vertex] === boxes[at + 2] ||
      ys[vertex] === boxes[at + 1] ||
      ys[vertex] === boxes[at + 3]
    );
  }

  /** Whether a feature lies wholly in the box. */
  isInside(id: number, box: Box): boolean {
    const { boxes } = this;
    const at = id * 4;
    return (
      boxes[at] >= box.minX &&
      boxes[at + 1] >= box.minY &&
      boxes[at + 2] <= box.maxX &&
      boxes[at + 3] <= box.maxY
    );
  }

  /** Visit each part or ring of a feature as a range of vertices. */
  forEachRing(id: number, visit: (from: number, to: number) => void): void {
    let from = this.vertexOffsets[id];
    for (let r = this.ringOffsets[id]; r < this.ringOffsets[id + 1]; r++) {
      const to = from + this.ringSizes[r];
      visit(from, to);
      from = to;
    }
  }

  /** The features at (x, y), the nearest first and of equals the one drawn last; a filled polygon is at distance 0. */
  at(x: number, y: number, radius: number): { row: number; distance: number }[] {
    const box = { minX: x - radius, minY: y - radius, maxX: x + radius, maxY: y + radius };
    const found: { row: number; distance: number }[] = [];
    for (const shift of worldShifts(box)) {
      for (const row of this.search({ ...box, minX: box.minX + shift, maxX: box.maxX + shift })) {
        const distance = this.distanceTo(row, x + shift, y);
        if (distance <= radius) found.push({ row, distance });
      }
    }
    return found.sort((a, b) => a.distance - b.distance || b.row - a.row);
  }

  /** Distance in world units from (x, y) to a feature; 0 inside a polygon. */
  distanceTo(id: number, x: number, y: number): number {
    const { xs, ys } = this;
    const kind = this.kinds[id];
    if (kind === KIND.polygon && this.isIn(id, x, y)) return 0;
    let least = Infinity;
    this.forEachRing(id, (from, to) => {
      for (let i = from; i < to; i++) {
        const j = kind === KIND.point ? i : i + 1 < to ? i + 1 : kind === KIND.polygon ? from : i;
        least = Math.min(least, distanceToSegment(x, y, xs[i], ys[i], xs[j], ys[j]));
      }
    });
    return least;
  }

  /** Whether (x, y) is inside a polygon, by the even-odd rule over all of its rings. */
  isIn(id: number, x: number, y: number): boolean {
    const { xs, ys } = this;
    let inside = false;
    this.forEachRing(id, (from, to) => {
      for (let i = from, j = to - 1; i < to; j = i++) {
        if (
          ys[i] > y !== ys[j] > y &&
          x < ((xs[j] - xs[i]) * (y - ys[i])) / (ys[j] - ys[i]) + xs[i]
        )
          inside = !inside;
      }
    });
    return inside;
  }
}

const meets = (boxes: Float64Array, at: number, box: Box): boolean =>
  boxes[at] <= box.maxX &&
  boxes[at + 2] >= box.minX &&
  boxes[at + 1] <= box.maxY &&
  boxes[at + 3] >= box.minY;

/** Feature ids along the Z-order of their centres, so that a block of neighbours has a small box. */
function spatialOrder(boxes: Float64Array, length: number): Int32Array {
  const keys = new Float64Array(length);
  const coarse = WORLD_BITS - 15;
  for (let id = 0; id < length; id++) {
    const x = (boxes[id * 4] + boxes[id * 4 + 2]) / 2;
    const y = (boxes[id * 4 + 1] + boxes[id * 4 + 3]) / 2;
    // 30 bits of Z-order above 23 bits of id: one exact double, sorted natively.
    keys[id] = (spread(x >> coarse) + 2 * spread(y >> coarse)) * 2 ** 23 + id;
  }
  keys.sort();
  return Int32Array.from(keys, (key) => key % 2 ** 23);
}

/** The low 15 bits of v with a zero between each two. */
function spread(v: number): number {
  v = (v | (v << 8)) & 0x00ff00ff;
  v = (v | (v << 4)) & 0x0f0f0f0f;
  v = (v | (v << 2)) & 0x33333333;
  return (v | (v << 1)) & 0x55555555;
}

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
  const t = square === 0 ? 0 : Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / square));
  return Math.hypot(ax + t * dx - x, ay + t * dy - y);
}
