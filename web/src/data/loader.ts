// Where the cells of a table come from: they are all at hand, or are fetched when somebody looks at them.

import { t } from "../words/language.ts";
import { type Column, readTable, required, type Store, steps, type Table } from "./payload.ts";
import type { PayloadId, PlaceSpec } from "./spec.ts";

/** What holds the columns of a layer, under c0, c1... */
export interface Cells {
  getChild(name: string): Column | null | undefined;
}

export interface CellLoader {
  /** Have whole columns at hand. */
  columns(columns: number[]): Promise<void>;
  /** Have all cells of some records at hand. */
  rows(rows: number[]): Promise<void>;
  /** Whether all cells of a record are at hand. */
  has(row: number): boolean;
  /** Go through all records of some columns: those of a range are at hand until the next range is asked for. */
  ranges(columns: number[]): AsyncIterable<[from: number, to: number]>;
}

/** The places and legend entries of all points. */
export interface Places {
  xs: Int32Array;
  ys: Int32Array;
  styles: Uint8Array;
}

/** Points with what they hold. */
export interface PointData {
  places: Places;
  cells: Cells;
  loader: CellLoader;
}

/** Reads points from a file beside the page; `told` is told how far it is, from 0 to 1. */
export type PointReader = (
  spec: PlaceSpec,
  onProgress: (share: number) => void,
) => Promise<PointData>;

/** A page in a folder brings the reader of its files. */
export const readers: { parquet?: PointReader } = {};

/** Read points out of the page, or out of a file beside it. */
export async function readPoints(
  store: Store,
  payload: PayloadId | PlaceSpec,
  onProgress: (share: number) => void,
): Promise<PointData> {
  if (typeof payload !== "string") {
    if (location.protocol === "file:") throw new Error(t("needsServer"));
    if (readers.parquet === undefined)
      throw new Error("This page has no reader for the files beside it.");
    return readers.parquet(payload, onProgress);
  }
  return pointData(await readTable(store, payload));
}

/** The points of a table that is in the page. */
export function pointData(table: Table): PointData {
  const places = {
    xs: steps(table, "_x"),
    ys: steps(table, "_y"),
    styles: new Uint8Array(required(table, "_style")),
  };
  return { places, cells: table, loader: loadedCells(table.numRows) };
}

/** All cells are in the page. */
export const loadedCells = (
  length: number,
): CellLoader & { ranges(columns?: number[]): AsyncIterable<[from: number, to: number]> } => ({
  columns: () => Promise.resolve(),
  rows: () => Promise.resolve(),
  has: () => true,
  async *ranges() {
    yield [0, length];
  },
});
