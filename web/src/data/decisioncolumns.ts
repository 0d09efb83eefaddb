// The columns of what a reviewer says of pairs, whose cells change while the page is open.

import { t } from "../words/language.ts";
import type { Codes } from "./columns.ts";
import type { Cells, PointData } from "./loader.ts";
import type { Column } from "./payload.ts";
import type { ColumnSpec, FacetSpec, PairSpec, PointsSpec } from "./spec.ts";

type Cell = string | null;

/** A column without a payload of its own. */
class LiveColumn {
  readonly data = [];
  readonly length: number;
  cell: (row: number) => Cell;

  constructor(length: number, given: Column | null | undefined) {
    this.length = length;
    this.cell = (row) => (given?.at(row) ?? null) as Cell;
  }

  at(row: number): Cell {
    return this.cell(row);
  }

  bytes(row: number): Uint8Array | null {
    const cell = this.cell(row);
    return cell === null ? null : new TextEncoder().encode(cell);
  }
}

/** A live column of few texts, by which records are filtered. */
class LiveCodes extends LiveColumn {
  readonly codes: Codes;

  constructor(length: number, given: Column | null | undefined, texts: string[]) {
    super(length, given);
    this.codes = { texts, codes: new Uint8Array(length).fill(texts.length) };
  }

  /** Read all cells again; return whether any has changed. */
  update(): boolean {
    const { texts, codes } = this.codes;
    let isChanged = false;
    for (let row = 0; row < this.length; row++) {
      const place = texts.indexOf(this.cell(row) ?? "");
      const code = place < 0 ? texts.length : place;
      if (codes[row] !== code) isChanged = true;
      codes[row] = code;
    }
    return isChanged;
  }
}

export interface DecisionColumns {
  decision: LiveCodes;
  note: LiveColumn;
}

export type Reviewed = { spec: PointsSpec; data: PointData; live?: DecisionColumns };

/** Return pairs with columns of their decisions and notes, which change; other tables as they are. */
export function reviewed(spec: PointsSpec, data: PointData): Reviewed {
  if (spec.pair === undefined) return { spec, data };
  const columns = [...spec.columns];
  const placeOf = (name: "decision" | "note"): number =>
    spec.pair?.[name] ?? columns.push(columnOf(name)) - 1;
  const pair = { ...spec.pair, decision: placeOf("decision"), note: placeOf("note") };
  const words = { same: t("sameSite"), different: t("differentSites") };
  columns[pair.decision] = { ...columns[pair.decision], words };
  const { cells } = data;
  const given = (column: number) =>
    column < spec.columns.length ? cells.getChild(`c${column}`) : null;
  const decision = new LiveCodes(pair.count, given(pair.decision), Object.keys(words));
  const live = { decision, note: new LiveColumn(pair.count, given(pair.note)) };
  return {
    spec: { ...spec, columns, pair, facets: facetsOf(spec, pair) },
    data: { ...data, cells: withColumns(cells, spec.columns.length, pair, live) },
    live,
  };
}

const columnOf = (name: "decision" | "note"): ColumnSpec => ({
  name,
  label: t(name),
  type: "text",
  unit: null,
});

function facetsOf({ facets }: PointsSpec, { decision, note }: PairSpec): FacetSpec[] {
  const others = facets.filter(({ column }) => column !== decision && column !== note);
  return [{ column: decision!, name: "decision", kind: "terms", first: true }, ...others];
}

/** Return cells with the live columns; those that are not in the file need not be loaded. */
function withColumns(cells: Cells, count: number, pair: PairSpec, live: DecisionColumns): Cells {
  const made = new Map<string, unknown>([
    [`c${pair.decision}`, live.decision],
    [`c${pair.note}`, live.note],
  ]);
  const inFile = (columns: number[]): number[] => columns.filter((column) => column < count);
  return {
    getChild: (name) => (made.get(name) as Column | undefined) ?? cells.getChild(name),
    columns: (columns) => cells.columns(inFile(columns)),
    rows: (rows) => cells.rows(rows),
    few: (columns, rows) => cells.few(inFile(columns), rows),
    ...(cells.search && { search: (...given) => cells.search!(...given) }),
    has: (row) => cells.has(row),
    ranges: (columns) => cells.ranges(inFile(columns)),
  };
}
