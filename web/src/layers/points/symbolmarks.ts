// How the symbols of a layer of points look: their sizes, shapes, opacities and drawing order.

import {
  hollow,
  RIM_PX,
  RING,
  reachOf,
  scaledSize,
  spriteOf,
  symbolSize,
  USUAL_PX,
} from "../../canvas/symbols.ts";
import type { Codes, Styles } from "../../data/loader.ts";
import type { EntrySpec, PointsSpec } from "../../data/spec.ts";

/** No symbol whose size has a meaning is drawn smaller, in CSS pixels. */
const LEAST_PX = 3;
const MOST_RANK = 2 ** 16 - 1;

type Rank = (row: number) => number;

export class SymbolMarks {
  /** How much larger than usual the largest symbols are. */
  readonly largest: number;
  /** How large the smallest symbols are, as a share of the usual size. */
  readonly smallest: number;
  /** The greatest width of the outlines of symbols, in CSS pixels. */
  readonly rimWidth: number;
  /** What decides which of the records at one place is drawn at far zooms; null: the first. */
  readonly ranks: ArrayLike<number> | null;
  /** The drawing order that the maker of the map wished, or that of blank values; or null. */
  readonly wishedRanks: ArrayLike<number> | null;
  /** Whether the maker of the map left sizes and opacities to the page. */
  readonly isUsual: boolean;
  private readonly isSized: boolean;
  /** Whether the maker of the map gave the size of all symbols in pixels. */
  private readonly isGiven: boolean;
  /** The code of records without a size, which are rings; -1 if there are none. */
  private readonly ringed: number;
  private readonly entries: EntrySpec[];
  private readonly styles: Styles;
  private readonly codes: Codes;
  private readonly factors: number[];
  private readonly shapes: string[];
  private readonly opacities: number[];
  /** The drawing rank of a record; null where records are drawn as they come. */
  private readonly rank: Rank | null;

  constructor({ legend, marks = {} }: PointsSpec, styles: Styles, codes: Codes) {
    const { size, order } = codes;
    const { size: sizes = [] } = marks;
    this.entries = legend.entries;
    this.styles = styles;
    this.codes = codes;
    this.isSized = size !== undefined;
    this.factors = this.isSized
      ? sizes.map((pixels) => (pixels ?? RING.size) / USUAL_PX)
      : legend.entries.map((entry) => entry.size ?? 1);
    this.ringed = sizes.indexOf(null);
    this.isGiven = !this.isSized && hasGivenSizes(legend.entries);
    this.largest = Math.max(1, ...this.factors);
    this.smallest = Math.min(1, ...this.factors);
    this.shapes = marks.shape ?? [];
    this.opacities = marks.opacity ?? [1];
    const widths = legend.entries.map((entry) => entry.outline_width ?? RIM_PX);
    this.rimWidth = Math.max(this.ringed < 0 ? RIM_PX : RING.width, ...widths);
    const ofClasses = classRanks(legend.entries);
    // Numbers have no rare classes; where they are coded, the largest symbol is the one to see.
    const isRare = ofClasses !== null && !hasClasses(legend.entries);
    const rarity = isRare ? perStyle(styles, ofClasses) : null;
    this.wishedRanks = order ?? null;
    this.ranks = size ?? order ?? rarity;
    const isClear = legend.entries.some(({ opacity = 1 }) => opacity < 1);
    this.isUsual = !this.isSized && !this.isGiven && !isClear && marks.opacity === undefined;
    // Large symbols lie below small ones, and common classes below rare ones.
    const below = (row: number): number => (size ? (255 - size[row]) * 256 : 0);
    const above = (row: number): number => Math.min(255, ofClasses?.[styles[row]] ?? 0);
    const isRanked = size !== undefined || ofClasses !== null;
    this.rank = order ? (row) => order[row] : isRanked ? (row) => below(row) + above(row) : null;
  }

  /** Return the usual diameter at a zoom, in CSS pixels: sizes in pixels are kept at every zoom. */
  usual(zoom: number): number {
    if (this.isGiven) return USUAL_PX;
    return (this.isSized ? scaledSize : symbolSize)(zoom, this.styles.length);
  }

