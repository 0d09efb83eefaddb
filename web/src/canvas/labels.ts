// The names to write on the map, and the order in which they get room.

import { type Column, lists, required, type Table, undelta } from "../data/payload.ts";
import type { Box } from "../geo/mercator.ts";
import { formatCount, withUnit } from "../words/format.ts";
import { currentLanguage } from "../words/language.ts";
import type { Frame } from "./frame.ts";

/** The kind of thing that a name belongs to; a node of a corridor also has a symbol. */
export const LABEL = {
  town: 0,
  capital: 1,
  country: 2,
  water: 3,
  node: 4,
  leg: 5,
  record: 6,
  province: 7,
  peak: 8,
} as const;
/** At the same rank, names of the first kinds get room before those of the last. */
const IMPORTANCE: readonly number[] = [
  LABEL.node,
  LABEL.country,
  LABEL.capital,
  LABEL.water,
  LABEL.leg,
  LABEL.town,
  LABEL.record,
  LABEL.province,
  LABEL.peak,
];
/** A place with symbols is named as if its rank were this much lower. */
const WITH_DATA = 2;
/**
 * The rank of countries and capitals counts up to this one only, so that small ones are not behind.
 * Records come after them, and after the towns and waters of this rank.
 */
const LEAST_RANK = 3;

/** Return whether a name belongs to the base map rather than to a layer. */
export const isOfBase = (kind: number): boolean =>
  kind <= LABEL.water || kind === LABEL.province || kind === LABEL.peak;

/** Return whether a name belongs to a symbol that is drawn with or without it. */
export const isSymbol = (kind: number): boolean => kind === LABEL.node || kind === LABEL.record;

/** Return whether a name belongs to something far larger than symbols. */
export const isWide = (kind: number): boolean => kind === LABEL.country || kind === LABEL.water;

export interface Label {
  x: number;
  y: number;
  /** The zoom from which the name is written. */
  rank: number;
  kind: number;
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
  /** Boxes inside the area. The name is written in one that is in view. */
  rooms?: Room[];
}

/**
 * A box inside an area, in world units. The middle of a name is inside the box; its ends may reach
 * beyond it to the west and to the east.
 */
export type Room = Box & { west: number; east: number };

/** Symbols that names keep off. */
export interface SymbolSource {
  /**
   * Visit the symbols drawn in a box: places in world units, radii in CSS pixels. `frame` is the
   * frame of the box.
   */
  symbolsIn(box: Box, zoom: number, visit: SymbolVisitor, frame?: Frame): void;
}

/** Names of records. Only some find room, and which ones depends on the view. */
export interface LabelSource extends SymbolSource {
  /** Return the names in a box at a zoom, in the order in which they get room. */
  labelsIn(box: Box, zoom: number): Label[];
}

/**
 * Called with places in world units. Names may cross lines, but no symbols unless they must, and
 * never texts.
 */
export type SymbolVisitor = (x: number, y: number, radius: number, kind?: "line" | "text") => void;

/** The units of the world in a step of places and of rooms, as in minmap/scene/place_names.py. */
const PLACE_STEP = 2 ** 10;
const ROOM_STEP = 2 ** 14;
const ROOM_NUMBERS = 6;

export function readLabels(table: Table): Label[] {
  if (table.numRows === 0) return [];
  const [xs, ys] = [undelta(required(table, "x")), undelta(required(table, "y"))];
  const [zooms, namings] = [required(table, "zoom"), required(table, "naming")];
  const heights = required(table, "height");
  const { offsets, values } = lists(table, "rooms");
  const text = textsOf(table);
  const [english, russian, others, regions] = ["name", "ru", "others", "region"].map(
    (name) => table.getChild(name) as Column | null,
  );
  return Array.from(xs, (x, i) => {
    const rooms = roomsOf(values.subarray(offsets[i], offsets[i + 1]));
    const height = heights[i] > 0 ? ` ${withUnit(formatCount(heights[i]), "m")}` : "";
    const names = [english?.at(i), russian?.at(i), others?.at(i)]
      .filter(Boolean)
      .join("|")
      .replaceAll("|", "; ");
    const found = { others: names, region: (regions?.at(i) as string | null) ?? undefined };
    const label = { rank: zooms[i], kind: namings[i], text: text(i) + height, ...found };
    const place = { x: x * PLACE_STEP, y: ys[i] * PLACE_STEP };
    return rooms.length > 0 ? { ...label, ...place, rooms } : { ...label, ...place };
  });
}

function roomsOf(numbers: ArrayLike<number>): Room[] {
  return Array.from({ length: numbers.length / ROOM_NUMBERS }, (_, room) => {
    const at = (n: number): number => numbers[room * ROOM_NUMBERS + n] * ROOM_STEP;
    return { minX: at(0), minY: at(1), maxX: at(2), maxY: at(3), west: at(4), east: at(5) };
  });
}

/** Names in the page's language where the table has them, else in English. */
function textsOf(table: Table): (row: number) => string {
  const column = (name: string) => table.getChild(name) as Column | null;
  const [own, english] = [column(currentLanguage()), column("name")];
  return (row) => String(own?.at(row) ?? english?.at(row) ?? "");
}

/**
 * Sort labels in the order in which they get room: nodes, then by rank and kind, those of places
 * with data before others. Records follow what is large, and towns that `isLarge` returns true for.
 */
export function inOrder(
  labels: Label[],
  hasData: (label: Label) => boolean,
  isLarge = (_: Label): boolean => false,
): Label[] {
  const precedence = (label: Label): number => {
    const { kind, rank } = label;
    const place = IMPORTANCE.indexOf(kind);
    if (kind === LABEL.node) return place - 1e6;
    if (kind === LABEL.record) return LEAST_RANK * IMPORTANCE.length + place;
    const isChief = kind === LABEL.country || kind === LABEL.capital;
    const own = isChief ? Math.min(rank, LEAST_RANK) : rank;
    const usual = (own - (hasData(label) ? WITH_DATA : 0)) * IMPORTANCE.length + place;
    return isLarge(label) ? Math.min(usual, LEAST_RANK * IMPORTANCE.length + place) : usual;
  };
  const keyed = labels.map((label): [number, Label] => [precedence(label), label]);
  return keyed.sort(([a], [b]) => a - b).map(([, label]) => label);
}
