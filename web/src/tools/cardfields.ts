// What the card of a record says: commodities, facts in a fixed order, and all other fields.

import { codesIn } from "../data/codedwords.ts";
import type { Field, Records } from "../data/records.ts";
import { formatDistance, formatPlace } from "../words/format.ts";
import { t } from "../words/language.ts";
import { measuredColumns, measuredText } from "./measured.ts";
import { SITE_FACTS } from "./sitefacts.ts";

/** A commodity with the colour of its group. */
type Chip = { text: string; color: string | undefined };

/** Commodities, or those of no economic weight, under the heading of their column. */
export type Chips = { label: string; isMinor: boolean; chips: Chip[] };

/** The parts of a card; no field is in two of them. */
export interface CardFields {
  chips: Chips[];
  facts: Field[];
  measured: string | null;
  /** The fields that the card folds. */
  rest: Field[];
}

/** A place in degrees. */
type Place = { lat: number; lon: number };

/** The facts that a reader wants of minmap's own tables, each of one or more columns. */
const FACTS = [
  ["kind"],
  ["mode", "gauge_mm"],
  ["status", "status_year"],
  ["length_km"],
  ["country", "admin1"],
  ["deposit_type"],
  ["size"],
];
/** What stands in place of a fact that is missing. */
const INSTEAD: Record<string, string> = { deposit_type: "deposit_type_text" };
/** Columns of minmap that other parts of the card have. */
const ELSEWHERE = [
  "commodities",
  "minor_commodities",
  "url",
  "citation",
  "location_uncertainty_m",
  "country_basis",
  "admin1_basis",
  SITE_FACTS,
];
const GRADES = /(^|[_\s])(grade|tonnage|ore|reserves?|resources?)([_\s]|$)/i;
const MOST_GRADES = 3;
/** The most fields of a table that is not minmap's, and the longest text among them. */
const MOST_FIELDS = 6;
const SHORT = 60;

/** Return what the card of a record says; the maker's own rows are all that it says. */
export function cardFields(records: Records, row: number, place: Place | null): CardFields {
  const { popup } = records.spec;
  const none = { chips: [], measured: null, rest: [] };
  if (popup) return { ...none, facts: records.filled(row, popup) };
  const measured = measuredText(records, row);
  const taken = new Set(measured === null ? [] : measuredColumns(records));
  for (const key of ELSEWHERE) take(taken, records.columnOf(key));
  const own = ownFacts(records, row, taken);
  const facts = [...own, ...chosen(records, row, taken)];
  if (place !== null) facts.push(placeField(place, metresOf(records, row)));
  return {
    chips: ["commodities", "minor_commodities"].flatMap((key) => chipsOf(records, row, key)),
    facts,
    measured,
    rest: fields(records, row, (column) => !taken.has(column) && !isOfRoute(records, column)),
  };
}

const take = (taken: Set<number>, column: number | undefined): void =>
  void (column !== undefined && taken.add(column));

/** Return the fields of the columns that pass a test. */
const fields = (records: Records, row: number, has: (column: number) => boolean): Field[] =>
  records.filled(
    row,
    records.spec.columns.flatMap((_, column) => (has(column) ? [{ column }] : [])),
  );

/** Return whether a column describes the route, which the card shows as one part. */
const isOfRoute = ({ hasRoutes, spec }: Records, column: number): boolean =>
  hasRoutes && (spec.columns[column].is_of_route ?? false);

/** Return the commodities of a record in a column of codes. */
function chipsOf(records: Records, row: number, key: string): Chips[] {
  const column = records.columnOf(key);
  const cell = column === undefined ? null : records.value(row, column);
  if (column === undefined || cell === null) return [];
  const { label, colors = {} } = records.spec.columns[column];
  const word = (code: string): string => records.codeLabels[column]?.codeLabel(code) ?? code;
  const chips = codesIn(String(cell)).map((code) => ({ text: word(code), color: colors[code] }));
  return [{ label, isMinor: key !== "commodities", chips }];
}

/** Return the facts of minmap's own columns. */
function ownFacts(records: Records, row: number, taken: Set<number>): Field[] {
  return FACTS.flatMap((keys) => {
    const [first] = keys;
    const isMissing = first in INSTEAD && records.keyed(row, first) === null;
    const columns = (isMissing ? [INSTEAD[first]] : keys).flatMap(
      (key) => records.columnOf(key) ?? [],
    );
    const found = fields(records, row, (column) => columns.includes(column));
    for (const column of columns) taken.add(column);
    if (found.length === 0) return [];
    const heading = isMissing ? t("depositType") : found[0].heading;
    const text = found.map(({ text }) => text).join(", ");
    const basis = first === "country" ? basisOf(records, row) : null;
    return [{ ...found[0], heading, text: basis === null ? text : `${text} (${basis})` }];
  });
}

/** Return which of country and province the source does not state; null if it states both. */
function basisOf(records: Records, row: number): string | null {
  const isDerived = (key: string): boolean => {
    const column = records.columnOf(`${key}_basis`);
    return column !== undefined && records.value(row, column) === "derived";
  };
  if (isDerived("country")) return t("countryOfPoint");
  return isDerived("admin1") ? t("provinceOfPoint") : null;
}

/** Return the fields of the columns that a map draws and, of a table of the user, of some more. */
function chosen(records: Records, row: number, taken: Set<number>): Field[] {
  const { by, legend, marks, columns, title } = records.spec;
  const isOurs = columns.some(({ key = "" }) => FACTS.some((keys) => keys.includes(key)));
  const drawn = [by, legend.column, ...(marks?.columns ?? [])].filter((one) => one !== undefined);
  const free = (column: number): boolean =>
    !taken.has(column) && records.text(row, column) !== null;
  const wanted = [...new Set(drawn)].filter((column) => free(column) && column !== title);
  const others = columns.flatMap(({ key }, column) =>
    key === undefined && free(column) && !wanted.includes(column) ? [column] : [],
  );
  if (isOurs) {
    const grades = others.filter(
      (column) => GRADES.test(columns[column].name) && columns[column].type !== "text",
    );
    wanted.push(...grades.slice(0, MOST_GRADES));
  } else if (wanted.length + others.length <= MOST_FIELDS) wanted.push(...others);
  else {
    const isShort = (column: number): boolean => records.text(row, column)!.length <= SHORT;
    wanted.push(...others.filter((column) => isShort(column) && column !== title));
  }
  const shown = wanted.slice(0, MOST_FIELDS);
  for (const column of shown) taken.add(column);
  return records.filled(
    row,
    shown.map((column) => ({ column })),
  );
}

/** Return how uncertain the place of a record is, in metres. */
function metresOf(records: Records, row: number): number | null {
  const uncertainty = records.keyed(row, "location_uncertainty_m");
  return typeof uncertainty === "number" && uncertainty > 0 ? uncertainty : null;
}

/** Return coordinates as exactly as they are known, and their least error. */
export function placeField({ lat, lon }: Place, metres: number | null = null): Field {
  const place = formatPlace(lat, lon, metres);
  const around = metres === null ? null : formatDistance(metres / 1000);
  const text = around === null ? place : `${place} (${t("atLeast", { distance: around })})`;
  return { name: "", heading: t("latLon"), text, href: null };
}
