// The columns of a GeoParquet file beside the page, fetched by ranges: whole ones for filters, a few rows for a card or the table.

import { asyncBufferFromUrl, type ParquetScan, parquetScan } from "hyparquet";
import type { CellLoader, Cells, Places } from "./loader.ts";
import type { Column } from "./payload.ts";
import type { PlaceSpec } from "./spec.ts";

/** Rows that are fetched together with one that is looked at. */
const BLOCK = 2048;
/** Blocks of rows that are kept. */
const KEPT = 64;
/** Groups of rows that are fetched at the same time. */
const ABREAST = 4;

type Values = ArrayLike<unknown>;

/** A scan that forgets a fetch that failed, which hyparquet's own would go on to answer with. */
class Scan {
  private readonly options: Parameters<typeof parquetScan>[0];
  private scan: ParquetScan;

  private constructor(options: Parameters<typeof parquetScan>[0], scan: ParquetScan) {
    this.options = { ...options, metadata: scan.metadata };
    this.scan = scan;
  }

  static async open(options: Parameters<typeof parquetScan>[0]): Promise<Scan> {
    return new Scan(options, await parquetScan(options));
  }

  get ranges(): ParquetScan["ranges"] {
    return this.scan.ranges;
  }

  get metadata(): ParquetScan["metadata"] {
    return this.scan.metadata;
  }

  async readColumn(wanted: Parameters<ParquetScan["readColumn"]>[0]): Promise<Values> {
    try {
      return await this.scan.readColumn(wanted);
    } catch (error) {
      this.scan = await parquetScan(this.options);
      throw error;
    }
  }
}

export class ParquetCells implements Cells, CellLoader {
  readonly length: number;
  private readonly scan: Scan;
  /** The same file, its texts as their bytes. */
  private readonly raw: Scan;
  private readonly names: string[];
  /** Columns that are at hand as a whole. */
  private readonly whole = new Map<number, Column>();
  /** Blocks of rows that are at hand, the last used last: the cells of each column. */
  private readonly blocks = new Map<number, Values[]>();
  private range: { from: number; columns: Map<number, Values> } | null = null;

  private constructor(scan: Scan, raw: Scan, { rows, columns }: PlaceSpec) {
    this.scan = scan;
    this.raw = raw;
    this.length = rows;
    this.names = columns;
  }

  static async open(spec: PlaceSpec): Promise<ParquetCells> {
    const url = new URL(spec.url, document.baseURI).href;
    const file = await asyncBufferFromUrl({ url });
    const scan = await Scan.open({ file });
    const raw = await Scan.open({
      file,
      metadata: scan.metadata,
      parsers: { stringFromBytes: (bytes: Uint8Array) => bytes },
    });
    return new ParquetCells(scan, raw, spec);
  }

  /** Fetch where all points are. `told` is told how far it is, from 0 to 1. */
  async places(onProgress: (share: number) => void): Promise<Places> {
    const places = {
      xs: new Int32Array(this.length),
      ys: new Int32Array(this.length),
      styles: new Uint8Array(this.length),
    };
    let done = 0;
    await this.eachGroup(["_x", "_y", "_style"], (from, [xs, ys, styles]) => {
      places.xs.set(xs as ArrayLike<number>, from);
      places.ys.set(ys as ArrayLike<number>, from);
      places.styles.set(styles as ArrayLike<number>, from);
      onProgress((done += xs.length) / this.length);
    });
    return places;
  }

  getChild(name: string): Column {
    return new LazyColumn(this, Number(name.slice(1))) as unknown as Column;
  }

  wholeColumn(column: number): Column | undefined {
    return this.whole.get(column);
  }

  /** A cell, if it is at hand. */
  cell(column: number, row: number): unknown {
    const whole = this.whole.get(column);
    if (whole !== undefined) return whole.at(row);
    const block = Math.floor(row / BLOCK);
    return this.blocks.get(block)?.[column]?.[row - block * BLOCK];
  }

  /** The bytes of a text in the range that is gone through; null where it is missing. */
  bytes(column: number, row: number): Uint8Array | null {
    const value = this.range?.columns.get(column)?.[row - this.range.from];
    return value === null || value === undefined
      ? null
      : value instanceof Uint8Array
        ? value
        : new TextEncoder().encode(String(value));
  }

  has(row: number): boolean {
    return this.blocks.has(Math.floor(row / BLOCK));
  }

  async columns(columns: number[]): Promise<void> {
    await Promise.all(
      columns
        .filter((column) => !this.whole.has(column))
        .map(async (column) => {
          const builder = new ColumnBuilder(this.length);
          await this.eachGroup([this.names[column]], (from, [values]) => builder.set(from, values));
          this.whole.set(column, builder.done());
        }),
    );
  }

