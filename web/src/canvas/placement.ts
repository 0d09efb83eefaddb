// The room for names on a picture: what is taken, and what symbols and lines cover.

import { entry } from "../data/collections.ts";
import type { Edges } from "../geo/clip.ts";

/** Pixels between two names, and from the rim of a symbol to its name. */
const APART = 3;
const GAP = 2;

/** The side of the cells in which symbols are noted, in CSS pixels. */
const CELL = 2;
/** More symbols than this leave little room, so that names may cover a share of them. */
const CROWD = 600;
const COVERED = 0.2;
/**
 * The shares of a name that symbols may cover, tried in this order for countries and, in a crowd,
 * for other areas. With the last one the name may cover capitals too.
 */
export const SHARES = [0, 0.2, 0.5, 1, Infinity];
/** A covered symbol cell costs as much as this many line cells. */
const SYMBOL_COST = 1000;
/** Half the side of the square around a capital that names keep off, in CSS pixels. */
const CAPITAL_PX = 5;

/** The cells of a picture that symbols cover. */
class Cover {
  private readonly columns: number;
  private readonly rows: number;
  private readonly cells: Uint8Array;
  /** The covered cells above and left of each corner of cells; null until they are counted. */
  private sums: Int32Array | null = null;

  constructor(width: number, height: number) {
    this.columns = Math.ceil(width / CELL);
    this.rows = Math.ceil(height / CELL);
    this.cells = new Uint8Array(this.columns * this.rows);
  }

  /** Mark the cells that have their middle within a radius of a place. */
  add(x: number, y: number, radius: number): void {
    this.sums = null;
    const bottom = Math.min(this.rows, firstAfter(y + radius));
    for (let row = Math.max(0, firstAfter(y - radius)); row < bottom; row++) {
      const down = (row + 0.5) * CELL - y;
      const half = Math.sqrt(radius * radius - down * down);
      const end = row * this.columns + Math.min(this.columns, firstAfter(x + half));
      let at = row * this.columns + Math.max(0, firstAfter(x - half));
      while (at < end) this.cells[at++] = 1;
    }
  }

  /** Return how many covered cells have their middles in a box, or `most` if there are more. */
  under({ left, top, right, bottom }: Edges, most: number): number {
    const [west, north] = [Math.max(0, firstAfter(left)), Math.max(0, firstAfter(top))];
    const east = Math.min(this.columns, firstAfter(right));
    const south = Math.min(this.rows, firstAfter(bottom));
    if (east <= west || south <= north) return 0;
    this.sums ??= this.counted();
    const { sums } = this;
    const at = (column: number, row: number): number => sums[row * (this.columns + 1) + column];
    const found = at(east, south) - at(west, south) - at(east, north) + at(west, north);
    return Math.min(found, most);
  }

  /** Count the cells once, so that each box costs the same (summed-area table, Crow 1984). */
  private counted(): Int32Array {
    const { columns, rows, cells } = this;
    const wide = columns + 1;
    const sums = new Int32Array(wide * (rows + 1));
    for (let row = 0; row < rows; row++) {
      let inRow = 0;
      for (let column = 0; column < columns; column++) {
        inRow += cells[row * columns + column];
        const at = (row + 1) * wide + column + 1;
        sums[at] = sums[at - wide] + inRow;
      }
    }
    return sums;
  }
}

/** Return the first row or column of cells with their middles after an edge. */
const firstAfter = (edge: number): number => Math.ceil(edge / CELL - 0.5);

/** A name at the place of its symbol; the radius is 0 where it has no symbol. */
type Placed = {
  x: number;
  y: number;
  width: number;
  height: number;
  radius: number;
  isDrawn: boolean;
};

export class Placement {
  /** The rooms of names and their symbols, by the bands of the picture that they touch. */
  private readonly taken = new Map<number, Edges[]>();
  private readonly symbols: Cover;
  private readonly lines: Cover;
  private readonly squares: Cover;
  private count = 0;

  /** The picture has a width and a height in CSS pixels. */
  constructor(width: number, height: number) {
    this.symbols = new Cover(width, height);
    this.lines = new Cover(width, height);
    this.squares = new Cover(width, height);
  }

  /** Return whether symbols leave little room. */
  get isCrowded(): boolean {
    return this.count > CROWD;
  }

  /** Keep names off a symbol that is drawn with or without a name. */
  reserve(x: number, y: number, radius: number): void {
    this.symbols.add(x, y, radius);
    this.count++;
  }

  /** Keep names off a part of a name. */
  block(x: number, y: number, radius: number): void {
    this.take(grown({ left: x, top: y, right: x, bottom: y }, radius - APART));
  }

  /** Let names avoid, if they can, a line that passes a place. */
  avoid(x: number, y: number, radius: number): void {
    this.lines.add(x, y, radius);
  }

  /** Keep names off the square of a capital, but where an infinite share of them may be covered. */
  mark(x: number, y: number): void {
    this.squares.add(x, y, CAPITAL_PX);
  }

  /** Keep names off the border of a box: each is on one side of it. */
  fence({ left, top, right, bottom }: Edges): void {
    for (const x of [left, right]) this.take({ left: x, right: x, top, bottom });
    for (const y of [top, bottom]) this.take({ left, right, top: y, bottom: y });
  }

