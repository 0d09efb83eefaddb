// Points in Z-order: those that a tile draws, and those near the cursor.

import type { Styles } from "../../data/loader.ts";
import { type Box, boxCopies } from "../../geo/mercator.ts";
import { compareMorton, levelBetween, rangesInBox } from "../../geo/morton.ts";

/** The level of the first point: above every bit, so that it shows at every zoom. */
const TOP = 31;
/** The level of a point that no zoom draws: it is hidden, or at the same place as another. */
const NEVER = -1;

/** The number of points in a run; runs are visited whole or left out. */
const RUN = 1024;

/** A row, and its distance in world units. */
export type Near = { row: number; distance: number };

type Visitor = (row: number, shift: number) => void;

export class PointIndex {
  readonly length: number;
  readonly xs: Int32Array;
  readonly ys: Int32Array;
  readonly styles: Styles;
  /**
   * The highest bit in which a point differs from the nearest shown point that comes first: an
   * earlier one of at least its rank, or a later one of a higher rank.
   */
  readonly levels: Int8Array;
  /** Not 0 for each point that is hidden. */
  private rejected: Uint32Array | null = null;
  /** Of the points of a square the one of the highest rank is drawn; without ranks the first. */
  private readonly ranks: ArrayLike<number> | null;

  constructor(
    xs: Int32Array,
    ys: Int32Array,
    styles: Styles,
    ranks: ArrayLike<number> | null = null,
  ) {
    this.length = xs.length;
    this.xs = xs;
    this.ys = ys;
    this.styles = styles;
    this.ranks = ranks;
    this.levels = new Int8Array(xs.length);
    for (let i = 1; i < xs.length; i++) {
      const isOrdered = compareMorton(xs[i - 1], ys[i - 1], xs[i], ys[i]) <= 0;
      if (!isOrdered) throw new Error(`The points are not in Z-order at row ${i}.`);
    }
    this.setLevels();
  }

  /** Hide the points whose number is not 0. New levels make sure that every other one shows. */
  leaveOut(rejected: Uint32Array | null): void {
    this.rejected = rejected;
    this.setLevels();
  }

  isShown(row: number): boolean {
    return this.rejected === null || this.rejected[row] === 0;
  }

  private setLevels(): void {
    const { xs, ys, levels, ranks } = this;
    if (ranks !== null) {
      this.setRankedLevels(ranks);
      return;
    }
    let last = -1;
    for (let i = 0; i < xs.length; i++) {
      if (!this.isShown(i)) levels[i] = NEVER;
      else {
        levels[i] = last < 0 ? TOP : levelBetween(xs[last], ys[last], xs[i], ys[i]);
        last = i;
      }
    }
  }

  /** Set the levels by ranks, with a stack of the points that none after them has outranked. */
  private setRankedLevels(ranks: ArrayLike<number>): void {
    const { xs, ys, levels, length } = this;
    const stack = new Int32Array(length);
    let depth = 0;
    for (let i = 0; i < length; i++) {
      levels[i] = NEVER;
      if (!this.isShown(i)) continue;
      while (depth > 0 && ranks[stack[depth - 1]] < ranks[i]) {
        const outranked = stack[--depth];
        const level = levelBetween(xs[outranked], ys[outranked], xs[i], ys[i]);
        levels[outranked] = Math.min(levels[outranked], level);
      }
      const before = depth > 0 ? stack[depth - 1] : -1;
      levels[i] = before < 0 ? TOP : levelBetween(xs[before], ys[before], xs[i], ys[i]);
      stack[depth++] = i;
    }
  }

  /** Return whether any point, hidden or not, is in a box. */
  meets(box: Box): boolean {
    return this.visitUntil(box, () => true);
  }

  /** Visit the points in a box until the visitor returns true; return whether it did. */
  private visitUntil(box: Box, visit: (row: number) => boolean): boolean {
    let isDone = false;
    for (const { box: part } of boxCopies(box)) {
      rangesInBox(this, part, (from, to, isInside) => {
        for (let i = from; i < to && !isDone; i++)
          if (isInside || contains(part, this.xs[i], this.ys[i])) isDone = visit(i);
      });
    }
    return isDone;
  }

  /**
   * Visit the points of a box that pass a test, in drawing order. `shift` is what to add to the x
   * of a point to have it beside the box: one world where the box crosses the antimeridian.
   */
  private forEach(box: Box, passes: (row: number) => boolean, visit: Visitor): void {
    for (const { box: part, shift } of boxCopies(box)) {
      rangesInBox(this, part, (from, to, isInside) => {
        for (let i = from; i < to; i++) {
          const isMeant = passes(i) && (isInside || contains(part, this.xs[i], this.ys[i]));
          if (isMeant) visit(i, 0 - shift);
        }
      });
    }
  }

  /** Visit one point of each square of side 2^level in the box that has any. */
  forEachDrawn(box: Box, level: number, visit: Visitor): void {
    const { levels } = this;
    this.forEach(box, (row) => levels[row] >= level, visit);
  }

  /** Visit every point in the box that passes a test, by default every shown one. */
  forEachIn(box: Box, visit: Visitor, passes = (row: number) => this.isShown(row)): void {
    this.forEach(box, passes, visit);
  }

  /**
   * Visit the shown points in the box, in Z-order; of more than about `most` only those of some runs,
   * so that neighbours are visited together.
   */
  forEachOfRuns(box: Box, most: number, visit: (row: number) => void): void {
    const every = Math.ceil(this.count(box) / most);
    for (const { box: part } of boxCopies(box)) {
      rangesInBox(this, part, (from, to, isInside) => {
        for (let i = from; i < to; i++) {
          const run = Math.floor(i / RUN);
          if (run % every > 0) i = (run + 1) * RUN - 1;
          else if (this.isShown(i) && (isInside || contains(part, this.xs[i], this.ys[i])))
            visit(i);
        }
      });
    }
  }

  /** Return the shown points in the box; null if there are more than `most`. */
  atMost(most: number, box: Box): number[] | null {
    const found: number[] = [];
    const isMore = this.visitUntil(box, (row) => this.isShown(row) && found.push(row) > most);
    return isMore ? null : found;
  }

  /** Return whether a shown point is in the box. */
  shows(box: Box): boolean {
    return this.atMost(0, box) === null;
  }

  /** As `atMost`, but null also where more points than `tested` would have to be tested. */
  few(most: number, box: Box, tested: number): number[] | null {
    return this.count(box) > tested ? null : this.atMost(most, box);
  }

  /** Return the number of points in the ranges of a box, shown or not; some are outside it. */
  count(box: Box): number {
    let count = 0;
    for (const { box: part } of boxCopies(box))
      rangesInBox(this, part, (from, to) => (count += to - from));
    return count;
  }

  /** Return every shown point within a radius of (x, y), in no order. */
  within(x: number, y: number, radius: number): Near[] {
    const found: Near[] = [];
    const [minX, minY, maxX, maxY] = [x - radius, y - radius, x + radius + 1, y + radius + 1];
    this.forEachIn({ minX, minY, maxX, maxY }, (row, shift) => {
      const distance = Math.hypot(this.xs[row] + shift - x, this.ys[row] - y);
      if (distance <= radius) found.push({ row, distance });
    });
    return found;
  }
}

export const contains = (box: Box, x: number, y: number): boolean =>
  x >= box.minX && x < box.maxX && y >= box.minY && y < box.maxY;
