// How crowded the symbols of a layer are at each zoom, and how they show density there.

import { entry } from "../../data/collections.ts";
import { type Box, pixelUnits, WORLD } from "../../geo/mercator.ts";
import { levelBetween } from "../../geo/morton.ts";
import type { PointIndex } from "./pointindex.ts";

/** Symbols of fewer records are drawn alike at every zoom. */
const MANY = 10_000;
/** Symbols are as small as this, in CSS pixels, before they become transparent. */
const DOT_PX = 3;
/** The shares of places that are not alone in their square where crowding begins, and is complete. */
const CALM = 0.2;
const CROWDED = 0.55;
/** The opacity of the squares with the fewest records where crowding is complete. */
const FAINT = 0.4;
/** The side of the squares whose records are counted, as a power of two of CSS pixels. */
const SQUARE_BITS = 1;
/** Opacities are found anew in steps of this fraction of a zoom level. */
const ZOOM_STEP = 1 / 8;
/** Crowding grows in so many steps. */
const STEPS = 4;
/** Opacities that differ by less look the same. */
const ALIKE = 0.05;
/** Crowding is found in whole squares, with sides of about this share of the view's longer one. */
const SIDE = 1 / 2;
/** Of more records in view only some are counted. */
const MOST_COUNTED = 2 ** 16;
const EVERYWHERE: Box = { minX: 0, minY: 0, maxX: WORLD, maxY: WORLD };

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

/** Visits shown records in Z-order. */
type Rows = (visit: (row: number) => void) => void;

/** How crowded the shown records in a part of the map are. */
class Crowd {
  private readonly index: PointIndex;
  private readonly rows: Rows;
  /** The shares of places that are not alone in their square, by the level of its side. */
  private readonly shares: Float64Array;
  private readonly shades = new Map<number, Shade | null>();

  constructor(index: PointIndex, box: Box) {
    this.index = index;
    this.rows = (visit) => index.forEachOfRuns(box, MOST_COUNTED, visit);
    this.shares = crowdedShares(index, this.rows);
  }

  /** Return the share of places that are not alone in a square of this side. */
  overlap(zoom: number, pixels: number): number {
    const level = Math.max(0, Math.log2(pixels * pixelUnits(zoom)));
    const [low, part] = [Math.floor(level), level % 1];
    return this.shares[low] * (1 - part) + this.shares[low + 1] * part;
  }

  sizeAt(zoom: number, usual: number): number {
    let size = usual;
    while (size > DOT_PX && this.overlap(zoom, size) > CALM) size--;
    return size;
  }

  shadeAt(zoom: number): Shade | null {
    return entry(this.shades, zoom, () => {
      const share = (this.overlap(zoom, DOT_PX) - CALM) / (CROWDED - CALM);
      const step = Math.min(1, Math.ceil(share * STEPS) / STEPS);
      return step > 0 ? shadeOf(countsOf(this.index, levelAt(zoom), this.rows), step) : null;
    });
  }
}

export class Crowding {
  private readonly index: PointIndex;
  /** Whether the map's maker left sizes and opacities to the page. */
  private readonly isFree: boolean;
  /** The part of the map by which symbols are drawn. */
  private box = EVERYWHERE;
  /** The crowd in that part; null before it is counted. */
  private counted: Crowd | null = null;

  constructor(index: PointIndex, isFree: boolean) {
    this.index = index;
    this.isFree = isFree && index.length >= MANY;
  }

  private get crowd(): Crowd {
    this.counted ??= new Crowd(this.index, this.box);
    return this.counted;
  }

  /** Count again: other records are shown. */
  reset(): void {
    this.counted = null;
  }

  /**
   * Draw symbols by the part of the map in view. Return whether those of this zoom change by it;
   * null where it is the same part as before.
   */
  see(view: Box, zoom: number, usual: number): boolean | null {
    const box = partOf(view);
    if (!this.isFree || isSame(box, this.box)) return null;
    const before = this.counted;
    this.box = box;
    this.counted = new Crowd(this.index, box);
    return before === null || !areAlike(before, this.counted, zoom, usual);
  }

