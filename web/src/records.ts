// The records of a layer: their titles and fields, read from the table when they are asked for.

import type { Column, Table } from "./payload.ts";
import type { ColumnSpec, LegendSpec, SourceSpec } from "./spec.ts";
import { formatValue, safeLink } from "./text.ts";

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
}

export class Records {
  readonly spec: RecordsSpec;
  private readonly columns: (Column | undefined)[];

  constructor(spec: RecordsSpec, table: Table) {
    this.spec = spec;
    this.columns = spec.columns.map((_, i) => table.getChild(`c${i}`) as Column | undefined);
  }

  private text(row: number, column: number): string | null {
    return formatValue(this.columns[column]?.at(row), this.spec.columns[column]);
  }

  titleOf(row: number): string {
    const { title, name } = this.spec;
    return (title === null ? null : this.text(row, title)) ?? `${name}, no name`;
  }

  /** Every field that is not empty. */
  fieldsOf(row: number): Field[] {
    const fields: Field[] = [];
    this.spec.columns.forEach((column, i) => {
      const text = this.text(row, i);
      if (text !== null) fields.push({ label: column.label, text, href: column.type === "link" ? safeLink(text) : null });
    });
    return fields;
  }
}
