// The columns of a GeoParquet file beside the page, fetched by ranges of bytes: whole columns for
// filters, a few rows for a card or the table.

import type { AsyncBuffer, ColumnData, FileMetaData } from "hyparquet";
import { asyncBufferFromUrl, parquetMetadataAsync, parquetRead } from "hyparquet";
import { entry } from "./collections.ts";
import { exactText } from "./exacttexts.ts";
import type { Cells, ColumnWords, Places, RecordValues, TextSearch } from "./loader.ts";
import type { Column } from "./payload.ts";
import type { CodedMark, PlaceSpec, PointsSpec } from "./spec.ts";
import { WordIndex } from "./wordindex.ts";
import { WordSearch } from "./wordsearch.ts";

/** Rows that are fetched together with one that is looked at, and blocks of them that are kept. */
const BLOCK = 2048;
const KEPT = 64;
/** Records whose cells are kept one by one. */
const MOST_SINGLE = 1000;
/** Groups of rows that are fetched at the same time. */
const PARALLEL = 4;

/** Reads texts with all their letters. */
const TEXTS = { stringFromBytes: (bytes?: Uint8Array) => bytes && exactText(bytes) };
/** Leaves texts as bytes, for the search. */
const BYTES = { stringFromBytes: (bytes: Uint8Array): Uint8Array => bytes };

type Values = ArrayLike<unknown>;

export class ParquetCells implements Cells {
  readonly length: number;
  private readonly file: AsyncBuffer;
  private readonly metadata: FileMetaData;
  private readonly names: string[];
  private readonly isWide: boolean;
  /** The columns that are fetched as a whole. */
  private readonly whole = new Map<number, Column>();
  /** The blocks of rows that are fetched, the last used last: the cells of each column. */
  private readonly blocks = new Map<number, Values[]>();
  /** The columns of the range that `ranges` has reached. */
  private range: { from: number; columns: Map<number, Values> } | null = null;

  private readonly words: WordIndex;
  /** Single cells that are fetched, by row: those of each column. */
  private readonly cells = new Map<number, Map<number, unknown>>();

  private constructor(
    file: AsyncBuffer,
    words: AsyncBuffer,
    metadata: FileMetaData,
    spec: PlaceSpec,
  ) {
    this.file = file;
    this.words = new WordIndex(words, spec.index, spec.rows);
    this.metadata = metadata;
    this.length = spec.rows;
    this.names = spec.columns;
    this.isWide = spec.wide === true;
  }

  static async open(spec: PlaceSpec): Promise<ParquetCells> {
    const { index } = spec;
    const addressOf = (url: string): string => new URL(url, document.baseURI).href;
    const [file, words] = await Promise.all([
      asyncBufferFromUrl({ url: addressOf(spec.url) }),
      asyncBufferFromUrl({ url: addressOf(index.url), byteLength: index.size }),
    ]);
    return new ParquetCells(file, words, await parquetMetadataAsync(file), spec);
  }

  /** Fetch the places of all points. `onProgress` gets the share that is fetched, from 0 to 1. */
  async places(coded: CodedMark[], onProgress: (share: number) => void): Promise<Places> {
    const { length } = this;
    const styles = this.isWide ? new Uint16Array(length) : new Uint8Array(length);
    const made = coded.map((name) => {
      const Codes = name === "precedence" ? Int32Array : Uint16Array;
      return [name, new Codes(length)] as const;
    });
    const codes = Object.fromEntries(made);
    const places = { xs: new Int32Array(length), ys: new Int32Array(length), styles, codes };
    const names = coded.map((name) => `_${name}`);
    let done = 0;
    await this.eachGroup(["_x", "_y", "_style", ...names], (from, columns) => {
      const [xs, ys, styles, ...more] = columns as ArrayLike<number>[];
      made.forEach(([, own], i) => void own.set(more[i], from));
      places.xs.set(xs, from);
      places.ys.set(ys, from);
      places.styles.set(styles, from);
      onProgress((done += xs.length) / length);
    });
    return places;
  }

  /** Return a column; only cells that were fetched can be read from it. */
  getChild(name: string): Column {
    const column = Number(name.slice(1));
    const { whole, length } = this;
    return {
      length,
      get data() {
        const { data } = whole.get(column) ?? {};
        if (data === undefined) throw new Error("A column was read before it was fetched.");
        return data;
      },
      at: (row: number) => this.cell(column, row),
      bytes: (row: number) => this.bytes(column, row),
    } as unknown as Column;
  }

  private cell(column: number, row: number): unknown {
    const whole = this.whole.get(column);
    if (whole !== undefined) return whole.at(row);
    const block = Math.floor(row / BLOCK);
    const known = this.blocks.get(block)?.[column];
    return known === undefined ? this.cells.get(row)?.get(column) : known[row - block * BLOCK];
  }

  search(spec: PointsSpec, codes: ColumnWords[], records: RecordValues): TextSearch {
    return new WordSearch(this.words, this, spec, codes, records);
  }

