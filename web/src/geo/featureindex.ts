// Points, lines and polygons as flat arrays, and the features at a place or in a box; the places
// in a polygon.

import { clipSegment } from "./clip.ts";
import { type Box, boxCopies } from "./mercator.ts";
import { type Line, lineOf, type Place } from "./polyline.ts";

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
  /** The box of each feature, maxima inclusive. An empty feature has an empty box. */
  private readonly boxes: Box[];

  constructor(arrays: FeatureArrays) {
    this.length = arrays.kinds.length;
    this.kinds = arrays.kinds;
    this.styles = arrays.styles;
    this.xs = arrays.xs;
    this.ys = arrays.ys;
    this.arrays = arrays;
    const { vertexOffsets } = arrays;
    const measure = (id: number): Box => this.measure(vertexOffsets[id], vertexOffsets[id + 1]);
    this.boxes = Array.from(arrays.kinds, (_, id) => measure(id));
  }

  /** Return the box of some vertices. */
  private measure(from: number, to: number): Box {
    const { xs, ys } = this;
    let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity];
    for (let i = from; i < to; i++) {
      if (xs[i] < minX) minX = xs[i];
      if (xs[i] > maxX) maxX = xs[i];
      if (ys[i] < minY) minY = ys[i];
      if (ys[i] > maxY) maxY = ys[i];
    }
    return { minX, minY, maxX, maxY };
  }

  /** Return the features whose boxes meet a box, in drawing order. */
  search({ minX, minY, maxX, maxY }: Box): number[] {
    const found: number[] = [];
    this.boxes.forEach((box, id) => {
      const meetsX = box.minX <= maxX && box.maxX >= minX;
      if (meetsX && box.minY <= maxY && box.maxY >= minY) found.push(id);
    });
    return found;
  }

  /** Return whether any feature has a part in a box. */
  meets(box: Box): boolean {
    return boxCopies(box).some(({ box: part }) =>
      this.search(part).some((id) => this.isInside(id, part) || this.reachesInto(id, part)),
    );
  }

  /** Return whether a line, an outline or an area of a feature is in a box. */
  private reachesInto(id: number, { minX, minY, maxX, maxY }: Box): boolean {
    const frame = { left: minX, top: minY, right: maxX, bottom: maxY };
    let isFound = this.kinds[id] === KIND.polygon && this.contains(id, minX, minY);
    this.forEachRing(id, (from, to) => {
      for (let i = from; i < to && !isFound; i++) {
        isFound =
          clipSegment(this.vertex(i), this.vertex(this.next(id, i, from, to)), frame) !== null;
      }
    });
    return isFound;
  }

  /** Return the box of each part or ring of a feature. */
  partsOf(id: number): Box[] {
    const boxes: Box[] = [];
    this.forEachRing(id, (from, to) => boxes.push(this.measure(from, to)));
    return boxes;
  }

  /** Return a place of a feature: inside an area, at half the height of its largest part. */
  spotOf(id: number): Place {
    let most = -1;
    let spot: Place = [0, 0];
    this.forEachRing(id, (from, to) => {
      const { minX, minY, maxX, maxY } = this.measure(from, to);
      const size = maxX - minX + maxY - minY;
      if (size <= most) return;
      most = size;
      spot = this.vertex((from + to) >> 1);
      if (this.kinds[id] === KIND.polygon) spot = this.within(id, (minY + maxY) / 2) ?? spot;
    });
    return spot;
  }

  /** Return the middle of an area at a height, where it is widest; null where it is not. */
  private within(id: number, y: number): Place | null {
    const xs = this.crossings(id, y);
    let widest = 0;
    let place: Place | null = null;
    for (let i = 1; i < xs.length; i += 2) {
      if (xs[i] - xs[i - 1] <= widest) continue;
      widest = xs[i] - xs[i - 1];
      place = [(xs[i] + xs[i - 1]) / 2, y];
    }
    return place;
  }

  /** Return where the outlines of an area cross a line from west to east. */
  private crossings(id: number, y: number): number[] {
    const found: number[] = [];
    this.forEachRing(id, (from, to) => {
      for (let i = from, j = to - 1; i < to; j = i++) {
        const [[ax, ay], [bx, by]] = [this.vertex(i), this.vertex(j)];
        if (ay > y !== by > y) found.push(crossingAt(y, [ax, ay], [bx, by]));
      }
    });
    return found.sort((a, b) => a - b);
  }

  /** Return the width and height of a feature's box, in world units. */
  extent(id: number): [width: number, height: number] {
    const { minX, minY, maxX, maxY } = this.boxes[id];
    return [maxX - minX, maxY - minY];
  }

  /** Return whether a vertex lies on the box of its feature. */
  isOnBox(id: number, vertex: number): boolean {
    const { minX, minY, maxX, maxY } = this.boxes[id];
    const [x, y] = this.vertex(vertex);
    return x === minX || x === maxX || y === minY || y === maxY;
  }

  /** Return whether a feature lies completely in a box. */
  isInside(id: number, box: Box): boolean {
    const { minX, minY, maxX, maxY } = this.boxes[id];
    return minX >= box.minX && maxX <= box.maxX && minY >= box.minY && maxY <= box.maxY;
  }

  /** Return the vertex to which the segment from another one goes, in a ring or a part. */
  private next(id: number, at: number, from: number, to: number): number {
    const kind = this.kinds[id];
    if (kind === KIND.point) return at;
    return at + 1 < to ? at + 1 : kind === KIND.polygon ? from : at;
  }

  /** Return the lines of a feature, in world units. */
  lines(id: number): Line[] {
    const found: Line[] = [];
    this.forEachRing(id, (from, to) => {
      found.push(lineOf(Array.from({ length: to - from }, (_, i) => this.vertex(from + i))));
    });
    return found;
  }

  private vertex(at: number): Place {
    return [this.xs[at], this.ys[at]];
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
    const kind = this.kinds[id];
    if (kind === KIND.polygon && this.contains(id, x, y)) return 0;
    let least = Infinity;
    this.forEachRing(id, (from, to) => {
      for (let i = from; i < to; i++) {
        const end = this.vertex(this.next(id, i, from, to));
        least = Math.min(least, distanceToSegment([x, y], this.vertex(i), end));
      }
    });
    return least;
  }

  /** Return whether (x, y) is inside a polygon, by the even-odd rule over all of its rings. */
  contains(id: number, x: number, y: number): boolean {
    let inside = false;
    this.forEachRing(id, (from, to) => {
      for (let i = from, j = to - 1; i < to; j = i++) {
        if (crosses([x, y], this.vertex(i), this.vertex(j))) inside = !inside;
      }
    });
    return inside;
  }
}

