import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import type { RowSpec } from "../src/data/spec.ts";
import { legHint } from "../src/layers/corridor.ts";
import { setLanguage } from "../src/words/language.ts";
import { points } from "./random.ts";
import { pointSetOf } from "./tables.ts";

afterEach(() => setLanguage("en"));

const records = (spec: { popup?: RowSpec[] } = {}) =>
  pointSetOf(
    {
      NAME: ["text", ["Shu", "Aral"], { label: "Name" }],
      status: ["coded", ["operating", null], { label: "Zustand" }],
      STATUS: ["coded", ["operating", null], { label: "Status" }],
      status_year: ["whole", [1998, 2001], { label: "Jahr", type: "integer" }],
      length_km: ["number", [1234.56, null], { label: "Länge", type: "number", unit: "km" }],
      found: ["coded", ["1998-05-03", "soon"], { label: "Fund", type: "date" }],
    },
    points(2, 1),
    spec,
  ).records;

const all = (count: number): RowSpec[] =>
  Array.from({ length: count }, (_, column) => ({ column }));

test("columns are known by their names, whatever their headings", () => {
  setLanguage("ru");
  const made = records();
  const texts = made
    .filled(0, all(made.names.length))
    .map(({ name, heading, text }) => [name, heading, text]);
  assert.deepEqual(texts.slice(0, 3), [
    ["status", "Zustand", "действует"],
    ["STATUS", "Status", "operating"],
    ["status_year", "Jahr", "1998"],
  ]);
  assert.deepEqual(made.names.slice(0, 2), ["NAME", "status"]);
  assert.match(legHint(made, 0, 0), /на 1998/);
});

test("rows have the headings and the formats of the maker", () => {
  const made = records({
    popup: [
      { column: 0, format: { before: "mine ", after: "", unit: null } },
      { column: 1, heading: "State", format: { before: "<", after: ">", unit: null } },
      { column: 4, format: { before: "~ ", after: "", unit: "km", number: { decimals: 0 } } },
      { column: 5, heading: "Found", format: { before: "", after: "", unit: null, date: [] } },
    ],
  });
  const texts = (row: number) =>
    made.filled(row, made.spec.popup!).map(({ heading, text }) => [heading, text]);
  assert.deepEqual(texts(0), [
    ["Name", "mine Shu"],
    ["State", "<operating>"],
    ["Länge", "~ 1235 km"],
  ]);
  assert.deepEqual(texts(1), [
    ["Name", "mine Aral"],
    ["Found", "soon"],
  ]);
  assert.equal(made.text(0, 4), "1235 km", "elsewhere the page shows its own number");
  assert.equal(made.value(0, 4), 1234.56);
});