  /** Return the diameter of a symbol in CSS pixels where the usual one is `size`. */
  diameter(row: number, size: number): number {
    const { size: coded } = this.codes;
    const least = this.isRing(row) ? RING.size : LEAST_PX;
    if (coded !== undefined) return Math.max(least, size * this.factors[coded[row]]);
    return size * (this.factors[this.styles[row]] ?? 1);
  }

  /** Return how far a symbol reaches from its place, where the usual one is `size` wide. */
  radius(row: number, size: number): number {
    return this.diameter(row, size) * reachOf(this.shapeOf(row));
  }

  private isRing(row: number): boolean {
    return this.codes.size?.[row] === this.ringed;
  }

  private shapeOf(row: number): string {
    return this.shapes[this.codes.shape?.[row] ?? 0] ?? this.entries[this.styles[row]]?.shape;
  }

  /** Return the opacity of a symbol. */
  alpha(row: number): number {
    return this.opacities[this.codes.opacity?.[row] ?? 0];
  }

  /** Return a function for the sprites of records; undefined for a record of no class. */
  sprites(size: number, ratio: number): (row: number) => ImageBitmap | undefined {
    const { entries, styles, shapes, factors, codes } = this;
    const [sizes, forms] = [this.isSized ? factors.length : 1, shapes.length || 1];
    const made = new Array<ImageBitmap | undefined>(entries.length * sizes * forms);
    return (row) => {
      const style = styles[row];
      const form = codes.shape?.[row] ?? 0;
      const kind = (style * sizes + (codes.size?.[row] ?? 0)) * forms + form;
      const entry = entries[style];
      if (entry === undefined || made[kind] !== undefined) return made[kind];
      const symbol = { ...entry, shape: this.shapeOf(row) };
      return (made[kind] = spriteOf(
        this.isRing(row) ? hollow(symbol) : symbol,
        Math.round(this.diameter(row, size) * ratio),
        ratio,
      ));
    };
  }

  /** Return the places of some records in their drawing order; null where they are in it. */
  order(rows: number[]): Uint32Array | null {
    return this.rank && rising(Uint16Array.from(rows, this.rank));
  }
}

const hasClasses = (entries: EntrySpec[]): boolean =>
  entries.some(({ limits }) => limits !== undefined);

/**
 * Return the drawing rank of each class: small symbols lie on large ones, and rare categories on
 * common ones. Null where all are alike.
 */
function classRanks(entries: EntrySpec[]): number[] | null {
  const sizeOf = ({ size = 1 }: EntrySpec): number => size;
  const countOf = ({ count }: EntrySpec): number => (hasClasses(entries) ? 0 : count);
  const order = (a: EntrySpec, b: EntrySpec): number =>
    sizeOf(b) - sizeOf(a) || countOf(b) - countOf(a);
  const ranked = [...entries].sort(order);
  const ranks = entries.map((entry) => ranked.findIndex((other) => order(entry, other) === 0));
  return ranks.every((rank) => rank === 0) ? null : ranks;
}

/** Return whether sizes are in pixels: those that grow with the classes of colours are not. */
function hasGivenSizes(entries: EntrySpec[]): boolean {
  const sizes = new Set(entries.map(({ size }) => size));
  const isGrowing = hasClasses(entries) && (sizes.size > 1 || entries.length === 1);
  return !sizes.has(undefined) && !isGrowing;
}

/** Return the number of each style; 0 where it has none. */
function perStyle(styles: Styles, numbers: number[]): Uint16Array {
  const all = new Uint16Array(styles.length);
  // Uint16Array.from takes twenty times as long.
  for (let row = 0; row < all.length; row++) all[row] = numbers[styles[row]] ?? 0;
  return all;
}

/** Return the places of numbers in rising order; equal ones keep their order. */
export function rising(numbers: Uint16Array): Uint32Array {
  const starts = new Uint32Array(MOST_RANK + 2);
  for (const number of numbers) starts[number + 1]++;
  for (let number = 0; number <= MOST_RANK; number++) starts[number + 1] += starts[number];
  const places = new Uint32Array(numbers.length);
  for (let at = 0; at < numbers.length; at++) places[starts[numbers[at]]++] = at;
  return places;
}
