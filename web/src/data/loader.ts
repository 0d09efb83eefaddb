// The cells of a table: all of them in the page, or fetched from a file beside it when needed.

import { t } from "../words/language.ts";
import { type Column, readTable, required, type Store, steps, type Table } from "./payload.ts";
import type { PayloadId, PlaceSpec } from "./spec.ts";

/** The columns of a layer, under c0, c1... */
export interface Cells {
  getChild(name: string): Column | null | undefined;
}

export interface CellLoader {
  /** Load whole columns. */
  columns(columns: number[]): Promise<void>;
  /** Load all cells of some records. */
  rows(rows: number[]): Promise<void>;
  /** Return whether all cells of a record are loaded. */
  has(row: number): boolean;
  /** Load some columns range by range; a range can be read until the next one is requested. */
  ranges(columns: number[]): AsyncIterable<[from: number, to: number]>;
}

/** The places and classes of all points. */
export interface Places {
  xs: Int32Array;
  ys: Int32Array;
  styles: Uint8Array;
}

export interface PointData {
  places: Places;
  cells: Cells;
  loader: CellLoader;
}

type Progress = (share: number) => void;

/** Reads points from a file beside the page and reports the share that is read, from 0 to 1. */
export type PointReader = (spec: PlaceSpec, onProgress: Progress) => Promise<PointData>;

/** A page in a folder adds the reader of its files. */
export const readers: { parquet?: PointReader } = {};

/** Read points from the page, or from a file beside it. */
export async function readPoints(
  store: Store,
  payload: PayloadId | PlaceSpec,
  onProgress: Progress,
): Promise<PointData> {
  if (typeof payload === "string") return pointData(await readTable(store, payload));
  if (location.protocol === "file:") throw new Error(t("needsServer"));
  if (readers.parquet === undefined) throw new Error("This page has no reader for its files.");
  return readers.parquet(payload, onProgress);
}

/** Return the points of a table in the page. */
export function pointData(table: Table): PointData {
  const styles = new Uint8Array(required(table, "_style"));
  const places = { xs: steps(table, "_x"), ys: steps(table, "_y"), styles };
  return { places, cells: table, loader: loadedCells(table.numRows) };
}

/** Return a loader for cells that are all in the page. */
export const loadedCells = (length: number) => ({
  columns: () => Promise.resolve(),
  rows: () => Promise.resolve(),
  has: () => true,
  async *ranges(): AsyncIterable<[from: number, to: number]> {
    yield [0, length];
  },
});