/** Return whether the ray from (x, y) to the east crosses the segment a-b. */
const crosses = ([x, y]: Place, [ax, ay]: Place, [bx, by]: Place): boolean =>
  ay > y !== by > y && x < crossingAt(y, [ax, ay], [bx, by]);

/** Return where the line through a and b has the height y. */
const crossingAt = (y: number, [ax, ay]: Place, [bx, by]: Place): number =>
  ((bx - ax) * (y - ay)) / (by - ay) + ax;

export function distanceToSegment([x, y]: Place, [ax, ay]: Place, [bx, by]: Place): number {
  const [dx, dy] = [bx - ax, by - ay];
  const square = dx * dx + dy * dy;
  const part = square === 0 ? 0 : ((x - ax) * dx + (y - ay) * dy) / square;
  const within = Math.max(0, Math.min(1, part));
  return Math.hypot(ax + within * dx - x, ay + within * dy - y);
}

export function polygonBox(ring: Place[]): Box {
  const xs = ring.map(([x]) => x);
  const ys = ring.map(([, y]) => y);
  const [minX, minY] = [Math.min(...xs), Math.min(...ys)];
  return { minX, minY, maxX: Math.max(...xs) + 1, maxY: Math.max(...ys) + 1 };
}

/** Return whether a place is inside a polygon, by the even-odd rule. */
export const withinPolygon = (ring: Place[], x: number, y: number): boolean =>
  ring.filter((corner, i) => crosses([x, y], corner, ring.at(i - 1)!)).length % 2 === 1;
