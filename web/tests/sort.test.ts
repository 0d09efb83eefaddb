import assert from "node:assert/strict";
import { test } from "node:test";
import { sortRows } from "../src/data/sort.ts";
import { random } from "./random.ts";
import { columnOf, pick, type Value } from "./tables.ts";

const NAMES = ["Zeta", "alpha", "Ärm", "Жезказган", "beta 10", "beta 9", "", "alpha"];
const collator = new Intl.Collator("en", { numeric: true });
const lower = (text: string): string => text.toLowerCase();
const compareBytes = (a: string, b: string): number =>
  Buffer.compare(Buffer.from(lower(a)), Buffer.from(lower(b)));

/** A stable sort with what is missing last. */
function expected(
  values: Value[],
  compare: (a: never, b: never) => number,
  descending: boolean,
): number[] {
  const isMissing = (row: number): boolean => values[row] === null || values[row] === "";
  return [...values.keys()].sort((a, b) => {
    if (isMissing(a) || isMissing(b)) return Number(isMissing(a)) - Number(isMissing(b)) || a - b;
    return (descending ? -1 : 1) * compare(values[a] as never, values[b] as never) || a - b;
  });
}

const sorted = (
  kind: Parameters<typeof columnOf>[0],
  values: Value[],
  descending: boolean,
): number[] => [
  ...sortRows(Int32Array.from(values.keys()), columnOf(kind, values), descending ? -1 : 1),
];

for (const descending of [false, true]) {
  test(`numbers, repeated texts and other texts are in order, descending ${descending}`, () => {
    const next = random(31);
    const numbers = Array.from({ length: 500 }, () =>
      pick(next, [3, -1, 2.5, 1e9, 0, Infinity, -Infinity]),
    );
    const whole = Array.from({ length: 500 }, () => pick(next, [10, 9, 100, -4]));
    const names = Array.from({ length: 500 }, () => pick(next, NAMES));
    const byValue = (a: number, b: number): number => (a === b ? 0 : a - b);
    assert.deepEqual(sorted("number", numbers, descending), expected(numbers, byValue, descending));
    // Texts that are one prefix and a number come as numbers.
    assert.deepEqual(sorted("whole", whole, descending), expected(whole, byValue, descending));
    assert.deepEqual(
      sorted("coded", names, descending),
      expected(names, collator.compare, descending),
    );
    assert.deepEqual(
      sorted("text", names, descending),
      expected(names, collator.compare, descending),
    );
  });

  test(`very many texts are in the order of their letters, descending ${descending}`, () => {
    const next = random(32);
    const names = Array.from({ length: 21_000 }, (_, i) =>
      pick(next, [...NAMES, `alphabet ${i % 7}`, `alphabet`, `ALPHABETA`]),
    );
    const given = sorted("text", names, descending);
    const isMissing = (row: number): boolean => names[row] === null || names[row] === "";
    const first = given.findIndex(isMissing);
    assert.ok(given.slice(first).every(isMissing));
    for (let i = 1; i < first; i++) {
      const [a, b] = [given[i - 1], given[i]];
      const order = compareBytes(names[a] as string, names[b] as string) * (descending ? -1 : 1);
      assert.ok(order < 0 || (order === 0 && a < b), `${names[a]} before ${names[b]}`);
    }
  });
}
