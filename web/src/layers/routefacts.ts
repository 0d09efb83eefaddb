// What access says of a record, as people read it: how far, how long, past whom, or why there is no route.

import { element } from "../ui/dom.ts";
import type { Records } from "../data/records.ts";
import { formatDuration, formatNumber, withUnit } from "../words/format.ts";
import { say } from "../words/language.ts";

const MODES = [["rail_km", "byRail"], ["sea_km", "bySea"], ["road_km", "byRoad"]] as const;

/** A length as it matters over a thousand kilometres. */
const km = (value: number): string => withUnit(formatNumber(value < 100 ? Math.round(value * 10) / 10 : Math.round(value), "km"), "km");

/** The facts of a record's way, each with its name; empty where there is no way. */
export function wayFacts(records: Records, row: number): [name: string, text: string][] {
  const number = (key: string): number | null => {
    const value = records.keyed(row, key);
    return typeof value === "number" && Number.isFinite(value) ? value : null;
  };
  const facts: [string, string][] = [];
  const tell = (name: string, value: number | null, as: (value: number) => string): void => {
    if (value !== null) facts.push([name, as(value)]);
  };
  const gate = records.keyed(row, "gate");
  if (gate === null) return facts;
  tell(say("wholeLength"), number("total_km"), km);
  tell(say("roadTo", { name: String(records.keyed(row, "gate_name") ?? gate) }), number("connector_km"), km);
  for (const [key, mode] of MODES) tell(say("onBy", { mode: say(mode) }), number(key) || null, km);
  tell(say("time"), number("hours"), formatDuration);
  tell(say("cost"), number("cost_usd_t"), (usd) => withUnit(formatNumber(Math.round(usd * 10) / 10, "USD/t"), "USD/t"));
  tell(say("borders"), number("borders"), String);
  tell(say("gaugeBreaks"), number("gauge_breaks"), String);
  const countries = records.keyed(row, "countries");
  if (countries !== null) facts.push([say("countries"), String(countries).split(" ").join(" → ")]);
  return facts;
}

/** What the destination of a record is called; null where it is not known. */
function destination(records: Records, row: number): string | null {
  const name = records.keyed(row, "to_name") ?? records.keyed(row, "to");
  return name === null ? null : String(name);
}

/** The part of a record's card that tells its way; null where access was not asked. */
export function wayCard(records: Records, row: number): HTMLElement | null {
  if (!records.hasWays) return null;
  const to = destination(records, row);
  const facts = wayFacts(records, row);
  const card = element("section", { class: "mm-way" }, element("h4", {}, to === null ? say("wayToMarket") : say("wayTo", { name: to })));
  if (facts.length === 0) {
    const reason = records.keyed(row, "reason");
    card.append(element("p", {}, element("strong", {}, say("noRoute")), reason === null ? "" : `: ${String(reason)}`));
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
  if (facts.size === 0) return say("noRoute");
  const told = [facts.get(say("wholeLength")), facts.get(say("time"))].filter(Boolean).join(", ");
  return say("toFacts", { name: String(destination(records, row)), facts: told });
}
