import assert from "node:assert/strict";
import { test } from "node:test";
import { labelWithUnit } from "../src/words/language.ts";

test("a heading has its unit once", () => {
  for (const label of ["Tonnage (Mt)", "Tonnage, Mt", "Tonnage [Mt]", "Tonnage Mt"])
    assert.equal(labelWithUnit(label, "Mt"), label);
  assert.equal(labelWithUnit("Tonnage", "Mt"), "Tonnage (Mt)");
  // The end of a word is no unit.
  assert.equal(labelWithUnit("Stream", "m"), "Stream (m)");
  assert.equal(labelWithUnit("Tonnage", null), "Tonnage");
});
