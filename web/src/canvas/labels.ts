// The names to write on the map, the order in which they get room, and the room.

import { type Column, required, type Table, undelta } from "../data/payload.ts";
import type { Edges } from "../geo/clip.ts";
import type { Box } from "../geo/mercator.ts";
import { countryName, currentLanguage, placeName } from "../words/language.ts";

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

export interface Label {
  x: number;
  y: number;
  /** The zoom from which the name is written. */
  rank: number;
  style: number;
  text: string;
  /** The radius of the symbol that the name stands beside, in CSS pixels. */
  radius?: number;
  /** The width of the area that the name must fit, in CSS pixels. */
  room?: number;
  /** Return whether a place so many CSS pixels below is in the area of the name. */
  isInside?: (down: number) => boolean;
  /**
   * The direction, of length 1, away from the line that the name stands along; y grows downwards.
   */
  aside?: [x: number, y: number];
}

/** Names of records. Only some find room, and which ones depends on the view. */
export interface LabelSource {
  /** Return the names in a box at a zoom, in the order in which they get room. */
  labelsIn(box: Box, zoom: number): Label[];
}

export function readLabels(table: Table): Label[] {
  if (table.numRows === 0) return [];
  const xs = undelta(required(table, "_x"));
  const ys = undelta(required(table, "_y"));
  const ranks = required(table, "_rank");
  const styles = required(table, "_style");
  const text = textsOf(table);
  return Array.from(xs, (x, i) => {
    return { x, y: ys[i], rank: ranks[i], style: styles[i], text: text(i) };
  });
}

/** Names in the page's language where the table or the browser knows them, else in English. */
function textsOf(table: Table): (row: number) => string {
  const language = currentLanguage();
  const column = (name: string) => table.getChild(name) as Column | null;
  const english = (row: number): string => String(column("c0")?.at(row) ?? "");
  if (language === "en") return english;
  const own = column(language);
  const regions = column("region");
  return (row) => String(own?.at(row) ?? countryName(regions?.at(row)) ?? placeName(english(row)));
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

export class Placement {
  private readonly taken: Edges[] = [];
  /** The places of symbols that are drawn with or without a name. */
  private readonly reserved = new Set<string>();

  /** Keep names off a symbol that is always drawn. */
  reserve(x: number, y: number, radius: number): void {
    this.reserved.add(`${x},${y}`);
    // Its own name may be closer to it than other names.
    this.taken.push(around(x, y, radius + GAP - APART));
  }

  /**
   * Take room for a name at (x, y): on it, or beside a symbol of a radius, preferably on its right.
   * Return null where there is none.
   */
  place(x: number, y: number, width: number, height: number, radius = 0): Edges | null {
    const gap = radius + GAP;
    const beside = [
      [gap, -height / 2],
      [-gap - width, -height / 2],
      [-width / 2, -gap - height],
      [-width / 2, gap],
    ];
    const symbol = around(x, y, radius);
    if (radius > 0 && !this.reserved.has(`${x},${y}`) && !this.isFree(symbol)) return null;
    for (const [dx, dy] of radius > 0 ? beside : [[-width / 2, -height / 2]]) {
      const [left, top] = [x + dx, y + dy];
      const room = { left, top, right: left + width, bottom: top + height };
      if (!this.isFree(room)) continue;
      this.taken.push(room);
      if (radius > 0) this.taken.push(symbol);
      return room;
    }
    return null;
  }

  private isFree({ left, top, right, bottom }: Edges): boolean {
    const touchesX = (other: Edges) => left - APART < other.right && other.left < right + APART;
    const touchesY = (other: Edges) => top - APART < other.bottom && other.top < bottom + APART;
    return !this.taken.some((other) => touchesX(other) && touchesY(other));
  }
}

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

const around = (x: number, y: number, radius: number): Edges => {
  return { left: x - radius, top: y - radius, right: x + radius, bottom: y + radius };
};
