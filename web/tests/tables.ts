// Tables as the page gets them, for tests: dictionary-coded, plain and numeric columns with gaps.

import {
  columnFromArray,
  type DataType,
  dictionary,
  float64,
  int32,
  int64,
  tableFromColumns,
  tableFromIPC,
  tableToIPC,
  utf8,
} from "@uwdata/flechette";
import { pointData } from "../src/data/loader.ts";
import type { Column, Table } from "../src/data/payload.ts";
import type { ColumnSpec, PointsSpec } from "../src/data/spec.ts";
import { PointSet } from "../src/layers/points/pointset.ts";
import { integer, type Points } from "./random.ts";

export type Value = string | number | bigint | null;

/** How a column travels. */
export const KINDS: Record<"text" | "coded" | "whole" | "long" | "number", () => DataType> = {
  text: utf8,
  coded: () => dictionary(utf8(), int32()),
  whole: int32,
  long: int64,
  number: float64,
};

export function tableOf(
  columns: Record<string, [kind: keyof typeof KINDS, values: Value[]]>,
): Table {
  const made = Object.entries(columns).map(
    ([name, [kind, values]]) => [name, columnFromArray(values, KINDS[kind]())] as const,
  );
  return tableFromIPC(tableToIPC(tableFromColumns(Object.fromEntries(made)), {})!, {
    useBigInt: true,
  });
}

export const columnOf = (kind: keyof typeof KINDS, values: Value[]): Column =>
  tableOf({ c0: [kind, values] }).getChild("c0") as Column;

/** One of the values; null every tenth time. */
export const pick = <T>(next: () => number, values: readonly T[]): T | null =>
  next() < 0.1 ? null : values[integer(next, values.length)];

/** A layer of points at made places, with columns named after their labels. */
export function pointSetOf(
  columns: Record<string, [kind: keyof typeof KINDS, values: Value[], more?: Partial<ColumnSpec>]>,
  { xs, ys, styles }: Points,
  spec: Partial<PointsSpec> = {},
): PointSet {
  const labels = Object.keys(columns);
  const table = tableOf({
    ...bytesOfSteps("_x", xs),
    ...bytesOfSteps("_y", ys),
    _style: ["whole", [...styles]],
    ...Object.fromEntries(
      labels.map((label, i) => [
        `c${i}`,
        [columns[label][0], columns[label][1]] as [keyof typeof KINDS, Value[]],
      ]),
    ),
  });
  return new PointSet(
    {
      kind: "points",
      name: "Points",
      shown: true,
      group: null,
      sources: [],
      note: null,
      bounds: null,
      unplaced: 0,
      facets: [],
      search: [],
      search_codes: [],
      payload: "",
      count: xs.length,
      title: 0,
      legend: { title: null, entries: [] },
      columns: labels.map((label) => ({
        name: label,
        label,
        type: "text",
        unit: null,
        ...columns[label][2],
      })),
      ...spec,
    },
    pointData(table),
  );
}

/** Numbers as the steps between them, a column for each of their four bytes. */
function bytesOfSteps(name: string, values: Int32Array): Record<string, ["whole", number[]]> {
  const steps = Array.from(values, (value, i) => value - (i === 0 ? 0 : values[i - 1])).map(
    (step) => (step << 1) ^ (step >> 31),
  );
  return Object.fromEntries(
    [0, 1, 2, 3].map((n) => [
      `${name}${n}`,
      ["whole", steps.map((step) => (step >>> (8 * n)) & 255)],
    ]),
  );
}
