import assert from "node:assert/strict";
import { test } from "node:test";
import { codesOf } from "../src/data/columns.ts";
import { dateText, daysOf, typedDays } from "../src/data/dates.ts";
import { choiceOf, datesOf, RangeFacet, stateOfChoice } from "../src/data/facets.ts";
import { Selection } from "../src/data/selection.ts";
import { columnOf } from "./tables.ts";

test("dates are days and days are dates, in any century", () => {
  for (const text of ["0001-01-01", "1899-12-31", "1970-01-01", "2024-02-29", "9999-12-31"])
    assert.equal(dateText(daysOf(text)), text);
  assert.equal(daysOf("1970-01-03T23:59:59+05:00"), 2);
  assert.equal(dateText(1.5), "1970-01-02 12:00");
  assert.ok(Number.isNaN(daysOf("")));
});

test("a typed year or month is its first or last day", () => {
  const typed = (text: string): string[] =>
    [false, true].map((isEnd) => dateText(typedDays(text, isEnd)));
  assert.deepEqual(typed("2004"), ["2004-01-01", "2004-12-31"]);
  assert.deepEqual(typed("2004-2"), ["2004-02-01", "2004-02-29"]);
  assert.deepEqual(typed("0099-12"), ["0099-12-01", "0099-12-31"]);
  assert.deepEqual(typed(" 2004-02-03 "), ["2004-02-03", "2004-02-03"]);
  assert.ok(Number.isNaN(typedDays("soon", true)));
});

test("a range of dates has whole days, and its state has texts", () => {
  const texts = ["2001-05-06", "", "2003-01-02T10:00", "2001-05-06"];
  const days = datesOf(codesOf(columnOf("coded", texts)));
  const selection = new Selection(texts.length);
  const facet = new RangeFacet(days, selection, true);
  assert.deepEqual([facet.min, facet.max].map(dateText), ["2001-05-06", "2003-01-02"]);
  facet.choice = choiceOf(["2002-01-01", null], facet);
  assert.deepEqual([...selection.meant()], [2]);
  assert.deepEqual(stateOfChoice(facet.choice!, facet), ["2002-01-01", "2003-01-02"]);
});