  /** Return a diameter at which most symbols have room, at most the usual one. */
  sizeAt(zoom: number, usual: number): number {
    return this.isFree ? this.crowd.sizeAt(zoom, usual) : usual;
  }

  /** Return how opacities show density at a zoom; null where symbols have room. */
  shadeAt(zoom: number): Shade | null {
    return this.isFree ? this.crowd.shadeAt(ZOOM_STEP * Math.round(zoom / ZOOM_STEP)) : null;
  }
}

/**
 * Return the whole squares that a view meets: a little more than the view, so that small moves change
 * nothing, and the same for each view, whichever was before.
 */
function partOf({ minX, minY, maxX, maxY }: Box): Box {
  // A hidden map has no width or height.
  const longer = Math.max(1, maxX - minX, maxY - minY);
  const side = 2 ** Math.round(Math.log2(SIDE * longer));
  const [west, north] = [minX, minY].map((at) => side * Math.floor(at / side));
  const [east, south] = [maxX, maxY].map((at) => side * Math.ceil(at / side));
  return { minX: west, minY: north, maxX: east, maxY: south };
}

const isSame = (one: Box, other: Box): boolean =>
  one.minX === other.minX &&
  one.minY === other.minY &&
  one.maxX === other.maxX &&
  one.maxY === other.maxY;

/** Return whether symbols look alike by two parts of the map. */
function areAlike(one: Crowd, other: Crowd, zoom: number, usual: number): boolean {
  if (one.sizeAt(zoom, usual) !== other.sizeAt(zoom, usual)) return false;
  const [shade, next] = [one.shadeAt(zoom), other.shadeAt(zoom)];
  if (shade === null || next === null) return shade === next;
  return [...shade.samples, ...next.samples].every(
    (count) => Math.abs(shade.alpha(count) - next.alpha(count)) < ALIKE,
  );
}

/** Return the level of the squares in which records are counted at a zoom. */
export const levelAt = (zoom: number): number =>
  Math.max(0, Math.round(Math.log2(pixelUnits(zoom))) + SQUARE_BITS);

/** Return the share of places that are not alone in their square, by level. */
export function crowdedShares({ xs, ys }: PointIndex, rows: Rows): Float64Array {
  // A place begins a square where it differs from the one before, and is alone where it differs
  // from the one behind as well.
  const alone = new Float64Array(LEVELS);
  let places = 0;
  let last = -1;
  let before = LEVELS - 1;
  rows((row) => {
    const level = last < 0 ? LEVELS - 1 : levelBetween(xs[last], ys[last], xs[row], ys[row]);
    if (level < 0) return;
    if (last >= 0) alone[Math.min(before, level)]++;
    places++;
    last = row;
    before = level;
  });
  if (last >= 0) alone[before]++;
  for (let level = LEVELS - 2; level >= 0; level--) alone[level] += alone[level + 1];
  return alone.map((count) => (places === 0 ? 0 : 1 - count / places));
}

/** Return how many squares of a level have each number of records, by default of all shown ones. */
export function countsOf(
  index: PointIndex,
  level: number,
  rows: Rows = (visit) => index.forEachIn(EVERYWHERE, visit),
): Map<number, number> {
  const { xs, ys } = index;
  const squares = new Map<number, number>();
  let count = 0;
  let lastX = -1;
  let lastY = -1;
  const end = (): void => void (count > 0 && squares.set(count, (squares.get(count) ?? 0) + 1));
  rows((row) => {
    const x = xs[row] >> level;
    const y = ys[row] >> level;
    if (x !== lastX || y !== lastY) {
      end();
      count = 0;
      lastX = x;
      lastY = y;
    }
    count++;
  });
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
  // A square beyond the counted part has the opacity of the next smaller number.
  const alpha = (count: number): number =>
    alphas.get(count) ?? alphas.get(counts.findLast((one) => one < count) ?? counts[0])!;
  return { alpha, samples: [...new Set(samples)] };
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
