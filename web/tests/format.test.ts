import assert from "node:assert/strict";
import { test } from "node:test";
import {
  formatCount,
  formatDuration,
  formatKm,
  formatLimit,
  formatNumber,
  formatPlace,
  formatReading,
  formatValue,
  safeLink,
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
  assert.equal(formatKm(1234567.8912), "1234.568 km");
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
  assert.equal(formatKm(9999_000), "9999.000 km");
  assert.equal(formatKm(12_345_678), "12,345.678 km");
  assert.equal(formatNumber(10006806, null), "10006806", "it may be an identifier");
});

test("numbers of legends are as exact as they are given", () => {
  const texts = [0, -12.5, 43.123456, 0.00025, 1e-7, -9999, 12500, 1e15].map(formatLimit);
  const wanted = ["0", "−12.5", "43.123456", "0.00025", "1e−7", "−9999", "12,500", "1e+15"];
  assert.deepEqual(texts, wanted);
});

test("kilometres have no more digits than a map may be trusted with", () => {
  assert.deepEqual(
    [1150.511, 100.04, 99.987, 1.234, 0.12345, 0, -0.5].map((value) => formatNumber(value, "km")),
    ["1150.5", "100", "99.99", "1.23", "0.123", "0", "-0.5"],
  );
});

test("empty cells are left out, text stays as it is", () => {
  for (const empty of [null, undefined, "", NaN])
    assert.equal(formatValue(empty, column("km")), null);
  assert.equal(formatValue("<b>x</b>", column(null)), "<b>x</b>");
  assert.equal(formatValue(10006806, { ...column(null), prefix: "mrds:" }), "mrds:10006806");
  assert.equal(formatValue(null, { ...column(null), prefix: "mrds:" }), null);
  assert.equal(formatValue(0, column("km")), "0 km");
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
