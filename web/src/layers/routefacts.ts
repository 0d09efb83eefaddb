// The route of a record in words: length, time, cost and countries, or why there is none.

import type { Records } from "../data/records.ts";
import { h } from "../ui/dom.ts";
import {
  formatDays,
  formatDistance,
  formatDuration,
  formatNumber,
  formatPlace,
  formatReading,
  withUnit,
} from "../words/format.ts";
import { t } from "../words/language.ts";
import { basisButton, countriesOf, passagesOf } from "./routebasis.ts";

const MODES = { road_km: "byRoad", rail_km: "byRail", sea_km: "bySea" } as const;
/** Why a lorry passes a nearer station, by what the route minimises. */
const REASONS = { usd_t: "cheaper", hours: "faster", km: "shorter" } as const;
/** From so many hours on a range is in days. */
const LONG_H = 48;
const HOURS_A_DAY = 24;
/** About how exactly an entry is told, in metres. */
const ENTRY_M = 100;

const rounded = (value: number): number => Math.round(value * 10) / 10;

/** Return a number of a column of minmap; null where there is none. */
function numberOf(records: Records, row: number, key: string): number | null {
  const value = records.keyed(row, key);
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/** Return a value with the range that the columns beside its own have. */
function withRange(
  records: Records,
  row: number,
  key: string,
  text: (value: number, low: number, high: number) => string,
): string | null {
  const value = numberOf(records, row, key);
  if (value === null) return null;
  const [low, high] = ["low", "high"].map((end) => numberOf(records, row, `${key}_${end}`));
  return text(value, low ?? value, high ?? value);
}

function formatCost(value: number, low: number, high: number): string {
  const [text, ...ends] = [value, low, high].map((one) => formatNumber(rounded(one), "USD/t"));
  const cost = withUnit(text, "USD/t");
  return low === high ? cost : t("inRange", { value: cost, low: ends[0], high: ends[1] });
}

function formatHours(value: number, low: number, high: number): string {
  if (low === high) return formatDuration(value);
  const isLong = high >= LONG_H;
  const [from, to] = [low, high].map((hours) =>
    formatReading(hours / (isLong ? HOURS_A_DAY : 1), 1, null),
  );
  const ends = t(isLong ? "daysRange" : "hoursRange", { low: from, high: to });
  return `${formatDays(value)} (${ends})`;
}

/** Return the facts of a record's route, each with its name; none if it has no route. */
function routeFacts(records: Records, row: number): [name: string, text: string][] {
  const gate = records.keyed(row, "gate");
  if (gate === null) return [];
  const facts: [string, string | null][] = [];
  const lengthOf = (key: string): string | null => {
    const value = numberOf(records, row, key);
    return value === null || value === 0 ? null : formatDistance(value);
  };
  facts.push([t("wholeLength"), lengthOf("total_km")]);
  facts.push([t("offTheRoads"), withEntry(records, row, lengthOf("connector_km"))]);
  for (const [key, mode] of Object.entries(MODES)) {
    facts.push([t("onBy", { mode: t(mode) }), lengthOf(key)]);
    if (key === "road_km" && leavesTheRoad(records, row)) {
      facts.push([t("unloadedAt"), String(records.keyed(row, "gate_name") ?? gate)]);
    }
  }
  facts.push([t("time"), withRange(records, row, "hours", formatHours)]);
  facts.push([t("cost"), withRange(records, row, "cost_usd_t", formatCost)]);
  facts.push([t("borders"), bordersText(records, row)]);
  const breaks = numberOf(records, row, "gauge_breaks");
  facts.push([t("gaugeBreaks"), breaks === null ? null : String(breaks)]);
  const countries = countriesOf(records, row);
  facts.push([t("countries"), countries.length > 0 ? countries.join(" → ") : null]);
  return facts.filter((fact): fact is [string, string] => fact[1] !== null);
}

/** Return whether the load leaves the lorry for a train or a ship. */
const leavesTheRoad = (records: Records, row: number): boolean =>
  ["rail_km", "sea_km"].some((key) => (numberOf(records, row, key) ?? 0) > 0);

/** Return the length of a connector, with the place where it meets the network. */
function withEntry(records: Records, row: number, length: string | null): string | null {
  const [lon, lat] = ["entry_lon", "entry_lat"].map((key) => numberOf(records, row, key));
  if (length === null || lon === null || lat === null) return length;
  return t("toPlace", { length, place: formatPlace(lat, lon, ENTRY_M) });
}

/** Return the number of borders, and the names of the crossings that are listed. */
function bordersText(records: Records, row: number): string | null {
  const borders = numberOf(records, row, "borders");
  if (borders === null) return null;
  const { basis } = records.spec;
  const passed = basis ? passagesOf(basis, records, row) : [];
  const listed = passed.filter(({ crossing }) => crossing.countries !== null);
  const names = listed.map(({ crossing }) => crossing.name).join("; ");
  return names === "" ? String(borders) : t("ofColumn", { name: String(borders), value: names });
}

/** Return the sentence on a nearer station that the lorry passes; null if it passes none. */
function nearerText(records: Records, row: number): string | null {
  const [id, km] = [records.keyed(row, "nearer_gate"), numberOf(records, row, "nearer_gate_km")];
  if (id === null || km === null) return null;
  const objective = records.spec.basis?.objective ?? "";
  const reason = Object.hasOwn(REASONS, objective)
    ? t(REASONS[objective as keyof typeof REASONS])
    : t("better");
  const name = String(records.keyed(row, "nearer_gate_name") ?? id);
  const gate = String(records.keyed(row, "gate_name") ?? records.keyed(row, "gate"));
  return t("nearerGate", { name, distance: formatDistance(km), gate, reason });
}

/** Return the name of a record's destination; null where it is not known. */
const destination = (records: Records, row: number): string | number | null =>
  records.keyed(row, "to_name") ?? records.keyed(row, "to");

function headingOf(records: Records, row: number): string {
  const name = destination(records, row);
  return name === null ? t("routeToMarket") : t("routeTo", { name });
}

/** Return the button that shows what a route's numbers rest on; null for no route. */
export function routeBasis(records: Records, row: number): HTMLElement | null {
  if (!records.hasRoutes || records.keyed(row, "gate") === null) return null;
  return basisButton(records, row, `${records.titleOf(row)} – ${headingOf(records, row)}`);
}

/** Return the part of a record's card about its route; null for records without access columns. */
export function routeCard(records: Records, row: number): HTMLElement | null {
  if (!records.hasRoutes) return null;
  const facts = routeFacts(records, row);
  const card = h("section.mm-way", h("h4", headingOf(records, row)));
  if (facts.length > 0) {
    card.append(h("dl", ...facts.flatMap(([name, text]) => [h("dt", name), h("dd", text)])));
    const nearer = nearerText(records, row);
    if (nearer !== null) card.append(h("p.mm-way__nearer", nearer));
    return card;
  }
  const reason = records.keyed(row, "reason");
  card.append(h("p", h("strong", t("noRoute")), reason === null ? "" : `: ${reason}`));
  return card;
}

/** Return a record's route in one line, for the tooltip. */
export function routeHint(records: Records, row: number): string | null {
  if (!records.hasRoutes) return null;
  const facts = new Map(routeFacts(records, row));
  if (facts.size === 0) return t("noRoute");
  const summary = [facts.get(t("wholeLength")), facts.get(t("time"))].filter(Boolean).join(", ");
  return t("toFacts", { name: String(destination(records, row)), facts: summary });
}
