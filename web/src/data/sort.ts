// Rows in the order of a column: numbers by value, texts as in a dictionary or letter by letter.

import { currentLanguage } from "../words/language.ts";
import { codesOf, isCoded, isNumeric, numbersOf } from "./columns.ts";
import type { Column } from "./payload.ts";

/**
 * More texts than these are ordered by their letters alone, which is far faster than a dictionary.
 */
const FEW = 20_000;

type LabelOf = (text: string) => string;

/** Sort rows by a column in place, backwards if the sign is negative, codes by their labels. Missing values always come last. */
export function sortRows(rows: Int32Array, column: Column, sign: 1 | -1, labelOf?: LabelOf) {
  if (isCoded(column)) return byNumber(rows, ranksOf(column, labelOf), sign);
  if (isNumeric(column)) return byNumber(rows, numbersOf(column), sign);
  return byText(rows, column, sign);
}

function byNumber(rows: Int32Array, values: ArrayLike<number>, sign: number): Int32Array {
  return rows.sort((a, b) => {
    const [x, y] = [values[a], values[b]];
    if (Number.isNaN(x) || Number.isNaN(y))
      return Number(Number.isNaN(x)) - Number(Number.isNaN(y)) || a - b;
    return sign * (x - y) || a - b;
  });
}

const dictionaryOrder = () => new Intl.Collator(currentLanguage(), { numeric: true }).compare;

const letterOrder = (x: string, y: string): number => (x === y ? 0 : x < y ? -1 : 1);

/** Return the rank of each row's label; NaN where there is none. */
function ranksOf(column: Column, labelOf: LabelOf = (text) => text): Float64Array {
  const { texts: given, codes } = codesOf(column);
  const texts = given.map((text) => (text === "" ? "" : labelOf(text)));
  const order = dictionaryOrder();
  const ranks = new Float64Array(texts.length + 1).fill(NaN);
  [...texts.keys()]
    .sort((a, b) => order(texts[a], texts[b]))
    .forEach((code, rank) => (ranks[code] = texts[code] === "" ? NaN : rank));
  return Float64Array.from(codes, (code) => ranks[code]);
}

function byText(rows: Int32Array, column: Column, sign: number): Int32Array {
  const isFew = rows.length <= FEW;
  const order = isFew ? dictionaryOrder() : letterOrder;
  const keys = Array.from({ length: column.length }, (_, row) => {
    const text = column.at(row) as string | null;
    return (isFew ? text : text?.toLowerCase()) || null;
  });
  return rows.sort((a, b) => {
    const [x, y] = [keys[a], keys[b]];
    if (x === null || y === null) return Number(x === null) - Number(y === null) || a - b;
    return sign * order(x, y) || a - b;
  });
}
