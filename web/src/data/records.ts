// The records of a layer: titles, fields and single cells, read from the table when needed.

import { formatValue, safeLink } from "../words/format.ts";
import { countryName, currentLanguage, t, term } from "../words/language.ts";
import { codesIn } from "./codedwords.ts";
import type { Cells } from "./loader.ts";
import type { Column } from "./payload.ts";
import type {
  ColumnSpec,
  FormatSpec,
  LayerFields,
  LegendSpec,
  RowSpec,
  RecordsSpec as TableFields,
} from "./spec.ts";
import { formatCell } from "./valueformats.ts";

/** The name of a column, its heading for the reader, and a cell in words. */
export type Field = { name: string; heading: string; text: string; href: string | null };

/** The columns and the legend of records, with the name and the sources of their layer. */
export type RecordsSpec = Omit<TableFields, "count"> & Pick<LayerFields, "name" | "sources">;

type Value = string | number | bigint;

/** The labels of the codes in a column. */
interface CodeLabels {
  /** Return the label of one code. */
  codeLabel(code: string): string;
  /** Return a cell, which may have several codes, in words. */
  textOf(cell: string): string;
}

export class Records {
  readonly spec: RecordsSpec;
  /** The labels of the codes in each column; null where it has texts. */
  readonly codeLabels: (CodeLabels | null)[];
  /** The cells of records must be loaded before they are read. */
  readonly cells: Cells;
  private readonly columns: (Column | undefined)[];
  /** The columns as they are read: numbers that a legend explains are quantities. */
  private readonly read: ColumnSpec[];
  private readonly keys = new Map<string, number>();

  constructor(spec: RecordsSpec, cells: Cells) {
    this.spec = spec;
    this.cells = cells;
    // A user's own column with codes of a vocabulary is like that of minmap.
    spec.columns.forEach(({ key, name, words }, i) => {
      if (key !== undefined || words !== undefined) this.keys.set(key ?? name, i);
    });
    this.codeLabels = spec.columns.map(codeLabelsOf);
    const explained = [spec.by, ...(spec.marks?.columns ?? [])];
    this.read = spec.columns.map((column, i) =>
      explained.includes(i) ? { ...column, unit: column.unit ?? "" } : column,
    );
    this.columns = spec.columns.map((_, i) => cells.getChild(`c${i}`) ?? undefined);
  }

  private cell(row: number, column: number): Value | null {
    const value = this.columns[column]?.at(row) as Value | null | undefined;
    return value === undefined || Number.isNaN(value) ? null : value;
  }

  /** Return a cell as people read it; null where it is empty. */
  text(row: number, column: number, format?: FormatSpec): string | null {
    const value = this.cell(row, column);
    const text = format
      ? formatCell(value, this.read[column], format)
      : formatValue(value, this.read[column]);
    const shown = text === null ? null : (this.codeLabels[column]?.textOf(text) ?? text) || null;
    return shown && format ? `${format.before}${shown}${format.after}` : shown;
  }

  /** The names of the columns in the table from which the map was made. */
  get names(): string[] {
    return this.spec.columns.map(({ name }) => name);
  }

  /** Return a cell as it is, after its prefix; null where it is empty. */
  value(row: number, column: number): Value | null {
    const value = this.cell(row, column);
    const { prefix } = this.spec.columns[column];
    return value === null || prefix === undefined ? value : `${prefix}${value}`;
  }

  titleOf(row: number): string {
    const { title, name } = this.spec;
    return (title === null ? null : this.text(row, title)) ?? t("noName", { name });
  }

  /** Whether the records have access columns. */
  get hasRoutes(): boolean {
    return this.keys.has("gate");
  }

  /** Return the column of minmap with a name; undefined if the table has none. */
  columnOf(key: string): number | undefined {
    return this.keys.get(key);
  }

  /** Return the value of a column of minmap; null where it is missing. Numbers stay numbers. */
  keyed(row: number, key: string): string | number | null {
    const column = this.keys.get(key);
    if (column === undefined) return null;
    const value = this.cell(row, column);
    const isNumber = typeof value === "number" && this.spec.columns[column].prefix === undefined;
    return isNumber ? value : this.text(row, column);
  }

