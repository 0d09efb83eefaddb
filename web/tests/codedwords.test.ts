import assert from "node:assert/strict";
import { test } from "node:test";
import { CodeWords, FIT } from "../src/data/codedwords.ts";
import type { ColumnSpec } from "../src/data/spec.ts";

test("a text of very many words is searched as any other", () => {
  const column: ColumnSpec = { name: "country", label: "Country", type: "text", unit: null };
  const words = new CodeWords(["KAZ", `${"w ".repeat(200_000)}uzb`], column);
  const fits = (word: string): number[] => [...words.fits(new TextEncoder().encode(word), false)];
  assert.deepEqual(fits("uzb"), [FIT.none, FIT.equals]);
  assert.deepEqual(fits("ka"), [FIT.begins, FIT.none]);
});
