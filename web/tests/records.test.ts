import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { legHint } from "../src/layers/corridor.ts";
import { setLanguage } from "../src/words/language.ts";
import { points } from "./random.ts";
import { pointSetOf } from "./tables.ts";

afterEach(() => setLanguage("en"));

const records = () =>
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
  ).records;

test("columns are known by their names, whatever their headings", () => {
  setLanguage("ru");
  const made = records();
  const texts = made.fieldsOf(0).map(({ name, heading, text }) => [name, heading, text]);
  assert.deepEqual(texts.slice(0, 3), [
    ["status", "Zustand", "действует"],
    ["STATUS", "Status", "operating"],
    ["status_year", "Jahr", "1998"],
  ]);
  assert.deepEqual(made.names.slice(0, 2), ["NAME", "status"]);
  assert.match(legHint(made, 0, 0), /на 1998/);
});
