// The names to write on the map, and the order in which they get room.

import { type Column, required, type Table, undelta } from "../data/payload.ts";
import { currentLanguage, placeName } from "../words/language.ts";

/** The kind of thing that a name belongs to; a node of a corridor also has a symbol. */
export const LABEL = { town: 0, capital: 1, country: 2, water: 3, node: 4, leg: 5 } as const;
/** At the same rank, names of the first kinds get room before those of the last. */
const IMPORTANCE: readonly number[] = [
  ...[LABEL.node, LABEL.country, LABEL.capital],
  ...[LABEL.water, LABEL.leg, LABEL.town],
];

/** Return whether a name belongs to the base map rather than to a layer. */
export const isOfBase = (style: number): boolean => style <= LABEL.water;

export interface Label {
  x: number;
  y: number;
  /** The zoom from which the name is written. */
  rank: number;
  style: number;
  text: string;
  /**
   * The direction, of length 1, away from the line that the name stands along; y grows downwards.
   */
  aside?: [x: number, y: number];
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
  const countries = new Intl.DisplayNames([language], { type: "region", fallback: "none" });
  const countryOf = (code: unknown): string | undefined =>
    /^[A-Z]{2}$/.test(String(code)) ? countries.of(String(code)) : undefined;
  return (row) => String(own?.at(row) ?? countryOf(regions?.at(row)) ?? placeName(english(row)));
}

/** Sort labels in the order in which they get room: nodes first, then by rank and kind. */
export function inOrder(labels: Label[]): Label[] {
  const precedence = ({ style, rank }: Label): number =>
    (style === LABEL.node ? 0 : (rank + 1) * IMPORTANCE.length) + IMPORTANCE.indexOf(style);
  return [...labels].sort((a, b) => precedence(a) - precedence(b));
}
