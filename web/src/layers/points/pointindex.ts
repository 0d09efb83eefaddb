// Points in Z-order: what a tile draws, what lies under the cursor, and which are left out.

import { type Box, worldShifts } from "../../geo/mercator.ts";
import { compareMorton, levelBetween, rangesInBox } from "../../geo/morton.ts";

/** The level of the first point: above every bit, so that it shows at every zoom. */
const TOP = 31;
/** The level of a point that is not drawn at any zoom: left out, or at the very place of another. */
const NEVER = -1;

export interface Near {
  row: number;
  /** Distance in world units. */
  distance: number;
}

export class PointIndex {
  readonly xs: Int32Array;
  readonly ys: Int32Array;
  readonly styles: Uint8Array;
  /** Highest bit in which a point differs from its predecessor among those that are not left out. */
  readonly levels: Int8Array;
  /** Not 0 for each point that is left out. */
  private rejected: Uint32Array | null = null;

  constructor(xs: Int32Array, ys: Int32Array, styles: Uint8Array) {
    this.xs = xs;
    this.ys = ys;
    this.styles = styles;
    this.levels = new Int8Array(xs.length);
    for (let i = 1; i < xs.length; i++) {
      if (compareMorton(xs[i - 1], ys[i - 1], xs[i], ys[i]) > 0) {
        throw new Error(`The points are not in Z-order at row ${i}.`);
      }
    }
    this.relevel();
  }

  /** Leave points out: those whose word is not 0. Levels are counted anew among the others, so none of them goes missing. */
  leaveOut(rejected: Uint32Array | null): void {
    this.rejected = rejected;
    this.relevel();
  }

  isShown(row: number): boolean {
    return this.rejected === null || this.rejected[row] === 0;
  }

  private relevel(): void {
    const { xs, ys, levels, rejected } = this;
    let last = -1;
    for (let i = 0; i < xs.length; i++) {
      if (rejected !== null && rejected[i] !== 0) {
        levels[i] = NEVER;
        continue;
      }
      levels[i] = last < 0 ? TOP : levelBetween(xs[last], ys[last], xs[i], ys[i]);
      last = i;
    }
  }

  get length(): number {
    return this.xs.length;
  }

  /** Whether any point, left out or not, is in the box. */
  meets(box: Box): boolean {
    let found = false;
    this.forEachRange(box, (lo, hi, shift, inside) => {
      for (let i = lo; i < hi && !found; i++)
        found = inside || contains(box, this.xs[i] - shift, this.ys[i]);
    });
    return found;
  }

  /** Visit the index ranges of a box; a range's points are at x - shift, which counts where a box passes the antimeridian. */
  private forEachRange(
    box: Box,
    visit: (lo: number, hi: number, shift: number, inside: boolean) => void,
  ): void {
    for (const shift of worldShifts(box)) {
      const part = { ...box, minX: box.minX + shift, maxX: box.maxX + shift };
      rangesInBox(this.xs, this.ys, part, (lo, hi, inside) => visit(lo, hi, shift, inside));
    }
  }

  /**
   * Visit, in drawing order, one point of each occupied square of side 2^level in the box.
   * `shift` is what to add to x to have it beside the box, one world away past the antimeridian.
   */
  forEachDrawn(box: Box, level: number, visit: (row: number, shift: number) => void): void {
    const { xs, ys, levels } = this;
    this.forEachRange(box, (lo, hi, shift, inside) => {
      for (let i = lo; i < hi; i++) {
        if (levels[i] >= level && (inside || contains(box, xs[i] - shift, ys[i])))
          visit(i, 0 - shift);
      }
    });
  }

  /** Visit every point in the box that is not left out; `shift` as in `forEachDrawn`. */
  forEachIn(box: Box, visit: (row: number, shift: number) => void): void {
    const { xs, ys, rejected } = this;
    this.forEachRange(box, (lo, hi, shift, inside) => {
      for (let i = lo; i < hi; i++) {
        if (
          (rejected === null || rejected[i] === 0) &&
          (inside || contains(box, xs[i] - shift, ys[i]))
        )
          visit(i, 0 - shift);
      }
    });
  }

  /** Every point that is not left out within `radius` of (x, y), unsorted. */
  within(x: number, y: number, radius: number): Near[] {
    const { xs, ys } = this;
    const found: Near[] = [];
    const box = { minX: x - radius, minY: y - radius, maxX: x + radius + 1, maxY: y + radius + 1 };
    this.forEachRange(box, (lo, hi, shift) => {
      for (let row = lo; row < hi; row++) {
        const distance = Math.hypot(xs[row] - shift - x, ys[row] - y);
        if (distance <= radius && this.isShown(row)) found.push({ row, distance });
      }
    });
    return found;
  }
}

const contains = (box: Box, x: number, y: number): boolean =>
  x >= box.minX && x < box.maxX && y >= box.minY && y < box.maxY;
