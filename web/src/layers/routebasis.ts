// What the numbers of a route rest on: a button, and the dialog that it opens.

import { codesIn } from "../data/codedwords.ts";
import type { Records } from "../data/records.ts";
import type { AssumptionSpec, BasisSpec, PassageSpec, RoutePart } from "../data/spec.ts";
import { button, h } from "../ui/dom.ts";
import { theme } from "../ui/theme.ts";
import { formatNumber, formatReading } from "../words/format.ts";
import { t, term, unitLabel } from "../words/language.ts";

type Levels = readonly [low: number, value: number, high: number];

/** A border crossing on the way, with what it takes in the direction of travel. */
export interface Passed {
  crossing: PassageSpec;
  /** The countries on both sides in the order of travel; null where the way does not tell them. */
  pair: [string, string] | null;
  hours: Levels;
  usd_t: Levels;
}

/** The unit of pure numbers in the table of assumptions. */
const PURE = "1";

/** Return the parts that a record's route has. */
export function partsOf(records: Records, row: number): Set<RoutePart> {
  const has = (key: string): boolean => Number(records.keyed(row, key) ?? 0) > 0;
  const [offRoad, road] = [has("connector_km"), has("road_km")];
  const [rail, sea] = [has("rail_km"), has("sea_km")];
  const found: [RoutePart, boolean][] = [
    ["off_road", offRoad],
    ["road", road],
    ["rail", rail],
    ["sea", sea],
    ["loading", (offRoad || road) && (rail || sea)],
    ["transshipment", rail && sea],
    ["gauge_break", has("gauge_breaks")],
    ["value_of_time", true],
  ];
  return new Set(found.flatMap(([part, isThere]) => (isThere ? [part] : [])));
}

/** Return the assumptions on which a record's numbers rest. */
export function assumptionsOf(basis: BasisSpec, records: Records, row: number): AssumptionSpec[] {
  const parts = partsOf(records, row);
  const own = records.named(row, "case");
  return basis.assumptions.filter(
    ({ parts: of, case: name }) =>
      of.some((part) => parts.has(part)) && (name === undefined || own === null || name === own),
  );
}

/** Return the border crossings of a record's route, in the order of travel. */
export function passagesOf(basis: BasisSpec, records: Records, row: number): Passed[] {
  const known = new Map(basis.crossings.map((crossing) => [crossing.id, crossing]));
  const countries = codesIn(cellOf(records, row, "countries"));
  let at = 0;
  return codesIn(cellOf(records, row, "crossings")).flatMap((id) => {
    const crossing = known.get(id);
    if (crossing === undefined) return [];
    const { countries: own, hours, usd_t } = crossing;
    const isOf = (i: number): boolean =>
      own === null || (own.includes(countries[i]) && own.includes(countries[i + 1]));
    let i = at;
    while (i + 1 < countries.length && !isOf(i)) i++;
    const isFound = i + 1 < countries.length;
    if (isFound) at = i + 1;
    const pair: [string, string] | null = isFound ? [countries[i], countries[i + 1]] : own;
    const way = own !== null && pair !== null && pair[0] === own[1] ? 1 : 0;
    return [{ crossing, pair, hours: hours[way], usd_t: usd_t[way] }];
  });
}

const cellOf = (records: Records, row: number, key: string): string => {
  const column = records.columnOf(key);
  return column === undefined ? "" : String(records.value(row, column) ?? "");
};

/** Return the countries on a route, in order, in words. */
export const countriesOf = (records: Records, row: number): string[] =>
  codesIn(cellOf(records, row, "countries")).map((code) => countryWord(records, code));

function countryWord(records: Records, code: string): string {
  const labels = records.codeLabels[records.columnOf("countries")!];
  return labels?.codeLabel(code) ?? code;
}

/** Return the name of a crossing; figures for any border or any ports have a translated id. */
function nameOf({ id, name, countries }: PassageSpec): string {
  const own = term(id);
  const isGeneral = countries === null || id.startsWith("caspian-");
  return isGeneral && own !== id ? own : name;
}

