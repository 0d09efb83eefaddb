// The records of a layer: their titles and fields, read from the table when they are asked for.

import { formatValue, safeLink } from "../words/format.ts";
import { t } from "../words/language.ts";
import { type CodeLabels, codeLabelsOf } from "./codelabels.ts";
import type { CellLoader, Cells } from "./loader.ts";
import type { Column } from "./payload.ts";
import type { ColumnSpec, LegendSpec, SourceSpec } from "./spec.ts";

export interface Field {
  label: string;
  text: string;
  href: string | null;
}

export interface RecordsSpec {
  name: string;
  title: number | null;
  columns: ColumnSpec[];
  legend: LegendSpec;
  sources?: SourceSpec[];
  link?: string;
  by?: number;
}

export class Records {
  readonly spec: RecordsSpec;
  private readonly loader: CellLoader | undefined;
  private readonly columns: (Column | undefined)[];
  /** How each column is told in words; null where it stands for itself. */
  readonly codeLabels: (CodeLabels | null)[];
  private readonly keys = new Map<string, number>();

  /** `supply` fetches the cells; absent where they are all in the page. */
  constructor(spec: RecordsSpec, table: Cells, loader?: CellLoader) {
    this.spec = spec;
    this.loader = loader;
    spec.columns.forEach(({ key }, i) => key !== undefined && this.keys.set(key, i));
    this.codeLabels = spec.columns.map(codeLabelsOf);
    this.columns = spec.columns.map((_, i) => table.getChild(`c${i}`) as Column | undefined);
  }

  /** Have records at hand before they are read. */
  async ready(rows: number[]): Promise<void> {
    await this.loader?.rows(rows);
  }

  /** Whether a record is at hand. */
  has(row: number): boolean {
    return this.loader?.has(row) ?? true;
  }

  /** A cell as people read it; null where it is empty. */
  text(row: number, column: number): string | null {
    const text = formatValue(this.columns[column]?.at(row), this.spec.columns[column]);
    return text === null ? null : (this.codeLabels[column]?.textOf(text) ?? text) || null;
  }

  /** The names of the columns, as the table has them that the map was made of. */
  get names(): string[] {
    return this.spec.columns.map(({ name, label }) => name ?? label);
  }

  /** A cell as it is, its prefix before it; null where it is empty. */
  value(row: number, column: number): string | number | bigint | null {
    const value = this.columns[column]?.at(row) as string | number | bigint | null | undefined;
    if (value === null || value === undefined || Number.isNaN(value)) return null;
    const { prefix } = this.spec.columns[column];
    return prefix === undefined ? value : `${prefix}${value}`;
  }

  titleOf(row: number): string {
    const { title, name } = this.spec;
    return (title === null ? null : this.text(row, title)) ?? t("noName", { name });
  }

  /** Whether access was asked for these records. */
  get hasRoutes(): boolean {
    return this.keys.size > 0;
  }

  /** The value of one of access' columns; null where it is missing. Numbers stay numbers. */
  keyed(row: number, key: string): string | number | null {
    const column = this.keys.get(key);
    if (column === undefined) return null;
    const value = this.columns[column]?.at(row);
    if (value === null || value === undefined || Number.isNaN(value)) return null;
    return typeof value === "number" && this.spec.columns[column].prefix === undefined
      ? value
      : this.text(row, column);
  }

  /** Whether a column is the heading, whose own name would say nothing beside it. */
  private isHeading(column: number): boolean {
    return (
      column === this.spec.title &&
      ["name", "title", "label"].includes(this.spec.columns[column].label)
    );
  }

  /** Every field that is not empty, but the heading and those of access. */
  fieldsOf(row: number): Field[] {
    const fields: Field[] = [];
    this.spec.columns.forEach((column, i) => {
      const text = column.key === undefined && !this.isHeading(i) ? this.text(row, i) : null;
      if (text !== null)
        fields.push({
          label: column.label,
          text,
          href: column.type === "link" ? safeLink(text) : null,
        });
    });
    return fields;
  }
}