  async few(columns: number[], rows: number[]): Promise<void> {
    if (this.cells.size > MOST_SINGLE) this.cells.clear();
    const load = async (row: number): Promise<void> => {
      const own = entry(this.cells, row, () => new Map<number, unknown>());
      const missing = columns.filter((column) => !own.has(column) && !this.has(row));
      if (missing.length === 0) return;
      const names = missing.map((column) => this.names[column]);
      const values = await this.read(names, row, row + 1);
      missing.forEach((column, i) => void own.set(column, values[i][0]));
    };
    await Promise.all(rows.map(load));
  }

  /** Return the bytes of a cell in the range that `ranges` has reached. */
  private bytes(column: number, row: number): Uint8Array | null {
    const value = this.range?.columns.get(column)?.[row - this.range.from] ?? null;
    if (value === null || value instanceof Uint8Array) return value;
    return new TextEncoder().encode(String(value));
  }

  has(row: number): boolean {
    return this.blocks.has(Math.floor(row / BLOCK));
  }

  async columns(columns: number[]): Promise<void> {
    const missing = columns.filter((column) => !this.whole.has(column));
    const load = async (column: number): Promise<void> => {
      const cells: unknown[] = new Array(this.length);
      await this.eachGroup([this.names[column]], (from, [values]) => {
        for (let i = 0; i < values.length; i++) cells[from + i] = values[i];
      });
      this.whole.set(column, columnOf(cells));
    };
    await Promise.all(missing.map(load));
  }

  async rows(rows: number[]): Promise<void> {
    const wanted = new Set(rows.map((row) => Math.floor(row / BLOCK)));
    const load = async (block: number): Promise<void> => {
      const known = this.blocks.get(block);
      this.blocks.delete(block);
      const from = block * BLOCK;
      const to = Math.min(this.length, from + BLOCK);
      this.blocks.set(block, known ?? (await this.read(this.names, from, to)));
    };
    await Promise.all([...wanted].map(load));
    for (const block of this.blocks.keys()) {
      if (this.blocks.size <= Math.max(KEPT, wanted.size)) break;
      this.blocks.delete(block);
    }
  }

  async *ranges(columns: number[]): AsyncGenerator<[from: number, to: number], void, void> {
    const names = columns.map((column) => this.names[column]);
    for (const [from, to] of this.groups()) {
      const cells = await this.read(names, from, to, BYTES);
      this.range = { from, columns: new Map(columns.map((column, i) => [column, cells[i]])) };
      yield [from, to];
    }
    this.range = null;
  }

  /** Return the first row of each group of the file, and the one after its last. */
  private groups(): [from: number, to: number][] {
    let at = 0;
    return this.metadata.row_groups.map((group) => [at, (at += Number(group.num_rows))]);
  }

  /** Read the cells of columns from one row to another. */
  private async read(
    columns: string[],
    rowStart: number,
    rowEnd: number,
    parsers: typeof BYTES | typeof TEXTS = TEXTS,
  ): Promise<Values[]> {
    const { file, metadata } = this;
    const cells = columns.map(() => new Array<unknown>(rowEnd - rowStart));
    // A piece may begin before the rows, and end after them.
    const onChunk = (piece: ColumnData): void => {
      const own = cells[columns.indexOf(piece.columnName)];
      const end = Math.min(rowEnd, piece.rowEnd);
      for (let row = Math.max(rowStart, piece.rowStart); row < end; row++) {
        own[row - rowStart] = piece.columnData[row - piece.rowStart];
      }
    };
    const options = { file, metadata, columns, rowStart, rowEnd, onChunk, parsers };
    await parquetRead({ ...options, useOffsetIndex: true });
    return cells;
  }

  /** Read columns group by group, a few groups at a time. */
  private async eachGroup(columns: string[], take: (from: number, values: Values[]) => void) {
    const groups = this.groups();
    const work = async (): Promise<void> => {
      for (let group = groups.shift(); group !== undefined; group = groups.shift()) {
        take(group[0], await this.read(columns, ...group));
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, work));
  }
}

/** Return a whole column: numbers as they are, texts as codes of a dictionary. */
function columnOf(cells: unknown[]): Column {
  const { length } = cells;
  const column = (values: object, dictionary: object | undefined, at: (row: number) => unknown) =>
    ({ length, data: [{ length, nullCount: 0, values, dictionary }], at }) as unknown as Column;
  if (typeof cells.find((cell) => cell !== null && cell !== undefined) !== "string") {
    const numbers = Float64Array.from(cells, (cell) => Number(cell ?? NaN));
    return column(numbers, undefined, (row) => numbers[row]);
  }
  const places = new Map<unknown, number>();
  for (const cell of cells) if (typeof cell === "string") entry(places, cell, () => places.size);
  const texts = [...places.keys()];
  const codes = Int32Array.from(cells, (cell) => places.get(cell) ?? texts.length);
  const dictionary = { length: texts.length, toArray: () => texts, data: [] };
  return column(codes, dictionary, (row) => texts[codes[row]] ?? null);
}
