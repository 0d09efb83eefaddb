import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import type { AssumptionSpec, BasisSpec, PassageSpec } from "../src/data/spec.ts";
import { assumptionsOf, partsOf, passagesOf, rangeText } from "../src/layers/routebasis.ts";
import { setLanguage } from "../src/words/language.ts";
import { points } from "./random.ts";
import { pointSetOf, type Value } from "./tables.ts";

afterEach(() => setLanguage("en"));

/** One record with columns of `minmap.access`. */
function recordOf(given: Record<string, Value>) {
  const columns = Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      const isNumber = typeof value === "number";
      const spec = { key: name, type: isNumber ? "number" : "text" };
      return [name, [isNumber ? "number" : "coded", [value], spec]] as const;
    }),
  );
  return pointSetOf(columns as never, points(1, 1), { title: null }).records;
}

const crossing = (id: string, countries: [string, string] | null): PassageSpec => ({
  id,
  name: id,
  countries,
  hours: [
    [1, 2, 3],
    [4, 5, 6],
  ],
  usd_t: [
    [10, 20, 30],
    [40, 50, 60],
  ],
  year: "2023",
  source: "CPMM",
});

const assumption = (key: string, more: Partial<AssumptionSpec>): AssumptionSpec => ({
  key,
  meaning: key,
  unit: "h",
  range: [1, 2, 3],
  parts: ["rail"],
  source: "a report",
  ...more,
});

const KHORGOS = crossing("khorgos", ["CHN", "KAZ"]);
const ANY = crossing("any-road", null);
const BASIS: BasisSpec = {
  assumptions: [
    assumption("rail_kmh", {}),
    assumption("sea_kmh", { parts: ["sea"] }),
    assumption("road_usd_tkm", { parts: ["road", "off_road"] }),
    assumption("loading_hours", { parts: ["loading"] }),
  ],
  crossings: [KHORGOS, ANY],
};

test("a record names the assumptions of the parts of its own route", () => {
  const keys = (given: Record<string, Value>): string[] =>
    assumptionsOf(BASIS, recordOf(given), 0).map(({ key }) => key);
  assert.deepEqual(keys({ rail_km: 5, connector_km: 2, sea_km: 0 }), [
    "rail_kmh",
    "road_usd_tkm",
    "loading_hours",
  ]);
  assert.deepEqual(keys({ road_km: 5 }), ["road_usd_tkm"]);
  assert.deepEqual(keys({ sea_km: 9, rail_km: null }), ["sea_kmh"]);
});

test("rail and sea have a change of mode, and only a lorry is loaded over", () => {
  const of = (given: Record<string, Value>) => partsOf(recordOf(given), 0);
  const both = of({ rail_km: 1, sea_km: 1 });
  assert.ok(both.has("transshipment") && !both.has("loading"));
  assert.ok(!of({ road_km: 1 }).has("loading"));
  assert.ok(of({ gauge_breaks: 1, rail_km: 1 }).has("gauge_break"));
});

test("assumptions of another case are not those of a record", () => {
  const cases = ["winter", "summer"].map((name) => assumption("rail_kmh", { case: name }));
  const basis = { assumptions: cases, crossings: [] };
  const own = assumptionsOf(basis, recordOf({ rail_km: 1, case: "summer" }), 0);
  assert.deepEqual(own, [cases[1]]);
  assert.deepEqual(assumptionsOf(basis, recordOf({ rail_km: 1 }), 0), cases);
});

test("a crossing has the figures of the direction of travel", () => {
  const passed = (countries: string, crossings: string) =>
    passagesOf(BASIS, recordOf({ countries, crossings }), 0);
  const [into] = passed("KAZ CHN", "khorgos");
  assert.deepEqual(
    [into.pair, into.hours, into.usd_t],
    [
      ["KAZ", "CHN"],
      [4, 5, 6],
      [40, 50, 60],
    ],
  );
  const [out, any, back] = passed("CHN KAZ KGZ KAZ CHN", "khorgos any-road khorgos");
  assert.deepEqual(
    [out.pair, out.hours],
    [
      ["CHN", "KAZ"],
      [1, 2, 3],
    ],
  );
  assert.deepEqual(any.pair, ["KAZ", "KGZ"]);
  assert.deepEqual(
    [back.pair, back.hours],
    [
      ["KAZ", "CHN"],
      [4, 5, 6],
    ],
  );
  assert.deepEqual(passed("KAZ CHN", "elsewhere"), [], "no figures of it are on the page");
  assert.deepEqual(passed("KAZ", "khorgos")[0].pair, ["CHN", "KAZ"]);
});

test("a value has its unit and its range, unless the range is one number", () => {
  assert.equal(rangeText([34.72, 43.4, 52.08], "km/h"), "43.4 km/h (34.72 to 52.08)");
  assert.equal(rangeText([0.7, 0.7, 0.7], "1"), "0.7");
  setLanguage("ru");
  const price = rangeText([0.032, 0.04, 0.048], "USD per tonne and km");
  assert.equal(price, "0,04 долл. США за тонно-километр (от 0,032 до 0,048)");
});