  async rows(rows: number[]): Promise<void> {
    const wanted = new Set(rows.map((row) => Math.floor(row / BLOCK)));
    await Promise.all(
      [...wanted].map(async (block) => {
        const known = this.blocks.get(block);
        if (known !== undefined) this.blocks.delete(block);
        const from = block * BLOCK;
        const to = Math.min(this.length, from + BLOCK);
        this.blocks.set(
          block,
          known ?? (await Promise.all(this.names.map((name) => this.read(name, from, to)))),
        );
      }),
    );
    for (const block of this.blocks.keys()) {
      if (this.blocks.size <= Math.max(KEPT, wanted.size)) break;
      this.blocks.delete(block);
    }
  }

  async *ranges(columns: number[]): AsyncGenerator<[from: number, to: number], void, void> {
    for (const { rowStart, rowEnd } of this.scan.ranges) {
      const values = await Promise.all(
        columns.map((column) =>
          this.raw.readColumn({ column: this.names[column], rowStart, rowEnd }),
        ),
      );
      this.range = {
        from: rowStart,
        columns: new Map(columns.map((column, i) => [column, values[i]])),
      };
      yield [rowStart, rowEnd];
    }
    this.range = null;
  }

  private async read(column: string, from: number, to: number): Promise<Values> {
    const parts = await Promise.all(
      this.scan.ranges
        .filter(({ rowStart, rowEnd }) => rowStart < to && rowEnd > from)
        .map(({ rowStart, rowEnd }) =>
          this.scan.readColumn({
            column,
            rowStart: Math.max(from, rowStart),
            rowEnd: Math.min(to, rowEnd),
          }),
        ),
    );
    return parts.length === 1
      ? parts[0]
      : parts.flatMap((part) => Array.from(part as ArrayLike<unknown>));
  }

  /** Read columns group by group, a few of them at a time. */
  private async eachGroup(
    columns: string[],
    took: (from: number, values: Values[]) => void,
  ): Promise<void> {
    const groups = [...this.scan.ranges];
    const work = async (): Promise<void> => {
      for (let group = groups.shift(); group !== undefined; group = groups.shift()) {
        const { rowStart, rowEnd } = group;
        took(
          rowStart,
          await Promise.all(
            columns.map((column) => this.scan.readColumn({ column, rowStart, rowEnd })),
          ),
        );
      }
    };
    await Promise.all(Array.from({ length: ABREAST }, work));
  }
}

/** A column of which only what was fetched can be read. */
class LazyColumn {
  private readonly cells: ParquetCells;
  private readonly column: number;

  constructor(cells: ParquetCells, column: number) {
    this.cells = cells;
    this.column = column;
  }

  get length(): number {
    return this.cells.length;
  }

  get data(): readonly unknown[] {
    const whole = this.cells.wholeColumn(this.column);
    if (whole === undefined)
      throw new Error("A column of this page was looked at before it was fetched.");
    return whole.data;
  }

  at(row: number): unknown {
    return this.cells.cell(this.column, row);
  }

  bytes(row: number): Uint8Array | null {
    return this.cells.bytes(this.column, row);
  }
}

/** A whole column: numbers as numbers, texts by their different ones. */
class ColumnBuilder {
  private readonly length: number;
  private numbers: Float64Array | null = null;
  private codes: Int32Array | null = null;
  private readonly places = new Map<unknown, number>();

  constructor(length: number) {
    this.length = length;
  }

  set(from: number, values: Values): void {
    if (this.codes === null && (this.numbers !== null || isNumeric(values))) {
      const numbers = (this.numbers ??= new Float64Array(this.length));
      for (let i = 0; i < values.length; i++)
        numbers[from + i] = values[i] === null || values[i] === undefined ? NaN : Number(values[i]);
      return;
    }
    const codes = (this.codes ??= new Int32Array(this.length));
    for (let i = 0; i < values.length; i++) codes[from + i] = this.codeOf(values[i]);
  }

  private codeOf(value: unknown): number {
    if (value === null || value === undefined) return -1;
    let code = this.places.get(value);
    if (code === undefined) this.places.set(value, (code = this.places.size));
    return code;
  }

  done(): Column {
    const { numbers, codes, length } = this;
    if (codes === null) {
      const values = numbers ?? new Float64Array(length).fill(NaN);
      return {
        length,
        data: [{ length, nullCount: 0, values }],
        at: (row: number) => values[row],
      } as unknown as Column;
    }
    const texts = [...this.places.keys()].map(String);
    const missing = texts.length;
    for (let row = 0; row < length; row++) if (codes[row] < 0) codes[row] = missing;
    const dictionary = { length: texts.length, toArray: () => texts, data: [] };
    const piece = { length, nullCount: 0, values: codes, dictionary };
    return {
      length,
      data: [piece],
      at: (row: number) => texts[codes[row]] ?? null,
    } as unknown as Column;
  }
}

function isNumeric(values: Values): boolean {
  for (let i = 0; i < values.length; i++)
    if (values[i] !== null && values[i] !== undefined) return typeof values[i] !== "string";
  return true;
}
