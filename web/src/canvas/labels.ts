// The names to write on the map, the order in which they get room, and the room.

import { entry } from "../data/collections.ts";
import { type Column, required, type Table, undelta } from "../data/payload.ts";
import type { Edges } from "../geo/clip.ts";
import type { Box } from "../geo/mercator.ts";
import { currentLanguage } from "../words/language.ts";

/** The kind of thing that a name belongs to; a node of a corridor also has a symbol. */
export const LABEL = {
  ...({ town: 0, capital: 1, country: 2, water: 3 } as const),
  ...({ node: 4, leg: 5, record: 6 } as const),
} as const;
/** At the same rank, names of the first kinds get room before those of the last. */
const IMPORTANCE: readonly number[] = [
  ...[LABEL.node, LABEL.record, LABEL.country, LABEL.capital],
  ...[LABEL.water, LABEL.leg, LABEL.town],
];

/** Return whether a name belongs to the base map rather than to a layer. */
export const isOfBase = (style: number): boolean => style <= LABEL.water;

/** Return whether a name belongs to a symbol that is drawn with or without it. */
export const isSymbol = (style: number): boolean => style === LABEL.node || style === LABEL.record;

/** Return whether a name belongs to something far larger than symbols. */
export const isWide = (style: number): boolean => style === LABEL.country || style === LABEL.water;

export interface Label {
  x: number;
  y: number;
  /** The zoom from which the name is written. */
  rank: number;
  style: number;
  text: string;
  /** Its other names, by which the search finds it, with semicolons between them. */
  others?: string;
  /** The two-letter code of the country that it is in, or that it names. */
  region?: string;
  /** The radius of the symbol that the name stands beside, in CSS pixels. */
  radius?: number;
  /** The width of the area that the name must fit, in CSS pixels. */
  room?: number;
  /** Return whether the place `down` CSS pixels below is inside the area. */
  isInside?: (down: number) => boolean;
  /**
   * The direction, of length 1, away from the line that the name stands along; y grows downwards.
   */
  aside?: [x: number, y: number];
}

/** Symbols that names keep off. */
export interface SymbolSource {
  /** Whether they are parts of names, which no other name may touch. */
  readonly areNames?: boolean;
  /** Visit the drawn symbols in a box: their places beside it and their radii in CSS pixels. */
  symbolsIn(box: Box, zoom: number, visit: SymbolVisitor): void;
}

/** Names of records. Only some find room, and which ones depends on the view. */
export interface LabelSource extends SymbolSource {
  /** Return the names in a box at a zoom, in the order in which they get room. */
  labelsIn(box: Box, zoom: number): Label[];
}

export type SymbolVisitor = (x: number, y: number, radius: number) => void;

export function readLabels(table: Table): Label[] {
  if (table.numRows === 0) return [];
  const xs = undelta(required(table, "_x"));
  const ys = undelta(required(table, "_y"));
  const ranks = required(table, "_rank");
  const styles = required(table, "_style");
  const text = textsOf(table);
  const [english, others, regions] = ["c0", "others", "region"].map((name) => table.getChild(name));
  return Array.from(xs, (x, i) => {
    const names = [english?.at(i), others?.at(i)].filter(Boolean).join("; ");
    const more = { others: names, region: regions?.at(i) ?? undefined };
    return { x, y: ys[i], rank: ranks[i], style: styles[i], text: text(i), ...more };
  });
}

/** Names in the page's language where the table has them, else in English. */
function textsOf(table: Table): (row: number) => string {
  const column = (name: string) => table.getChild(name) as Column | null;
  const [own, english] = [column(currentLanguage()), column("c0")];
  return (row) => String(own?.at(row) ?? english?.at(row) ?? "");
}

/** Sort labels in the order in which they get room: nodes and records, then by rank and kind. */
export function inOrder(labels: Label[]): Label[] {
  const precedence = ({ style, rank }: Label): number =>
    (isSymbol(style) ? 0 : (rank + 1) * IMPORTANCE.length) + IMPORTANCE.indexOf(style);
  return [...labels].sort((a, b) => precedence(a) - precedence(b));
}

/** Pixels between two names, and from the rim of a symbol to its name. */
const APART = 3;
const GAP = 2;
/** The radius of a town's dot and of a node's symbol. */
export const DOT = 3;
export const SYMBOL = 10;