  /** Return the cell of the column with a name, in words. */
  named(row: number, name: string): string | null {
    const column = this.spec.columns.findIndex((one) => one.name === name);
    return column < 0 ? null : this.text(row, column);
  }

  /** Return whether a column is the heading, which needs no name beside it. */
  private isHeading(column: number): boolean {
    const { title, columns } = this.spec;
    const isPlain = ["name", "title", "label"].includes(columns[column].name.toLowerCase());
    return column === title && isPlain;
  }

  /** Return the title and the further lines of a tooltip with chosen rows. */
  hoverOf(row: number, rows: RowSpec[]): { title: string | null; lines: string[] } {
    const isName = ({ column, heading, format }: RowSpec): boolean =>
      column === this.spec.title && !heading && !format;
    const isNamed = rows.some(isName);
    const others = rows.filter((row) => !isName(row));
    const fields = this.filled(row, others);
    const lines = fields.map(({ heading, text }) => t("ofColumn", { name: heading, value: text }));
    return { title: isNamed || lines.length === 0 ? this.titleOf(row) : null, lines };
  }

  /** Return the rows that are not empty, without the heading of the record. */
  filled(row: number, rows: RowSpec[]): Field[] {
    return rows.flatMap(({ column, heading, format }) => {
      const { name, label } = this.spec.columns[column];
      const isShown = heading !== undefined || format !== undefined || !this.isHeading(column);
      const text = isShown ? this.text(row, column, format) : null;
      const href = text === null ? null : linkIn(this.text(row, column));
      return text === null ? [] : [{ name, heading: heading ?? label, text, href }];
    });
  }
}

/** Return the address that a text is, if it is one and nothing else. */
const linkIn = (text: string | null): string | null =>
  text === null || /\s/.test(text.trim()) ? null : safeLink(text);

/** Columns of minmap whose texts are terms, and what legends call those that have other words. */
const TERM_COLUMNS = new Set([
  "mode",
  "status",
  "kind",
  "site_type",
  "country_basis",
  "admin1_basis",
  "location_uncertainty_basis",
]);
const LEGEND_WORDS: Record<string, string> = { rail: "railway", sea: "ferry or ship" };

/** Return a table whose legends have the names of codes. */
export function withNames<S extends RecordsSpec>(spec: S): S {
  const named = <L extends LegendSpec>(legend: L): L => {
    const labels = legend.column === undefined ? null : codeLabelsOf(spec.columns[legend.column]);
    if (labels === null) return legend;
    const entries = legend.entries.map((entry) =>
      entry.others === undefined && entry.text === undefined
        ? { ...entry, text: labels.codeLabel(entry.label) }
        : entry,
    );
    return { ...legend, entries };
  };
  const legends = spec.marks?.legends?.map((one) => ("channel" in one ? one : named(one)));
  const marks = legends && { ...spec.marks, legends };
  return { ...spec, legend: named(spec.legend), ...(marks ? { marks } : {}) };
}

const wordOfMode = (code: string): string =>
  Object.hasOwn(LEGEND_WORDS, code) ? LEGEND_WORDS[code] : code;

function codeLabelsOf(spec: ColumnSpec): CodeLabels | null {
  const { name, type, words, regions = {}, codes = false } = spec;
  const isTerm = type === "text" && TERM_COLUMNS.has(name);
  if (words === undefined) {
    const word = (code: string): string => term(name === "mode" ? wordOfMode(code) : code);
    return isTerm ? { codeLabel: word, textOf: word } : null;
  }
  const known = new Map(Object.entries(words).map(([code, word]) => [code, term(word)]));
  for (const [code, alpha2] of currentLanguage() === "en" ? [] : Object.entries(regions)) {
    const name = countryName(alpha2);
    if (name !== undefined) known.set(code, name);
  }
  const codeLabel = (code: string): string => known.get(code) ?? term(code);
  const textOf = (cell: string): string => codesIn(cell).map(codeLabel).join(", ");
  return { codeLabel, textOf: codes ? textOf : codeLabel };
}
