// Texts that begin with the mark U+FEFF. A TextDecoder leaves the mark out unless it is told to keep it, so
// that an id with it would become that of another record.

import { type Column, type Table, Type } from "@uwdata/flechette";

const MARK = [0xef, 0xbb, 0xbf];

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Return a text with all its letters. */
export const exactText = (bytes: Uint8Array): string => decoder.decode(bytes);

type Texts = Column<unknown>;

/** What is used of a batch of flechette: texts, or their places in a dictionary. */
interface Batch {
  length: number;
  type: { typeId: number };
  values: Uint8Array;
  offsets: ArrayLike<number | bigint>;
  value(index: number): unknown;
  dictionary?: Texts;
  cache?: unknown;
}

/** Return a table whose texts have all their letters. */
export function withExactTexts(table: Table): Table {
  for (const column of table.children) keepMarks(column as Texts);
  return table;
}

/** Let a column return marks; return whether it has any. */
function keepMarks(column: Texts): boolean {
  const changed = (column.data as unknown as Batch[]).map((batch) => {
    const { dictionary } = batch;
    if (dictionary !== undefined) {
      const hasMarks = keepMarks(dictionary);
      if (hasMarks) batch.cache = dictionary.toArray();
      return hasMarks;
    }
    const hasMarks = isText(batch) && hasMark(batch);
    if (hasMarks) batch.value = (index) => exactText(bytesAt(batch, index));
    return hasMarks;
  });
  return changed.includes(true);
}

const isText = ({ type }: Batch): boolean =>
  type.typeId === Type.Utf8 || type.typeId === Type.LargeUtf8;

function hasMark({ length, values, offsets }: Batch): boolean {
  for (let row = 0; row < Math.min(length, offsets.length - 1); row++) {
    const start = Number(offsets[row]);
    const isMarked = MARK.every((byte, i) => values[start + i] === byte);
    if (isMarked && Number(offsets[row + 1]) > start) return true;
  }
  return false;
}

const bytesAt = ({ values, offsets }: Batch, row: number): Uint8Array =>
  values.subarray(Number(offsets[row]), Number(offsets[row + 1]));
