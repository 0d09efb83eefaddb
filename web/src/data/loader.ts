// The cells of a table: all of them in the page, or fetched from a file beside it when needed.

import type { TileCoords } from "../geo/mercator.ts";
import { t } from "../words/language.ts";
import type { CodeWords } from "./codedwords.ts";
import type { Found } from "./found.ts";
import { type Column, readTable, required, type Store, steps, type Table } from "./payload.ts";
import type { CodedMark, PayloadId, PlaceSpec, PointsSpec } from "./spec.ts";

/** The columns of a layer, under c0, c1..., whose cells must be loaded before they are read. */
export interface Cells {
  getChild(name: string): Column | null | undefined;
  /** Load whole columns. */
  columns(columns: number[]): Promise<void>;
  /** Load all cells of some records. */
  rows(rows: number[]): Promise<void>;
  /** Load the cells of some records in some columns. */
  few(columns: number[], rows: number[]): Promise<void>;
  /** Return the search in an index beside the page, where there is one. */
  search?(spec: PointsSpec, codes: ColumnWords[], records: RecordValues): TextSearch;
  /** Return whether all cells of a record are loaded. */
  has(row: number): boolean;
  /** Load some columns range by range; a range can be read until the next one is requested. */
  ranges(columns: number[]): AsyncIterable<[from: number, to: number]>;
}

/** The place of each record's entry in the legend. */
export type Styles = Uint8Array | Uint16Array;

/** The codes of sizes, shapes and so on of all records. */
export type Codes = Partial<Record<CodedMark, ArrayLike<number>>>;

/** The places and classes of all points. */
export type Places = { xs: Int32Array; ys: Int32Array; styles: Styles; codes: Codes };

export type PointData = { places: Places; cells: Cells };

/** The codes of a column with their words. */
export type ColumnWords = { column: number; words: CodeWords };

export interface RecordValues {
  value(row: number, column: number): unknown;
}

/** A search as that of `SearchIndex`, which may have to fetch something. */
export interface TextSearch {
  find(query: string, most: number, passes: (row: number) => boolean): Promise<Found>;
}

/** Return what a damaged index says to the reader, and other errors as they are. */
export const explained = (error: unknown): unknown =>
  error instanceof Error && error.name === "BrokenIndex" ? new Error(t("indexBroken")) : error;

type Progress = (share: number) => void;

/** Reads points from a file beside the page and reports the share that is read, from 0 to 1. */
export type PointReader = (
  spec: PlaceSpec,
  coded: CodedMark[],
  onProgress: Progress,
) => Promise<PointData>;

/** Returns a function that reads the tiles of a file beside the page; null where there is none. */
export type ArchiveReader = (url: string) => (coords: TileCoords) => Promise<ArrayBuffer | null>;

/** A page with files beside it adds their readers. */
export const readers: { parquet?: PointReader; archive?: ArchiveReader } = {};

/** Read points from the page, or from a file beside it. */
export async function readPoints(
  store: Store,
  payload: PayloadId | PlaceSpec,
  coded: CodedMark[],
  progress: Progress,
): Promise<PointData> {
  if (typeof payload === "string") return pointData(await readTable(store, payload), coded);
  if (location.protocol === "file:") throw new Error(t("needsServer"));
  if (readers.parquet === undefined) throw new Error("This page has no reader for its files.");
  return readers.parquet(payload, coded, progress);
}

/** Return the points of a table in the page. */
export function pointData(table: Table, coded: CodedMark[] = []): PointData {
  const [styles, codes] = [stylesOf(table), codesOf(table, coded)];
  const places = { xs: steps(table, "_x"), ys: steps(table, "_y"), styles, codes };
  return { places, cells: cellsOf(table) };
}

export function stylesOf(table: Table): Styles {
  const styles = required(table, "_style");
  return styles instanceof Uint16Array ? styles : new Uint8Array(styles);
}

/** Return the codes of sizes, shapes and so on in a table. */
export const codesOf = (table: Table, coded: CodedMark[] = []): Codes =>
  Object.fromEntries(coded.map((name) => [name, required(table, `_${name}`)]));

/** Return the cells of a table in the page, all of them loaded. */
export const cellsOf = (table: Table): Cells => ({
  getChild: (name) => table.getChild(name) as Column | undefined,
  columns: () => Promise.resolve(),
  rows: () => Promise.resolve(),
  few: () => Promise.resolve(),
  has: () => true,
  ranges: () => wholeRange(table.numRows),
});

/** Yield all rows as one range. */
export async function* wholeRange(length: number): AsyncGenerator<[from: number, to: number]> {
  yield [0, length];
}