const capitalized = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

/** Return a value with its unit and its range. */
export function rangeText([low, value, high]: Levels, unit: string): string {
  const word = unit === PURE ? "" : ` ${unitLabel(unit)}`;
  const text = `${formatNumber(value, "")}${word}`;
  if (low === value && value === high) return text;
  const ends = { low: formatNumber(low, ""), high: formatNumber(high, "") };
  return t("inRange", { value: text, ...ends });
}

const rounded = (levels: Levels, unit: string): string => {
  const [low, value, high] = levels.map((number) => formatReading(number, 1, null));
  const text = `${value} ${unitLabel(unit)}`;
  return low === high ? text : t("inRange", { value: text, low, high });
};

/** Return the button that opens the dialog for a record; null where its page does not say it. */
export function basisButton(records: Records, row: number, title: string): HTMLElement | null {
  const { basis } = records.spec;
  if (basis === undefined) return null;
  const attributes = { class: "mm-button", "aria-haspopup": "dialog" };
  const opener = button(t("basisOfNumbers"), attributes, () => {
    // Beside the map, which gets no events of the dialog.
    const map = opener.closest(".leaflet-container") ?? opener;
    openDialog(map, title, contentOf(basis, records, row));
  });
  return opener;
}

function openDialog(beside: Element, title: string, content: HTMLElement[]): void {
  const list = h("div.mm-sources__list", { tabindex: "0" }, ...content);
  const heading = t("basisOfNumbers");
  const close = button(t("close"), { class: "mm-button" }, () => dialog.close());
  const attributes = { "aria-label": heading };
  const parts = [h("h2", heading), h("p", title), list, close];
  const dialog = h("dialog.mm-sources.mm-basis", attributes, ...parts);
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("close", () => dialog.remove());
  theme.dress(dialog);
  beside.after(dialog);
  dialog.showModal();
}

function contentOf(basis: BasisSpec, records: Records, row: number): HTMLElement[] {
  const passed = passagesOf(basis, records, row);
  const borders =
    passed.length > 0
      ? [
          section(
            t("bordersPassed"),
            passed.map((one) => passedItem(records, one)),
          ),
        ]
      : [];
  const assumed = assumptionsOf(basis, records, row).map(assumptionItem);
  const parts = partsOf(records, row);
  const rests = basis.roads !== undefined && (parts.has("road") || parts.has("off_road"));
  const roads = rests ? [h("p", t("roadsRest", { credit: term(basis.roads!) }))] : [];
  return [h("p", t("rangesAddUp")), section(t("assumed"), assumed), ...borders, ...roads];
}

const section = (heading: string, items: HTMLElement[]): HTMLElement =>
  h("section", h("h3", heading), h("ul", ...items));

function assumptionItem({ key, meaning, unit, range, source, case: name }: AssumptionSpec) {
  // Translations have the key, as the wording of a meaning may change.
  const own = term(key);
  const text = own === key ? meaning : own;
  const of = name === undefined ? text : t("ofColumn", { name, value: text });
  const from =
    source === null ? t("givenByMaker") : t("ofColumn", { name: t("source"), value: source });
  return h("li", h("strong", `${capitalized(of)}: ${rangeText(range, unit)}`), h("p", from));
}

function passedItem(records: Records, { crossing, pair, hours, usd_t }: Passed): HTMLElement {
  const { year, source } = crossing;
  const sides = pair?.map((code) => countryWord(records, code)).join(" → ");
  const countries = sides === undefined ? "" : ` (${sides})`;
  const figures = [rounded(hours, "h"), rounded(usd_t, "USD/t")].join("; ");
  const dated = year === null ? figures : `${figures}; ${t("asOf", { year })}`;
  const from = source === null ? [] : [h("p", t("ofColumn", { name: t("source"), value: source }))];
  return h("li", h("strong", `${nameOf(crossing)}${countries}`), h("p", dated), ...from);
}
