// The records of a site on its card: each with what its source states, and how far away it lies.

import type { Records } from "../data/records.ts";
import { geodesic, isPlace } from "../geo/geodesic.ts";
import { h, link } from "../ui/dom.ts";
import { formatCount, formatDistance, safeLink } from "../words/format.ts";
import { plural, t, term } from "../words/language.ts";

/** The column with the records, as minmap.merge writes it. */
export const SITE_FACTS = "site_facts";
const SITE_PROBABILITY = "site_probability";
/** The most records that a card lists. */
const MOST = 50;

type Facts = Record<string, unknown>;
type Place = { lat: number; lon: number };

/** Return the records of a site; null for a record that stands alone. */
export function siteFacts(records: Records, row: number, place: Place | null): HTMLElement | null {
  const column = records.columnOf(SITE_FACTS);
  const found = column === undefined ? [] : recordsIn(records.value(row, column));
  if (column === undefined || found.length === 0) return null;
  const words = records.spec.columns[column].site_words ?? {};
  const shown = found.slice(0, MOST).map((facts) => item(facts, words, place));
  const more = found.length - shown.length;
  if (more > 0) shown.push(h("li", t("moreHere", { n: formatCount(more) })));
  const heading = plural("siteRecords", found.length, formatCount(found.length));
  return h("section.mm-site", h("h4", heading), howSure(records, row), h("ol", ...shown));
}

/** Return how surely the records are of one site; null where their links have no probability. */
function howSure(records: Records, row: number): HTMLElement | null {
  const share = shareOf(records.keyed(row, SITE_PROBABILITY));
  return share === "" ? null : h("p.mm-site__sure", t("siteProbability", { share }));
}

/** Return whether a value is a number from 0 to 1. */
export const isProbability = (value: unknown): value is number =>
  typeof value === "number" && value >= 0 && value <= 1;

/** Return a probability in percent; none if it is no number from 0 to 1. */
export function shareOf(probability: unknown): string {
  if (!isProbability(probability)) return "";
  const percent = Math.round(100 * probability);
  const isNearlySure = percent >= 100 && probability < 1;
  return isNearlySure ? t("moreThan", { n: "99" }) : formatCount(percent);
}

/** Return the records in a cell; none if it is not what minmap.merge writes. */
export function recordsIn(cell: unknown): Facts[] {
  try {
    const value: unknown = JSON.parse(String(cell ?? "[]"));
    const isObject = (one: unknown): one is Facts => typeof one === "object" && one !== null;
    return Array.isArray(value) ? value.filter(isObject) : [];
  } catch {
    return [];
  }
}

function item(facts: Facts, words: Record<string, string>, place: Place | null): HTMLElement {
  const text = (name: string): string => textOf(facts[name]);
  const word = (name: string, code: string): string =>
    Object.hasOwn(words, `${name} ${code}`) ? term(words[`${name} ${code}`]) : code;
  const coded = (name: string): string => (text(name) === "" ? "" : word(name, text(name)));
  const commodities = text("commodities").split(" ").filter(Boolean);
  const status = [coded("status"), text("status_year")].filter(Boolean).join(", ");
  const said = [
    commodities.map((code) => word("commodities", code)).join(", "),
    text("deposit_type_text") || coded("deposit_type"),
    status || coded("site_type"),
    distanceOf(facts, place),
    uncertaintyOf(facts),
  ];
  const name = text("name") || text("id");
  const source = link(text("id"), safeLink(text("url") || null));
  return h(
    "li",
    h("strong", name),
    " ",
    h("small", source),
    h("div", said.filter(Boolean).join(" · ")),
  );
}

/** Return a fact as text; none if it is a list or a record, which minmap.merge never writes. */
export function textOf(fact: unknown): string {
  return fact == null || typeof fact === "object" ? "" : String(fact);
}

/** Return how far a record lies from the place of its site, which is that of one of them. */
export function distanceOf({ longitude, latitude }: Facts, place: Place | null): string {
  if (place === null || !isPlace(latitude, longitude)) return "";
  const { metres } = geodesic(
    { lat: place.lat, lng: place.lon },
    { lat: latitude as number, lng: longitude as number },
  );
  return metres < 1 ? t("locationOfSite") : t("away", { distance: formatDistance(metres / 1000) });
}

/** Return how uncertain the place of a record is; none if that is no number of metres. */
export function uncertaintyOf({ location_uncertainty_m: metres }: Facts): string {
  const isKnown = typeof metres === "number" && Number.isFinite(metres) && metres >= 0;
  return isKnown ? `±\u00a0${formatDistance(metres / 1000)}` : "";
}
