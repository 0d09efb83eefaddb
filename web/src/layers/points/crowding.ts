// How crowded the symbols of a layer are at each zoom, and how they show density there.

import { entry } from "../../data/collections.ts";
import { type Box, pixelUnits } from "../../geo/mercator.ts";
import { levelBetween } from "../../geo/morton.ts";
import type { PointIndex } from "./pointindex.ts";

/** Symbols of fewer records are drawn alike at every zoom. */
const MANY = 10_000;
/** Symbols are as small as this, in CSS pixels, before they become transparent. */
const DOT_PX = 3;
/** The shares of squares with several places where crowding begins, and is complete. */
const CALM = 0.2;
const CROWDED = 0.55;
/** The opacity of the squares with the fewest records where crowding is complete. */
const FAINT = 0.25;
/** The side of the squares whose records are counted, as a power of two of CSS pixels. */
const SQUARE_BITS = 1;
/** Opacities are found anew in steps of this fraction of a zoom level. */
const ZOOM_STEP = 1 / 8;

/**
 * The number of levels of squares. Level 30 is the world; level 31 stands for the first place, which
 * has none before it.
 */
const LEVELS = 32;

/** The opacity of a square by its number of records, and examples from the fewest to the most. */
export interface Shade {
  alpha(count: number): number;
  samples: number[];
}

export class Crowding {
  private readonly index: PointIndex;
  /** Whether the map's maker left sizes and opacities to the page. */
  private readonly isFree: boolean;
  /** The shares of squares that hold several places, by the level of their side. */
  private shares: Float64Array | null = null;
  private readonly shades = new Map<number, Shade | null>();

  constructor(index: PointIndex, isFree: boolean) {
    this.index = index;
    this.isFree = isFree && index.length >= MANY;
  }

  /** Count again: other records are shown. */
  reset(): void {
    this.shares = null;
    this.shades.clear();
  }

  /** Return the share of occupied squares of this side that hold several places. */
  overlap(zoom: number, pixels: number): number {
    this.shares ??= crowdedShares(this.index);
    const level = Math.max(0, Math.log2(pixels * pixelUnits(zoom)));
    const [low, part] = [Math.floor(level), level % 1];
    return this.shares[low] * (1 - part) + this.shares[low + 1] * part;
  }

  /** Return a diameter at which most symbols have room, at most the usual one. */
  sizeAt(zoom: number, usual: number): number {
    let size = usual;
    while (this.isFree && size > DOT_PX && this.overlap(zoom, size) > CALM) size--;
    return size;
  }

  /** Return how opacities show density at a zoom; null where symbols have room. */
  shadeAt(exact: number): Shade | null {
    const zoom = ZOOM_STEP * Math.round(exact / ZOOM_STEP);
    return entry(this.shades, zoom, () => {
      const share = this.isFree ? (this.overlap(zoom, DOT_PX) - CALM) / (CROWDED - CALM) : 0;
      return share > 0 ? shadeOf(countsOf(this.index, levelAt(zoom)), Math.min(1, share)) : null;
    });
  }
}

/** Return the level of the squares in which records are counted at a zoom. */
export const levelAt = (zoom: number): number =>
  Math.max(0, Math.round(Math.log2(pixelUnits(zoom))) + SQUARE_BITS);

/** Return the share of the squares with shown places that hold several, by level. */
export function crowdedShares(index: PointIndex): Float64Array {
  const { xs, ys } = index;
  // A place begins a square where it differs from the one before, and is alone where it differs
  // from the one behind as well.
  const [squares, alone] = [new Float64Array(LEVELS), new Float64Array(LEVELS)];
  let last = -1;
  let before = LEVELS - 1;
  for (let row = 0; row < index.length; row++) {
    if (!index.isShown(row)) continue;
    const level = last < 0 ? LEVELS - 1 : levelBetween(xs[last], ys[last], xs[row], ys[row]);
    if (level < 0) continue;
    squares[level]++;
    if (last >= 0) alone[Math.min(before, level)]++;
    last = row;
    before = level;
  }
  if (last >= 0) alone[before]++;
  for (let level = LEVELS - 2; level >= 0; level--) {
    squares[level] += squares[level + 1];
    alone[level] += alone[level + 1];
  }
  return squares.map((count, level) => (count === 0 ? 0 : 1 - alone[level] / count));
}

/** Return how many squares of a level have each number of shown records. */
export function countsOf(index: PointIndex, level: number): Map<number, number> {
  const { xs, ys } = index;
  const squares = new Map<number, number>();
  let count = 0;
  let lastX = -1;
  let lastY = -1;
  const end = (): void => void (count > 0 && squares.set(count, (squares.get(count) ?? 0) + 1));
  for (let row = 0; row < index.length; row++) {
    if (!index.isShown(row)) continue;
    const x = xs[row] >> level;
    const y = ys[row] >> level;
    if (x !== lastX || y !== lastY) {
      end();
      count = 0;
      lastX = x;
      lastY = y;
    }
    count++;
  }
  end();
  return squares;
}

/** Return opacities by the rank of counts among all squares, where crowding has a share. */
export function shadeOf(squares: Map<number, number>, share: number): Shade {
  const counts = [...squares.keys()].sort((a, b) => a - b);
  const least = squares.get(counts[0]) ?? 0;
  const others = [...squares.values()].reduce((sum, number) => sum + number, 0) - least;
  const alphas = new Map<number, number>();
  let below = 0;
  let [middle, nearest] = [counts[0], 1];
  counts.forEach((count, i) => {
    if (i > 0) below += squares.get(count)!;
    const rank = others === 0 ? 1 : below / others;
    alphas.set(count, 1 - share * (1 - FAINT) * (1 - rank));
    if (Math.abs(rank - 0.5) < nearest) [middle, nearest] = [count, Math.abs(rank - 0.5)];
  });
  const samples = [counts[0], middle, counts.at(-1)!];
  return { alpha: (count) => alphas.get(count) ?? 1, samples: [...new Set(samples)] };
}

type SquareVisitor = (row: number, shift: number, count: number) => void;

/**
 * Visit each square of a level that a box meets, with the number of its records and one of them: of
 * the majority's class if there is one, or of the highest rank.
 */
export function forEachSquare(
  index: PointIndex,
  box: Box,
  level: number,
  ranks: ArrayLike<number> | null,
  visit: SquareVisitor,
): void {
  const { xs, ys, styles } = index;
  let [count, votes, chosen, lastX, lastY, lastShift] = [0, 0, 0, -1, -1, 0];
  const side = 2 ** level;
  const before = (at: number): number => Math.floor(at / side) * side;
  const behind = (at: number): number => Math.ceil(at / side) * side;
  const [minX, minY, maxX, maxY] = [
    before(box.minX),
    before(box.minY),
    behind(box.maxX),
    behind(box.maxY),
  ];
  index.forEachIn({ minX, minY, maxX, maxY }, (row, shift) => {
    const x = xs[row] >> level;
    const y = ys[row] >> level;
    if (x !== lastX || y !== lastY || shift !== lastShift) {
      if (count > 0) visit(chosen, lastShift, count);
      count = votes = 0;
      lastX = x;
      lastY = y;
      lastShift = shift;
    }
    count++;
    if (ranks !== null) {
      if (count === 1 || ranks[row] > ranks[chosen]) chosen = row;
    } else if (votes === 0) {
      // A majority outlasts all others (Boyer and Moore 1991).
      chosen = row;
      votes = 1;
    } else votes += styles[row] === styles[chosen] ? 1 : -1;
  });
  if (count > 0) visit(chosen, lastShift, count);
}
