import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { guarded, SKIPPED, unguarded } from "../src/data/spreadsheet.ts";
import { csvCell } from "../src/tools/export.ts";

interface Case {
  case: string;
  text: string;
  guarded: string;
}

/** The cases that the tests of Python's guard use too. */
const CASES = JSON.parse(
  readFileSync(new URL("../../tests/data/formula_guard.json", import.meta.url), "utf-8"),
) as Case[];

test("the page guards formulas as Python does", () => {
  assert.ok(CASES.length > 40);
  for (const { case: name, text, guarded: wanted } of CASES)
    assert.equal(guarded(text), wanted, name);
});

test("guarded texts are restored exactly", () => {
  for (const { case: name, text, guarded: written } of CASES)
    assert.equal(unguarded(written), text, name);
});

test("no character of a run that is skipped begins a run itself", () => {
  for (const sign of ";\t\r\n") assert.ok(!new RegExp(`[${SKIPPED}]`).test(sign), sign);
});

test("a cell of CSV is the guarded text", () => {
  for (const { case: name, guarded: wanted, text } of CASES) {
    const cell = csvCell(text);
    const read = cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell;
    assert.equal(read, wanted, name);
    assert.equal(
      /[",;\t\r\n]/.test(wanted) ? cell : `"${cell}"`,
      `"${wanted.replaceAll('"', '""')}"`,
      name,
    );
  }
});

test("numbers are not text", () => {
  assert.equal(csvCell(-1.5), "-1.5");
  assert.equal(csvCell(-9007199254740993n), "-9007199254740993");
});
