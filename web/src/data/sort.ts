// Rows in the order of a column: numbers by value, texts as in a dictionary or letter by letter.

import { currentLanguage } from "../words/language.ts";
import { codesOf, isCoded, isNumeric, numbersOf } from "./columns.ts";
import type { Column } from "./payload.ts";

/**
 * More texts than these are ordered by their letters alone, which is far faster than a dictionary.
 */
const FEW = 20_000;

/** Sort rows by a column in place, codes by their labels. Missing values always come last. */
export function sortRows(
  rows: Int32Array,
  column: Column,
  descending: boolean,
  labelOf: (text: string) => string = (text) => text,
): Int32Array {
  const sign = descending ? -1 : 1;
  if (isCoded(column)) return byRank(rows, column, sign, labelOf);
  if (isNumeric(column)) return byNumber(rows, numbersOf(column), sign);
  return rows.length <= FEW ? byDictionary(rows, column, sign) : byLetters(rows, column, sign);
}

function byNumber(rows: Int32Array, values: ArrayLike<number>, sign: number): Int32Array {
  return rows.sort((a, b) => {
    const x = values[a],
      y = values[b];
    if (Number.isNaN(x) || Number.isNaN(y))
      return Number(Number.isNaN(x)) - Number(Number.isNaN(y)) || a - b;
    return sign * (x - y) || a - b;
  });
}

function byRank(
  rows: Int32Array,
  column: Column,
  sign: number,
  labelOf: (text: string) => string,
): Int32Array {
  const { texts: given, codes } = codesOf(column);
  const texts = given.map((text) => (text === "" ? "" : labelOf(text)));
  const order = new Intl.Collator(currentLanguage(), { numeric: true }).compare;
  const ranks = new Float64Array(texts.length + 1).fill(NaN);
  [...texts.keys()]
    .sort((a, b) => order(texts[a], texts[b]))
    .forEach((code, rank) => (ranks[code] = texts[code] === "" ? NaN : rank));
  const values = Float64Array.from(codes, (code) => ranks[code]);
  return byNumber(rows, values, sign);
}

function byDictionary(rows: Int32Array, column: Column, sign: number): Int32Array {
  const order = new Intl.Collator(currentLanguage(), { numeric: true }).compare;
  const texts = new Map(
    Array.from(rows, (row) => [row, (column.at(row) as string | null) || null]),
  );
  return rows.sort((a, b) => {
    const x = texts.get(a) ?? null,
      y = texts.get(b) ?? null;
    if (x === null || y === null) return Number(x === null) - Number(y === null) || a - b;
    return sign * order(x, y) || a - b;
  });
}

function byLetters(rows: Int32Array, column: Column, sign: number): Int32Array {
  const texts = Array.from({ length: column.length }, (_, row) => column.at(row) as string | null);
  const keys = texts.map((text) => text?.toLowerCase() || null);
  return rows.sort((a, b) => {
    const [x, y] = [keys[a], keys[b]];
    if (x === null || y === null) return Number(x === null) - Number(y === null) || a - b;
    return x === y ? a - b : x < y ? -sign : sign;
  });
}
