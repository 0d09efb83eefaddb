// What access says of a record, as people read it: how far, how long, past whom, or why there is no route.

import { element } from "./dom.ts";
import type { Records } from "./records.ts";
import { formatDuration, formatNumber } from "./text.ts";

const MODES = [["rail_km", "by rail"], ["sea_km", "by sea"], ["road_km", "by road"]] as const;

/** A length as it matters over a thousand kilometres. */
const km = (value: number): string => `${formatNumber(value < 100 ? Math.round(value * 10) / 10 : Math.round(value), "km")} km`;

/** The facts of a record's way, each with its name; empty where there is no way. */
export function wayFacts(records: Records, row: number): [name: string, text: string][] {
  const number = (key: string): number | null => {
    const value = records.keyed(row, key);
    return typeof value === "number" && Number.isFinite(value) ? value : null;
  };
  const facts: [string, string][] = [];
  const say = (name: string, value: number | null, as: (value: number) => string): void => {
    if (value !== null) facts.push([name, as(value)]);
  };
  const gate = records.keyed(row, "gate");
  if (gate === null) return facts;
  say("Whole length", number("total_km"), km);
  say(`Road to ${String(records.keyed(row, "gate_name") ?? gate)}`, number("connector_km"), km);
  for (const [key, name] of MODES) say(`On, ${name}`, number(key) || null, km);
  say("Time", number("hours"), formatDuration);
  say("Cost", number("cost_usd_t"), (usd) => `${formatNumber(Math.round(usd * 10) / 10, "USD/t")} USD/t`);
  say("Borders", number("borders"), String);
  say("Breaks of gauge", number("gauge_breaks"), String);
  const countries = records.keyed(row, "countries");
  if (countries !== null) facts.push(["Countries", String(countries).split(" ").join(" → ")]);
  return facts;
}

/** The part of a record's card that tells its way; null where access was not asked. */
export function wayCard(records: Records, row: number): HTMLElement | null {
  if (!records.hasWays) return null;
  const to = records.keyed(row, "to");
  const facts = wayFacts(records, row);
  const card = element("section", { class: "mm-way" }, element("h4", {}, to === null ? "Way to the market" : `Way to ${String(to)}`));
  if (facts.length === 0) {
    const reason = records.keyed(row, "reason");
    card.append(element("p", {}, element("strong", {}, "No route"), reason === null ? "" : `: ${String(reason)}`));
    return card;
  }
  const list = element("dl");
  for (const [name, text] of facts) list.append(element("dt", {}, name), element("dd", {}, text));
  card.append(list);
  return card;
}

/** A record's way in one line, for the tooltip. */
export function wayHint(records: Records, row: number): string | null {
  if (!records.hasWays) return null;
  const facts = new Map(wayFacts(records, row));
  if (facts.size === 0) return "no route";
  return `to ${String(records.keyed(row, "to"))}: ${[facts.get("Whole length"), facts.get("Time")].filter(Boolean).join(", ")}`;
}