  /** Return whether there is a symbol in a box. */
  hasSymbols(box: Edges): boolean {
    return this.symbols.under(box, 1) > 0;
  }

  /**
   * Take room for a name: centred at its place or beside its symbol, on its right if possible. A
   * symbol that is not drawn yet needs room too. Among many symbols these may cover a share of the
   * name. Return null where there is no room.
   */
  place({ x, y, width, height, radius, isDrawn }: Placed): Edges | null {
    const share = this.isCrowded ? COVERED : 0;
    const symbol = grown({ left: x, top: y, right: x, bottom: y }, radius + GAP - APART);
    if (radius > 0 && !this.isFree(symbol)) return null;
    const most = mostCells(width * height, share);
    if (radius > 0 && !isDrawn && this.symbols.under(symbol, most) === most) return null;
    const centred = boxFrom(x - width / 2, y - height / 2, width, height);
    const rooms = radius > 0 ? besides(x, y, width, height, radius) : [centred];
    const best = this.choose(rooms, share);
    if (best !== null && radius > 0) this.take(symbol);
    return best;
  }

  /**
   * Take the room of those given that covers the fewest symbols and lines, the first of equal ones;
   * symbols may cover a share of it. `isGood` decides about a room that would be taken. Return null
   * if there is none.
   */
  choose(rooms: Iterable<Edges>, share = 0, isGood = (_: Edges): boolean => true): Edges | null {
    let best: Edges | null = null;
    let least = Infinity;
    for (const room of rooms) {
      const cost = this.isFree(room) ? this.cost(room, share) : Infinity;
      if (cost < least && isGood(room)) [best, least] = [room, cost];
      if (least === 0) break;
    }
    if (best !== null) this.take(best);
    return best;
  }

  /** Return what a name covers; infinity if that is too much. */
  private cost(room: Edges, share: number): number {
    const most = mostCells((room.right - room.left) * (room.bottom - room.top), share);
    const covered = this.symbols.under(grown(room, GAP), most);
    if (covered === most || (share <= 1 && this.squares.under(room, 1) > 0)) return Infinity;
    return covered * SYMBOL_COST + this.lines.under(room, SYMBOL_COST);
  }

  /** Keep names off a box. */
  take(room: Edges): void {
    for (let band = bandOf(room.top); band <= bandOf(room.bottom); band++)
      entry(this.taken, band, () => []).push(room);
  }

  /** Return whether no name is at any of some places. */
  areFree(places: [x: number, y: number][]): boolean {
    return places.every(([x, y]) => this.isFree(dotAt(x, y), 0));
  }

  /** Keep names off places. */
  takeAll(places: [x: number, y: number][]): void {
    for (const [x, y] of places) this.take(dotAt(x, y));
  }

  /** Return whether no name is at a room. */
  isFree(room: Edges, apart = APART): boolean {
    const { left, top, right, bottom } = grown(room, apart);
    const touches = (other: Edges) =>
      top < other.bottom && other.top < bottom && left < other.right && other.left < right;
    for (let band = bandOf(top); band <= bandOf(bottom); band++)
      if (this.taken.get(band)?.some(touches)) return false;
    return true;
  }
}

/** Return the number of covered cells that is too much for a name of an area in square pixels. */
const mostCells = (area: number, share: number): number =>
  share < 1 ? 1 + (share * area) / CELL ** 2 : Infinity;

/** The height of a band, in CSS pixels. */
const BAND = 32;

const bandOf = (y: number): number => Math.floor(y / BAND);

/** Names that are repeated along a line, with a distance between two of them. */
export class Repeats {
  private readonly written = new Map<string, [x: number, y: number][]>();

  /** Return whether a text is written within a distance of a place. */
  isNear(text: string, x: number, y: number, distance: number): boolean {
    const places = this.written.get(text) ?? [];
    return places.some(([ax, ay]) => Math.hypot(ax - x, ay - y) < distance);
  }

  add(text: string, x: number, y: number): void {
    this.written.set(text, [...(this.written.get(text) ?? []), [x, y]]);
  }
}

/** Return the boxes for a name beside a symbol, the best first: at its sides and its corners. */
export function besides(
  x: number,
  y: number,
  width: number,
  height: number,
  radius: number,
): Edges[] {
  const gap = radius + GAP;
  const [above, below] = [-gap - height, gap];
  // At a corner the name is as near to the rim as at a side.
  const [near, far] = [gap * 0.7, -gap * 0.7 - width];
  const [high, low] = [-gap * 0.7 - height, gap * 0.7];
  const sides = [
    ...[gap, -gap - width].map((across) => [across, -height / 2]),
    ...[above, below].map((down) => [-width / 2, down]),
    ...[high, low].flatMap((down) => [near, far].map((across) => [across, down])),
  ];
  return sides.map(([across, down]) => boxFrom(x + across, y + down, width, height));
}

const boxFrom = (left: number, top: number, width: number, height: number): Edges => {
  return { left, top, right: left + width, bottom: top + height };
};

const dotAt = (x: number, y: number): Edges => ({ left: x, top: y, right: x, bottom: y });

const grown = ({ left, top, right, bottom }: Edges, by: number): Edges => {
  return { left: left - by, top: top - by, right: right + by, bottom: bottom + by };
};
