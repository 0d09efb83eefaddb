// Rows in the order of a column: numbers by value, repeated texts by their rank, other texts letter by letter.

import { currentLanguage } from "../words/language.ts";
import { bytesOf, codesOf, isCoded, isNumeric, numbersOf } from "./columns.ts";
import type { Column } from "./payload.ts";

/** Up to so many texts are ordered as a dictionary orders them; more by their letters alone, which is far quicker. */
const FEW = 20_000;

/** Order rows by a column, codes by what they are told as, in place; missing and empty values come last, whichever the direction. */
export function sortRows(
  rows: Int32Array,
  column: Column,
  descending: boolean,
  labelOf: (text: string) => string = (text) => text,
): Int32Array {
  const sign = descending ? -1 : 1;
  if (isCoded(column)) return byRank(rows, column, sign, labelOf);
  if (isNumeric(column)) return byNumber(rows, numbersOf(column), sign);
  return rows.length <= FEW ? byDictionary(rows, column, sign) : byBytes(rows, column, sign);
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

function byBytes(rows: Int32Array, column: Column, sign: number): Int32Array {
  const bytes = bytesOf(column);
  const first = new Float64Array(column.length);
  for (const row of rows) first[row] = beginning(bytes(row));
  return rows.sort((a, b) => {
    const x = first[a],
      y = first[b];
    if (x < 0 || y < 0) return Number(x < 0) - Number(y < 0) || a - b;
    return x !== y ? sign * (x - y) : sign * compareBytes(bytes(a)!, bytes(b)!) || a - b;
  });
}

/** The first six letters as one number; negative where there is no text. */
function beginning(bytes: Uint8Array | null): number {
  if (bytes === null || bytes.length === 0) return -1;
  let value = 0;
  for (let i = 0; i < 6; i++) value = value * 256 + (i < bytes.length ? lower(bytes[i]) : 0);
  return value;
}

const lower = (byte: number): number => (byte >= 0x41 && byte <= 0x5a ? byte + 32 : byte);

/** Letter by letter without case; texts that differ in nothing else keep their places. */
function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const difference = lower(a[i]) - lower(b[i]);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