/** The side of the cells in which symbols are noted, in CSS pixels. */
const CELL = 2;
/** More symbols than this leave little room, so that they may cover this share of a name. */
const CROWD = 600;
const COVERED = 0.2;

/** The cells of a picture that symbols cover. */
class Cover {
  private readonly columns: number;
  private readonly rows: number;
  private readonly cells: Uint8Array;

  constructor(width: number, height: number) {
    this.columns = Math.ceil(width / CELL);
    this.rows = Math.ceil(height / CELL);
    this.cells = new Uint8Array(this.columns * this.rows);
  }

  /** Note the cells whose middles are within a radius of a place. */
  add(x: number, y: number, radius: number): void {
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
    const first = Math.max(0, firstAfter(left));
    const last = Math.min(this.rows, firstAfter(bottom));
    const width = Math.min(this.columns, firstAfter(right)) - first;
    let found = 0;
    for (let row = Math.max(0, firstAfter(top)); row < last && found < most; row++) {
      const start = row * this.columns + first;
      for (let at = start; at < start + width; at++) found += this.cells[at];
    }
    return Math.min(found, most);
  }
}

/** Return the first row or column of cells with their middles after an edge. */
const firstAfter = (edge: number): number => Math.ceil(edge / CELL - 0.5);

export class Placement {
  /** The rooms of names and their symbols, by the bands of the picture that they touch. */
  private readonly taken = new Map<number, Edges[]>();
  private readonly cover: Cover;
  private symbols = 0;

  /** The picture has a width and a height in CSS pixels. */
  constructor(width = 2000, height = 2000) {
    this.cover = new Cover(width, height);
  }

  /** Keep names off a symbol that is drawn with or without a name. */
  reserve(x: number, y: number, radius: number): void {
    this.cover.add(x, y, radius);
    this.symbols++;
  }

  /** Keep names off a part of a name. */
  block(x: number, y: number, radius: number): void {
    this.take(around(x, y, radius - APART));
  }

  /**
   * Take room for a name: centred at (x, y) or, with a radius, beside a symbol, on its right if
   * possible. A symbol that is not drawn yet needs room too. Other symbols may cover a share of the name. Return null
   * where there is no room.
   */
  place(
    x: number,
    y: number,
    width: number,
    height: number,
    radius = 0,
    isDrawn = false,
    share = this.symbols > CROWD ? COVERED : 0,
  ): Edges | null {
    const gap = radius + GAP;
    const beside = [
      [gap, -height / 2],
      [-gap - width, -height / 2],
      [-width / 2, -gap - height],
      [-width / 2, gap],
    ];
    const most = 1 + (share * width * height) / CELL ** 2;
    const symbol = around(x, y, radius + GAP - APART);
    if (radius > 0 && !this.isFree(symbol)) return null;
    if (radius > 0 && !isDrawn && this.cover.under(symbol, most) === most) return null;
    let best: Edges | null = null;
    let least = most;
    for (const [dx, dy] of radius > 0 ? beside : [[-width / 2, -height / 2]]) {
      const [left, top] = [x + dx, y + dy];
      const room = { left, top, right: left + width, bottom: top + height };
      const covered = this.cover.under(grown(room, GAP), least);
      if (covered < least && this.isFree(room)) [best, least] = [room, covered];
      if (least === 0) break;
    }
    if (best === null) return null;
    this.take(best);
    if (radius > 0) this.take(symbol);
    return best;
  }

  private take(room: Edges): void {
    for (let band = bandOf(room.top); band <= bandOf(room.bottom); band++)
      entry(this.taken, band, () => []).push(room);
  }

  private isFree(room: Edges): boolean {
    const { left, top, right, bottom } = grown(room, APART);
    const touches = (other: Edges) =>
      top < other.bottom && other.top < bottom && left < other.right && other.left < right;
    for (let band = bandOf(top); band <= bandOf(bottom); band++)
      if (this.taken.get(band)?.some(touches)) return false;
    return true;
  }
}

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

const grown = ({ left, top, right, bottom }: Edges, by: number): Edges => {
  return { left: left - by, top: top - by, right: right + by, bottom: bottom + by };
};

const around = (x: number, y: number, radius: number): Edges =>
  grown({ left: x, top: y, right: x, bottom: y }, radius);
