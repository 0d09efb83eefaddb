import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import type { ColumnSpec, PointsSpec } from "../src/data/spec.ts";
import { cardFields } from "../src/tools/cardfields.ts";
import { measuredText } from "../src/tools/measured.ts";
import { setLanguage } from "../src/words/language.ts";
import { points } from "./random.ts";
import { pointSetOf, type Value } from "./tables.ts";

afterEach(() => setLanguage("en"));

type Given = Record<string, [Value, Partial<ColumnSpec>?]>;

/** One record, whose numbers are columns of numbers. */
function recordOf(given: Given, spec: Partial<PointsSpec> = {}) {
  const columns = Object.fromEntries(
    Object.entries(given).map(([name, [value, more = {}]]) => {
      const isNumber = typeof value === "number";
      const type = isNumber ? ("number" as const) : ("text" as const);
      return [name, [isNumber ? "number" : "coded", [value], { type, ...more }]] as const;
    }),
  );
  return pointSetOf(columns as never, points(1, 1), { title: null, ...spec }).records;
}

/** Columns of minmap. */
const ours = (given: Record<string, Value>): Given =>
  Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      const unit = name.endsWith("_km") ? "km" : name.endsWith("_mm") ? "mm" : null;
      return [name, [value, { key: name, unit }]] as const;
    }),
  );

const listed = (fields: { heading: string; text: string }[]): string[] =>
  fields.map(({ heading, text }) => `${heading}: ${text}`);

test("columns of a route are listed only where no route is drawn", () => {
  const more = { is_of_route: true };
  const reason: Given = { reason: ["too far", { key: "reason", ...more }] };
  const gate: Given = { gate: ["poti", { key: "gate", ...more }] };
  assert.deepEqual(listed(cardFields(recordOf(reason), 0, null).rest), ["reason: too far"]);
  assert.deepEqual(cardFields(recordOf({ ...reason, ...gate }), 0, null).rest, []);
});

test("a country or a province that the source does not state says where it is from", () => {
  const said = (basis: Record<string, string>): string[] =>
    listed(
      cardFields(recordOf(ours({ country: "Peru", admin1: "Junin", ...basis })), 0, null).facts,
    );
  const stated = { country_basis: "stated", admin1_basis: "stated" };
  assert.deepEqual(said(stated), ["country: Peru, Junin"]);
  assert.deepEqual(said({ ...stated, admin1_basis: "derived" }), [
    "country: Peru, Junin (province from the point)",
  ]);
  assert.deepEqual(said({ country_basis: "derived", admin1_basis: "derived" }), [
    "country: Peru, Junin (from the point)",
  ]);
});

test("an occurrence has its facts in the order in which a reader wants them", () => {
  const records = recordOf({
    ...ours({
      size: "large",
      country: "Kazakhstan",
      admin1: "Karaganda",
      status: "Producer",
      status_year: 2010,
      deposit_type: null,
      deposit_type_text: "Skarn",
      location_uncertainty_m: 4999,
      url: "https://example.org/1",
      site_type: "Mine",
    }),
    commodities: ["Cu Au", { key: "commodities", codes: true, words: { Cu: "Copper" } }],
    ore_grade: [1.2],
    owner: ["x"],
  });
  const said = cardFields(records, 0, { lat: 48.123456, lon: 67.98 });
  assert.deepEqual(listed(said.facts), [
    "status: Producer, 2010",
    "country: Kazakhstan, Karaganda",
    "Deposit type: Skarn",
    "size: large",
    "ore_grade: 1.2",
    "Latitude, longitude: 48.12, 67.98 (± 5 km or more)",
  ]);
  assert.deepEqual(
    said.chips.map(({ chips }) => chips.map(({ text }) => text)),
    [["Copper", "Au"]],
  );
  assert.deepEqual(listed(said.rest), ["site_type: Mine", "owner: x"]);
});

test("any other table has at most six fields at once, those of the legend first", () => {
  const more = Object.fromEntries(Array.from({ length: 9 }, (_, n) => [`c${n}`, [n] as [Value]]));
  const given: Given = { essay: ["long ".repeat(40)], ...more, gone: [null] };
  const said = cardFields(recordOf(given, { by: 6 }), 0, null);
  assert.deepEqual(listed(said.facts), ["c5: 5", "c0: 0", "c1: 1", "c2: 2", "c3: 3", "c4: 4"]);
  assert.deepEqual(
    said.rest.map(({ name }) => name),
    ["essay", "c6", "c7", "c8"],
  );
  const few = cardFields(recordOf({ essay: ["long ".repeat(40)], c: [1] }), 0, null);
  assert.equal(few.facts.length, 2);
  assert.equal(few.rest.length, 0);
});

test("a text that is an address is a link, whatever its column has else", () => {
  const given: Given = { a: ["https://example.org/a"], b: ["javascript:alert(1)"] };
  const { facts } = cardFields(recordOf(given), 0, null);
  assert.deepEqual(
    facts.map(({ href }) => href),
    ["https://example.org/a", null],
  );
  const text = cardFields(recordOf({ a: ["https://example.org/ and more"] }), 0, null);
  assert.equal(text.facts[0].href, null);
});

const near = { distance_km: 559.2731, leg_id: "a-b", along_km: 3, node_name: "Satbayev" };

test("a sentence says what was measured, in words that fit any value", () => {
  const told = (given: Record<string, Value>, corridor?: string): string | null =>
    measuredText(recordOf(ours(given), corridor ? { corridor } : {}), 0);
  const whole = { ...near, node_distance_km: 601.4 };
  assert.equal(
    told(whole, "Middle Corridor"),
    "559 km from the Middle Corridor; nearest node: Satbayev, 601 km.",
  );
  assert.equal(
    told({ ...near, node_distance_km: 559.4 }, "Middle Corridor"),
    "559 km from the Middle Corridor, nearest at Satbayev.",
  );
  assert.equal(told({ ...near, distance_km: 0 }, "My corridor"), "On My corridor.");
  assert.equal(told({ ...near, distance_km: 0.25 }, "A – B"), "250 m from A – B.");
  const rough = { ...whole, distance_km: 52, location_uncertainty_m: 136_000 };
  assert.equal(
    told(rough, "Middle Corridor"),
    "52 km\u00a0±\u00a0136 km from the Middle Corridor; nearest node: Satbayev, 601 km\u00a0±\u00a0136 km.",
  );
  assert.equal(
    told({ ...rough, distance_km: 0 }, "A – B"),
    "On A – B (± 136 km); nearest node: Satbayev, 601 km\u00a0±\u00a0136 km.",
  );
  const sure = { ...whole, location_uncertainty_m: 5_000 };
  assert.equal(
    told(sure, "Middle Corridor"),
    "559 km from the Middle Corridor; nearest node: Satbayev, 601 km.",
  );
  assert.equal(told(near), "559 km from a-b.");
  assert.equal(told({ ...near, distance_km: null }, "Middle Corridor"), null);
  assert.equal(told({ distance_km: 5 }), null, "a distance to something else");
  setLanguage("ru");
  assert.equal(
    told(whole, "Middle Corridor")?.replaceAll("\u00a0", " "),
    "559 км до линии «Middle Corridor»; ближайший узел: Satbayev, 601 км.",
  );
});

test("the sentence takes the place of its fields", () => {
  const { rest, facts } = cardFields(recordOf(ours({ ...near, node_distance_km: 601 })), 0, null);
  assert.deepEqual(
    [...facts, ...rest].map(({ name }) => name),
    ["leg_id", "along_km"],
  );
});
