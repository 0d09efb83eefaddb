// What access says of a record, as people read it: how far, how long, past whom, or why there is no route.

import type { Records } from "../data/records.ts";
import { h } from "../ui/dom.ts";
import { formatDuration, formatNumber, withUnit } from "../words/format.ts";
import { t } from "../words/language.ts";

const MODES = [
  ["rail_km", "byRail"],
  ["sea_km", "bySea"],
  ["road_km", "byRoad"],
] as const;

/** A length as it matters over a thousand kilometres. */
const km = (value: number): string =>
  withUnit(formatNumber(value < 100 ? Math.round(value * 10) / 10 : Math.round(value), "km"), "km");

/** The facts of a record's way, each with its name; empty where there is no way. */
export function routeFacts(records: Records, row: number): [name: string, text: string][] {
  const number = (key: string): number | null => {
    const value = records.keyed(row, key);
    return typeof value === "number" && Number.isFinite(value) ? value : null;
  };
  const facts: [string, string][] = [];
  const add = (name: string, value: number | null, as: (value: number) => string): void => {
    if (value !== null) facts.push([name, as(value)]);
  };
  const gate = records.keyed(row, "gate");
  if (gate === null) return facts;
  add(t("wholeLength"), number("total_km"), km);
  add(
    t("roadTo", { name: String(records.keyed(row, "gate_name") ?? gate) }),
    number("connector_km"),
    km,
  );
  for (const [key, mode] of MODES) add(t("onBy", { mode: t(mode) }), number(key) || null, km);
  add(t("time"), number("hours"), formatDuration);
  add(t("cost"), number("cost_usd_t"), (usd) =>
    withUnit(formatNumber(Math.round(usd * 10) / 10, "USD/t"), "USD/t"),
  );
  add(t("borders"), number("borders"), String);
  add(t("gaugeBreaks"), number("gauge_breaks"), String);
  const countries = records.keyed(row, "countries");
  if (countries !== null) facts.push([t("countries"), String(countries).split(" ").join(" → ")]);
  return facts;
}

/** What the destination of a record is called; null where it is not known. */
function destination(records: Records, row: number): string | null {
  const name = records.keyed(row, "to_name") ?? records.keyed(row, "to");
  return name === null ? null : String(name);
}

/** The part of a record's card that tells its way; null where access was not asked. */
export function routeCard(records: Records, row: number): HTMLElement | null {
  if (!records.hasRoutes) return null;
  const to = destination(records, row);
  const facts = routeFacts(records, row);
  const card = h(
    "section.mm-way",
    h("h4", to === null ? t("wayToMarket") : t("wayTo", { name: to })),
  );
  if (facts.length === 0) {
    const reason = records.keyed(row, "reason");
    card.append(h("p", h("strong", t("noRoute")), reason === null ? "" : `: ${String(reason)}`));
    return card;
  }
  const list = h("dl");
  for (const [name, text] of facts) list.append(h("dt", name), h("dd", text));
  card.append(list);
  return card;
}

/** A record's way in one line, for the tooltip. */
export function routeHint(records: Records, row: number): string | null {
  if (!records.hasRoutes) return null;
  const facts = new Map(routeFacts(records, row));
  if (facts.size === 0) return t("noRoute");
  const summary = [facts.get(t("wholeLength")), facts.get(t("time"))].filter(Boolean).join(", ");
  return t("toFacts", { name: String(destination(records, row)), facts: summary });
}
