// The buffers of a column, for work on all rows at once: codes of repeated texts, and numbers.

import { entry } from "./collections.ts";
import type { Column } from "./payload.ts";

/** The data of a column, which lies in one piece in the payloads of minmap. */
interface Piece {
  length: number;
  nullCount: number;
  values: ArrayLike<number> & ArrayBufferView;
  validity?: Uint8Array;
  offsets?: Int32Array;
  dictionary?: Column;
}

function pieceOf(column: Column): Piece | null {
  if (column.data.length > 1)
    throw new Error("A column of this page is split into several pieces.");
  return (column.data[0] as unknown as Piece | undefined) ?? null;
}

const isMissing = ({ nullCount, validity }: Piece, row: number): boolean =>
  nullCount > 0 && validity !== undefined && (validity[row >> 3] & (1 << (row & 7))) === 0;

/** The different texts of a column and the code of each row, `texts.length` for a missing text. */
export type Codes = { texts: string[]; codes: Uint8Array | Uint16Array | Int32Array };

export const isCoded = (column: Column): boolean => pieceOf(column)?.dictionary !== undefined;

/** Return whether a column has numbers, which may be those of texts with a common prefix. */
export function isNumeric(column: Column): boolean {
  const piece = pieceOf(column);
  return piece !== null && piece.dictionary === undefined && piece.offsets === undefined;
}

export function codesOf(column: Column): Codes {
  // A column that changes on the page has codes of its own.
  if ("codes" in column) return (column as { codes: Codes }).codes;
  const piece = pieceOf(column);
  if (piece === null) return { texts: [], codes: new Uint8Array(0) };
  if (piece.dictionary === undefined) throw new Error("A column of this page has no dictionary.");
  const texts = Array.from(piece.dictionary.toArray() as ArrayLike<unknown>, String);
  const missing = texts.length;
  const Kind = missing < 2 ** 8 ? Uint8Array : missing < 2 ** 16 ? Uint16Array : Int32Array;
  const codes = new Kind(piece.length);
  for (let row = 0; row < codes.length; row++)
    codes[row] = isMissing(piece, row) ? missing : piece.values[row];
  return { texts, codes };
}

/** Join two columns of texts into one. */
export function joined(first: Codes, second: Codes): Codes {
  const texts: string[] = [];
  const places = new Map<number, number>();
  const codes = Int32Array.from(first.codes, (code, row) => {
    const other = second.codes[row];
    const pair = code * (second.texts.length + 1) + other;
    return entry(places, pair, () => {
      return texts.push([first.texts[code], second.texts[other]].filter(Boolean).join(" ")) - 1;
    });
  });
  return { texts, codes };
}

/** Return the numbers of a column, NaN where one is missing; without a copy where none is. */
export function numbersOf(column: Column): ArrayLike<number> {
  const piece = pieceOf(column);
  if (piece === null) return [];
  if (piece.nullCount === 0) return piece.values;
  return Float64Array.from({ length: piece.length }, (_, row) =>
    isMissing(piece, row) ? NaN : piece.values[row],
  );
}

type Bytes = (row: number) => Uint8Array | null;

/** Return the UTF-8 bytes of each row, with a prefix before numbers; null where one is missing. */
export function bytesOf(column: Column, prefix = ""): Bytes {
  // A column of a file beside the page has bytes of its own.
  if ("bytes" in column) return (column as { bytes: Bytes }).bytes;
  const piece = pieceOf(column);
  if (piece === null) return () => null;
  const { dictionary, offsets, values } = piece;
  const bytesAt = (row: number): Uint8Array | null => {
    if (known !== null) return known[values[row]];
    if (offsets === undefined) return encoder.encode(`${prefix}${values[row]}`);
    return (values as unknown as Uint8Array).subarray(offsets[row], offsets[row + 1]);
  };
  const encoder = new TextEncoder();
  const each = dictionary && bytesOf(dictionary);
  const known = each ? Array.from({ length: dictionary.length }, (_, code) => each(code)) : null;
  return (row) => (isMissing(piece, row) ? null : bytesAt(row));
}
