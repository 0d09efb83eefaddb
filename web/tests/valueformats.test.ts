import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import type { DatePartSpec, NumberFormatSpec } from "../src/data/spec.ts";
import { formatCell } from "../src/data/valueformats.ts";
import { setLanguage } from "../src/words/language.ts";

afterEach(() => setLanguage("en"));

const around = { before: "", after: "" };

function numbered(value: unknown, number?: NumberFormatSpec, unit: string | null = null) {
  const format = { ...around, unit, ...(number && { number }) };
  return formatCell(value, { unit: "km" }, format)?.replace(/\s/g, " ");
}

const dated = (text: string, ...date: DatePartSpec[]) =>
  formatCell(text, { unit: null }, { ...around, unit: null, date });

test("a number has the decimals, separators, sign and share of its format", () => {
  const written = () => [
    numbered(1234.56, { decimals: 1, grouped: true }),
    numbered(1234.56, { decimals: 0 }),
    numbered(1234.5678, { grouped: true }, "km"),
    numbered(0.1234, { decimals: 1, percent: true }),
    numbered(12.25, { decimals: 1, signed: true }),
    numbered(-0.04, { decimals: 1 }),
    numbered("1152921504606846976", { grouped: true }),
    numbered(2n ** 60n, { decimals: 0 }),
    numbered(12345.678, undefined, "km"),
    numbered(12345.678),
  ];
  assert.deepEqual(written(), [
    "1,234.6",
    "1235",
    "1,234.5678 km",
    "12.3%",
    "+12.3",
    "0.0",
    "1,152,921,504,606,846,976",
    "1152921504606846976",
    "12,346 km",
    "12,346",
  ]);
  setLanguage("ru");
  assert.deepEqual(written(), [
    "1 234,6",
    "1235",
    "1 234,5678 км",
    "12,3 %",
    "+12,3",
    "0,0",
    "1 152 921 504 606 846 976",
    "1152921504606846976",
    "12 346 км",
    "12 346",
  ]);
});

test("a date has the parts of its format, months in the language of the page", () => {
  const space: DatePartSpec = ["text", " "];
  const written = () => [
    dated("1998-05-03", ["day", ""], space, ["short_name", ""], space, ["year", ""]),
    dated("1998-03-03", ["short_day", ""], space, ["name", ""]),
    dated("1998-03-03", ["name", ""], space, ["year", ""]),
    dated("0047-05-03T09:30:00", ["month", ""], ["text", "."], ["year", ""]),
    dated("1998-05-03 09:30", ["hour", ""], ["text", " h "], ["minute", ""]),
    dated("1998-05-03", ["hour", ""], ["text", ":"], ["minute", ""]),
    dated("soon", ["year", ""]),
  ];
  const english = ["03 May 1998", "3 March", "March 1998", "05.0047", "09 h 30", "00:00", "soon"];
  assert.deepEqual(written(), english);
  setLanguage("ru");
  assert.deepEqual(written().slice(0, 3), ["03 мая 1998", "3 марта", "март 1998"]);
});

test("an empty cell stays empty in a format", () => {
  for (const empty of [null, undefined, "", NaN]) {
    assert.equal(numbered(empty, { decimals: 1 }), undefined);
    assert.equal(formatCell(empty, { unit: null }, { ...around, unit: null, date: [] }), null);
  }
});
