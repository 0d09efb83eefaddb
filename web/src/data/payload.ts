// Payloads as typed arrays: base64 or bytes, gzip, Arrow IPC. Nothing is parsed as text.

import { type Column as ArrowColumn, type Table, tableFromIPC } from "@uwdata/flechette";
import { t } from "../words/language.ts";
import { withExactTexts } from "./exacttexts.ts";
import { inflate, requireDecompression } from "./gzip.ts";

export type { Table };
export type Column = ArrowColumn<unknown>;

/** Return the message for data that cannot be decoded. */
export const damaged = (cause: unknown): Error => new Error(t("pageDamaged"), { cause });

/** Return the JSON of a spec's script element. */
export function readSpec<T>(id: string): T {
  const element = scriptOf(id);
  try {
    return JSON.parse(element.textContent ?? "") as T;
  } catch (error) {
    throw damaged(error);
  }
}

function scriptOf(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null)
    throw new Error(`The page has no element "${id}": it was cut or changed after it was saved.`);
  return element;
}

/** The place of payloads: the script elements of a page, or the messages of a notebook. */
export interface Store {
  /** Return the bytes of a payload, still compressed. */
  take(id: string): Uint8Array<ArrayBuffer>;
  /** Resolved when the payloads of a hidden layer may be read. */
  turn?: Promise<void>;
}

/** The script elements of this page. Each is emptied when it is read, to free its memory. */
export const pageStore: Store = {
  take(id) {
    const element = scriptOf(id);
    try {
      return decodeBase64(element.textContent ?? "");
    } catch (error) {
      throw damaged(error);
    } finally {
      element.textContent = "";
    }
  },
};

/** Return the bytes of a payload, inflated where they are gzipped. */
export async function readBytes(store: Store, id: string): Promise<Uint8Array> {
  await store.turn;
  const packed = store.take(id);
  if (!isGzip(packed)) return packed;
  requireDecompression();
  return inflate(packed).catch((error: unknown) => {
    throw damaged(error);
  });
}

export async function readTable(store: Store, id: string): Promise<Table> {
  // 64-bit integers stay whole: an identifier above 2^53 must not be rounded.
  const bytes = await readBytes(store, id);
  try {
    return withExactTexts(tableFromIPC(bytes, { useBigInt: true }));
  } catch (error) {
    throw damaged(error);
  }
}

export function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const native = Uint8Array as { fromBase64?: (text: string) => Uint8Array<ArrayBuffer> };
  if (native.fromBase64 !== undefined) return native.fromBase64(text);
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

function columnOf(table: Table, name: string): Column {
  const column = table.getChild(name) as Column | undefined;
  if (column === undefined) throw new Error(`A payload of this page lacks its column "${name}".`);
  return column;
}

/** Return a column of numbers without gaps. */
export function required(table: Table, name: string): ArrayLike<number> {
  return table.numRows === 0
    ? new Int32Array(0)
    : (columnOf(table, name).toArray() as ArrayLike<number>);
}

/** Return running sums: the first value is absolute, each further one a step. */
export function undelta(steps: ArrayLike<number>): Int32Array {
  const values = new Int32Array(steps.length);
  let sum = 0;
  for (let i = 0; i < steps.length; i++) values[i] = sum += steps[i];
  return values;
}

/** Return places of points: signed steps, one column for each of their four bytes. */
export function steps(table: Table, name: string): Int32Array {
  return sumSteps([0, 1, 2, 3].map((n) => required(table, `${name}${n}`)));
}

function sumSteps([b0, b1, b2, b3]: ArrayLike<number>[]): Int32Array {
  const values = new Int32Array(b0.length);
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const small = (b0[i] | (b1[i] << 8) | (b2[i] << 16) | (b3[i] << 24)) >>> 0;
    sum += (small >>> 1) ^ -(small & 1);
    values[i] = sum;
  }
  return values;
}

/** A list column as one flat array and the offsets of its rows in it. */
type Lists = { offsets: Int32Array; values: Int32Array };

/** Vertices, in world units, and the offsets of each row's. */
export type Vertices = { offsets: Int32Array; xs: Int32Array; ys: Int32Array };

type Batch = { values: Int32Array | Uint8Array; children: Batch[] };

type ListBatch = Batch & { offsets: ArrayLike<number> };

export function lists(table: Table, name: string): Lists {
  const { offsets, items } = listed(table, name);
  return { offsets, values: items((item) => item.values as Int32Array, new Int32Array(0)) };
}

/** Return a list column of vertices: steps of x and of y from the vertex before, in four bytes. */
export function vertices(table: Table, name: string): Vertices {
  const { offsets, items } = listed(table, name);
  const none = new Uint8Array(0);
  const byte = (at: number) => items((item) => item.children[at].values, none);
  const axis = (first: number) => sumSteps([0, 1, 2, 3].map((n) => byte(first + n)));
  return { offsets, xs: axis(0), ys: axis(4) };
}

/** Return the offsets of a list column's rows, and a function that returns the values of items. */
function listed(table: Table, name: string) {
  const batch = columnOf(table, name).data.at(0) as unknown as ListBatch | undefined;
  const offsets = Int32Array.from(batch?.offsets ?? [0]).subarray(0, table.numRows + 1);
  const count = offsets[table.numRows];
  const items = <T extends Int32Array | Uint8Array>(of: (item: Batch) => T, none: T): T =>
    batch === undefined ? none : (of(batch.children[0]).subarray(0, count) as T);
  return { offsets, items };
}
