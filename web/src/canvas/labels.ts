// Names to write on the map, and in which order they get room.

import { type Column, required, type Table, undelta } from "../data/payload.ts";
import { currentLanguage, placeName } from "../words/language.ts";

/** What a name belongs to; a node of a corridor has a symbol of its own. */
export const LABEL = { town: 0, capital: 1, country: 2, water: 3, node: 4, leg: 5 } as const;
/** Names of the first kinds get room before those of the last, at the same rank. */
const IMPORTANCE = [
  LABEL.node,
  LABEL.country,
  LABEL.capital,
  LABEL.water,
  LABEL.leg,
  LABEL.town,
] as const;

/** Whether a name belongs to the base map rather than to a layer. */
export const isOfBase = (style: number): boolean => style <= LABEL.water;

export interface Label {
  x: number;
  y: number;
  rank: number;
  style: number;
  text: string;
  /** Which way is aside of the line that the name stands along, of length 1; y grows downwards. */
  aside?: [x: number, y: number];
}

export function readLabels(table: Table): Label[] {
  if (table.numRows === 0) return [];
  const xs = undelta(required(table, "_x"));
  const ys = undelta(required(table, "_y"));
  const ranks = required(table, "_rank");
  const styles = required(table, "_style");
  const textOf = textsOf(table);
  return Array.from(xs, (x, i) => ({
    x,
    y: ys[i],
    rank: ranks[i],
    style: styles[i],
    text: textOf(i),
  }));
}

/** Names in the page's language where the table or the browser knows them, else in English. */
function textsOf(table: Table): (row: number) => string {
  const texts = table.getChild("c0") as Column;
  if (currentLanguage() === "en") return (row) => String(texts.at(row) ?? "");
  const own = table.getChild(currentLanguage()) as Column | null;
  const regions = table.getChild("region") as Column | null;
  const countries = new Intl.DisplayNames([currentLanguage()], {
    type: "region",
    fallback: "none",
  });
  const countryOf = (code: unknown): string | undefined =>
    /^[A-Z]{2}$/.test(String(code)) ? countries.of(String(code)) : undefined;
  return (row) =>
    String(own?.at(row) ?? countryOf(regions?.at(row)) ?? placeName(String(texts.at(row) ?? "")));
}

/** Labels in the order in which they get room: nodes, which are drawn anyway, then by rank and kind. */
export function inOrder(labels: Label[]): Label[] {
  const precedence = ({ style, rank }: Label): number =>
    (style === LABEL.node ? 0 : (rank + 1) * IMPORTANCE.length) +
    IMPORTANCE.indexOf(style as (typeof IMPORTANCE)[number]);
  return [...labels].sort((a, b) => precedence(a) - precedence(b));
}
