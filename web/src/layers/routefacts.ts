// The route of a record in words: length, time, cost and countries, or why there is none.

import { codesIn } from "../data/codedwords.ts";
import type { Records } from "../data/records.ts";
import { h } from "../ui/dom.ts";
import { formatDistance, formatDuration, formatNumber, withUnit } from "../words/format.ts";
import { t } from "../words/language.ts";

const MODES = { rail_km: "byRail", sea_km: "bySea", road_km: "byRoad" } as const;

const rounded = (value: number): number => Math.round(value * 10) / 10;

const formatCost = (value: number): string =>
  withUnit(formatNumber(rounded(value), "USD/t"), "USD/t");

/** Return the facts of a record's route, each with its name; none if it has no route. */
function routeFacts(records: Records, row: number): [name: string, text: string][] {
  const gate = records.keyed(row, "gate");
  if (gate === null) return [];
  const facts: [string, string][] = [];
  const add = (name: string, key: string, format: (value: number) => string): void => {
    const value = records.keyed(row, key);
    if (typeof value === "number" && Number.isFinite(value)) facts.push([name, format(value)]);
  };
  add(t("wholeLength"), "total_km", formatDistance);
  const name = String(records.keyed(row, "gate_name") ?? gate);
  add(t("roadTo", { name }), "connector_km", formatDistance);
  for (const [key, mode] of Object.entries(MODES)) {
    if (records.keyed(row, key) !== 0) add(t("onBy", { mode: t(mode) }), key, formatDistance);
  }
  add(t("time"), "hours", formatDuration);
  add(t("cost"), "cost_usd_t", formatCost);
  add(t("borders"), "borders", String);
  add(t("gaugeBreaks"), "gauge_breaks", String);
  const countries = countriesOf(records, row);
  if (countries.length > 0) facts.push([t("countries"), countries.join(" → ")]);
  return facts;
}

/** Return the countries on a route, in order, in words. */
function countriesOf(records: Records, row: number): string[] {
  const column = records.columnOf("countries");
  if (column === undefined) return [];
  const labels = records.codeLabels[column];
  const codes = codesIn(String(records.value(row, column) ?? ""));
  return codes.map((code) => labels?.codeLabel(code) ?? code);
}

/** Return the name of a record's destination; null where it is not known. */
const destination = (records: Records, row: number): string | number | null =>
  records.keyed(row, "to_name") ?? records.keyed(row, "to");

/** Return the part of a record's card about its route; null for records without access columns. */
export function routeCard(records: Records, row: number): HTMLElement | null {
  if (!records.hasRoutes) return null;
  const name = destination(records, row);
  const facts = routeFacts(records, row);
  const heading = name === null ? t("routeToMarket") : t("routeTo", { name });
  const card = h("section.mm-way", h("h4", heading));
  if (facts.length > 0) {
    card.append(h("dl", ...facts.flatMap(([name, text]) => [h("dt", name), h("dd", text)])));
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
