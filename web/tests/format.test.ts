import assert from "node:assert/strict";
import { test } from "node:test";
import {
  formatCount,
  formatDistance,
  formatDuration,
  formatLimit,
  formatMeasured,
  formatNumber,
  formatPlace,
  formatReading,
  formatValue,
  safeLink,
  sentence,
} from "../src/words/format.ts";

const column = (unit: string | null) => ({ label: "", type: "number" as const, unit });

test("numbers", () => {
  assert.equal(formatCount(1234567), "1,234,567");
  assert.equal(formatNumber(1998, null), "1998", "a year is not grouped");
  assert.equal(formatNumber(19980, "t"), "19,980");
  assert.equal(formatNumber(123.456789, null), "123.456789", "degrees keep their digits");
  assert.equal(formatNumber(0.000123456, null), "0.0001235");
  assert.equal(formatNumber(0, null), "0");
  assert.equal(formatNumber(-28.5, "m"), "-28.5");
  assert.equal(formatNumber(669.294, "m"), "669");
  assert.equal(
    formatNumber(2n ** 60n, null),
    "1152921504606846976",
    "an identifier is not rounded",
  );
  assert.equal(formatMeasured(1234567.8912, 0.6), "1234.568 km");
  assert.equal(formatMeasured(1234567.8912, 99), "1234.57 km");
  assert.equal(formatMeasured(3325513, 3450), "3326 km");
  assert.equal(formatMeasured(3325513, 20_000), "3330 km");
  assert.equal(formatPlace(43.123456, -51.5), "43.12346, -51.50000");
});

test("thousands are separated from 10,000 on, wherever a number stands", () => {
  const ways = [
    formatCount,
    formatLimit,
    (value: number) => formatReading(value, 0, null),
    (value: number) => formatNumber(value, "t"),
    (value: number) => formatNumber(value, ""),
  ];
  for (const format of ways) {
    assert.equal(format(2000), "2000");
    assert.equal(format(9999), "9999");
    assert.equal(format(10_000), "10,000");
  }
  assert.equal(formatMeasured(9999_000, 1), "9999.000 km");
  assert.equal(formatMeasured(12_345_678, 1), "12,345.678 km");
  assert.equal(formatNumber(10006806, null), "10006806", "it may be an identifier");
});

test("numbers of legends are as exact as they are given", () => {
  const texts = [0, -12.5, 43.123456, 0.00025, 1e-7, -9999, 12500, 1e15].map(formatLimit);
  const wanted = ["0", "−12.5", "43.123456", "0.00025", "1e−7", "−9999", "12,500", "1e+15"];
  assert.deepEqual(texts, wanted);
});

test("distances have the digits that they deserve", () => {
  const given = [11_505.11, 1150.511, 559.2731, 10.04, 9.96, 9.94, 1.234, 1, 0.9996, 0.9994];
  const wanted = "11,505 km,1151 km,559 km,10 km,10 km,9.9 km,1.2 km,1 km,1 km,999 m";
  assert.equal(given.map(formatDistance).join(), wanted);
  const small = [0.12345, 0.00996, 0.0094, 0.00001, 0, -0.5, -559.3].map(formatDistance);
  assert.deepEqual(small, ["123 m", "10 m", "9.4 m", "0 m", "0 km", "-500 m", "-559 km"]);
  assert.equal(formatNumber(559.2731, "km"), "559", "where the unit is written elsewhere");
});

test("a place has no more digits than its uncertainty allows", () => {
  const at = (metres: number | null) => formatPlace(43.123456, -51.5, metres);
  assert.equal(at(null), "43.12346, -51.50000");
  assert.equal(at(5000), "43.12, -51.50");
  assert.equal(at(100), "43.1235, -51.5000");
  assert.equal(at(500_000), "43, -52");
  assert.equal(at(0.01), "43.12346, -51.50000");
});

test("empty cells are left out, text stays as it is", () => {
  for (const empty of [null, undefined, "", NaN])
    assert.equal(formatValue(empty, column("km")), null);
  assert.equal(formatValue("<b>x</b>", column(null)), "<b>x</b>");
  assert.equal(formatValue(10006806, { ...column(null), prefix: "mrds:" }), "mrds:10006806");
  assert.equal(formatValue(null, { ...column(null), prefix: "mrds:" }), null);
  assert.equal(formatValue(0, column("km")), "0 km");
  assert.equal(formatValue(-115.73211, column("°")), "-115.73211°", "degrees keep their digits");
  assert.equal(formatValue(3612.499, column("Mt")), "3612.499 Mt");
  assert.equal(formatValue(Infinity, column(null)), "Infinity");
});

test("only http and https are links", () => {
  assert.equal(safeLink("https://example.org/a?b=1"), "https://example.org/a?b=1");
  assert.equal(safeLink(" HTTP://example.org "), "http://example.org/");
  for (const bad of [
    "javascript:alert(1)",
    " javascript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,x",
    "//example.org",
    "file:///etc/passwd",
    "https://",
    "example.org",
    "",
    null,
    undefined,
  ])
    assert.equal(safeLink(bad), null, String(bad));
});

test("hours are days where there are two or more", () => {
  assert.equal(formatDuration(5.25), "5.3 h");
  assert.equal(formatDuration(47.4), "47.4 h");
  assert.equal(formatDuration(283.2), "11 days 19 h (283 h)");
  assert.equal(formatDuration(72), "3 days (72 h)");
});

test("a sentence has one full stop", () => {
  assert.equal(sentence("example.org/deposits/."), "example.org/deposits/.");
  assert.equal(sentence("public domain; package MIT"), "public domain; package MIT.");
  assert.equal(sentence("Where is it? "), "Where is it?");
  assert.equal(sentence(" "), "");
});
