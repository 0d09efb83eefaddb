import assert from "node:assert/strict";
import { test } from "node:test";
import { codesOf, joined, numbersOf } from "../src/data/columns.ts";
import { BARS, choiceOf, RangeFacet, TermsFacet } from "../src/data/facets.ts";
import { Selection } from "../src/data/selection.ts";
import { integer, random } from "./random.ts";
import { columnOf, pick, type Value } from "./tables.ts";

const COUNT = 400;
const STATUS = ["producer", "prospect", "", "constructor", "__proto__", "руда | 50 %"];
const CODES = ["Cu", "Au Ag", "Cu Au", "Ag Ag", "", "REE"];
const codesIn = (text: string): string[] => text.split(" ").filter(Boolean);

/** A table with three filters, and what each lets pass by plain reading. */
function made(seed: number) {
  const next = random(seed);
  const columns = {
    status: Array.from({ length: COUNT }, () => pick(next, STATUS)),
    codes: Array.from({ length: COUNT }, () => pick(next, CODES)),
    km: Array.from({ length: COUNT }, () => pick(next, [0, 0.1, 2.5, 7, 7, 1000, -3])),
  };
  const selection = new Selection(COUNT);
  const facets = {
    status: new TermsFacet(codesOf(columnOf("coded", columns.status)), selection),
    codes: new TermsFacet(codesOf(columnOf("coded", columns.codes)), selection, codesIn),
    km: new RangeFacet(numbersOf(columnOf("number", columns.km)), selection),
  };
  const termsOf: Record<string, (row: number) => string[]> = {
    status: (row) => [columns.status[row] || ""],
    codes: (row) => {
      const terms = codesIn(columns.codes[row] ?? "");
      return terms.length > 0 ? [...new Set(terms)] : [""];
    },
  };
  const passes: Record<string, (row: number) => boolean> = {
    status: (row) =>
      chosen("status") === null ||
      termsOf.status(row).some((term) => chosen("status")!.includes(term)),
    codes: (row) =>
      chosen("codes") === null ||
      termsOf.codes(row).some((term) => chosen("codes")!.includes(term)),
    km(row) {
      const { choice } = facets.km;
      const value = columns.km[row];
      return (
        choice === null ||
        !("from" in choice) ||
        (value !== null && value >= choice.from && value <= choice.to)
      );
    },
  };
  function chosen(name: "status" | "codes"): string[] | null {
    const { choice } = facets[name];
    return choice !== null && "terms" in choice ? choice.terms : null;
  }
  const rowsBut = (but: string): number[] =>
    [...Array(COUNT).keys()].filter((row) =>
      Object.entries(passes).every(([name, pass]) => name === but || pass(row)),
    );
  return { next, columns, selection, facets, termsOf, rowsBut };
}

test("counts are those of brute force under any mixture of filters", () => {
  const { next, columns, selection, facets, termsOf, rowsBut } = made(5);
  for (let turn = 0; turn < 60; turn++) {
    const which = integer(next, 3);
    if (which === 2) {
      const [a, b] = [next() * 12 - 4, next() * 12 - 4];
      facets.km.choice = next() < 0.3 ? null : { from: Math.min(a, b), to: Math.max(a, b) };
    } else {
      const facet = which === 0 ? facets.status : facets.codes;
      facet.toggle(integer(next, facet.terms.length), next() < 0.6);
    }
    assert.equal(selection.shownCount, rowsBut("").length);
    for (const name of ["status", "codes"] as const) {
      const facet = facets[name];
      const rows = rowsBut(name);
      const expected = facet.terms.map(
        (term) => rows.filter((row) => termsOf[name](row).includes(term)).length,
      );
      assert.deepEqual([...facet.counts()], expected);
      const all = facet.terms.map(
        (term) =>
          [...Array(COUNT).keys()].filter((row) => termsOf[name](row).includes(term)).length,
      );
      assert.deepEqual([...facet.counts(true)], all);
    }
    const { min, max } = facets.km;
    const bars = new Array<number>(BARS).fill(0);
    for (const row of rowsBut("km")) {
      const value = columns.km[row];
      if (value !== null)
        bars[Math.min(BARS - 1, Math.floor(((value - min) * BARS) / (max - min)))]++;
    }
    assert.deepEqual([...facets.km.counts()], bars);
  }
});

test("an empty text is a missing one: it comes once among the terms, at the end", () => {
  const { facets } = made(6);
  for (const { terms } of [facets.status, facets.codes]) {
    assert.deepEqual(
      terms.filter((term) => term === ""),
      [""],
    );
    assert.equal(terms.at(-1), "");
  }
});

test("what is chosen comes back the same, unknown terms are passed over", () => {
  const { facets, selection } = made(7);
  facets.status.choice = { terms: ["constructor", "", "no such term"] };
  assert.deepEqual(facets.status.choice, { terms: ["constructor", ""] });
  const before = selection.shownCount;
  const { choice } = facets.status;
  facets.status.choice = choice;
  assert.equal(selection.shownCount, before);
  facets.status.choice = { terms: ["no such term"] };
  assert.equal(facets.status.choice, null);
  facets.status.choice = { from: 1, to: 2 };
  assert.equal(facets.status.isActive, false);
  facets.km.choice = { from: 2.5, to: 7 };
  assert.deepEqual(facets.km.choice, { from: 2.5, to: 7 });
  facets.km.choice = { terms: ["7"] };
  assert.equal(facets.km.choice, null);
  facets.km.choice = { from: -Infinity, to: 1e9 };
  assert.equal(facets.km.isActive, false);
  assert.equal(selection.shownCount, COUNT);
});

test("numbers that are none are outside every range and in no bar", () => {
  const selection = new Selection(5);
  const facet = new RangeFacet([NaN, 1, Infinity, 3, -Infinity], selection);
  assert.deepEqual([facet.min, facet.max], [1, 3]);
  assert.equal(
    facet.counts().reduce((sum, count) => sum + count),
    2,
  );
  facet.choice = { from: 1, to: 2 };
  assert.deepEqual([...selection.meant()], [1]);
});

test("two columns are as one with the texts of both", () => {
  const next = random(8);
  const [a, b] = [1, 2].map(() =>
    Array.from({ length: 300 }, (): Value => pick(next, ["Cu", "Au Ag", "", "W"])),
  );
  const { texts, codes } = joined(codesOf(columnOf("coded", a)), codesOf(columnOf("coded", b)));
  assert.equal(new Set(codes).size, texts.length);
  codes.forEach((code, row) =>
    assert.equal(texts[code], [a[row], b[row]].filter(Boolean).join(" ")),
  );
});

test("the first state of a filter is its terms, or a range whose open ends are those of the data", () => {
  const selection = new Selection(3);
  const km = new RangeFacet([1, 5, 9], selection);
  const status = new TermsFacet(codesOf(columnOf("coded", ["mine", "", "mine"])), selection);
  assert.deepEqual(choiceOf([2, null], km), { from: 2, to: 9 });
  assert.deepEqual(choiceOf(["mine"], status), { terms: ["mine"] });
  assert.equal(choiceOf(undefined, km), null);
});
