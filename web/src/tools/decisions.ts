// What a reviewer says of the pairs of a layer, in the order in which they are looked at, and the
// file of it, which minmap.link takes.

import type { Records } from "../data/records.ts";
import type { PairSpec } from "../data/spec.ts";
import { type CsvRow, rowsOfCsv } from "./csvrows.ts";
import { csvCell } from "./export.ts";

export type Answer = "same" | "different";

/** What is said of a pair: an answer, a note, both or neither. */
export interface Opinion {
  readonly answer: Answer | null;
  readonly note: string;
}

/** The name of the file, as the documentation has it. */
export const DECISIONS_FILE = "decisions.csv";

export class Decisions {
  readonly pair: PairSpec;
  private readonly records: Records;
  private readonly opinions: Opinion[];
  /** The rows of the pairs in the order in which they are looked at. */
  private readonly order: number[];
  private readonly made: { row: number; before: Opinion }[] = [];
  /** What the table says, or the last file if there is one. */
  private kept: Opinion[];
  /** Pairs changed since the last save. */
  private readonly unsaved = new Set<number>();
  private hasFile = false;

  constructor(records: Records, pair: PairSpec) {
    this.records = records;
    this.pair = pair;
    const rows = Array.from({ length: pair.count }, (_, row) => row);
    const orders = rows.map((row) => Number(records.value(row, pair.order)));
    this.order = rows.sort((a, b) => orders[a] - orders[b]);
    this.opinions = orders.map((_, row) => ({
      answer: answerIn(this.textOf(row, pair.decision)),
      note: this.textOf(row, pair.note),
    }));
    this.kept = [...this.opinions];
  }

  get count(): number {
    return this.opinions.length;
  }

  /** The number of pairs with an answer. */
  get decided(): number {
    return this.opinions.filter(({ answer }) => answer !== null).length;
  }

  /** The number of pairs with an answer or a note, which the file has. */
  get inFile(): number {
    return this.opinions.filter(isSaid).length;
  }

  /** The number of pairs with something to save. */
  get toSave(): number {
    return this.unsaved.size;
  }

  /** Whether a file was saved. */
  get wasSaved(): boolean {
    return this.hasFile;
  }

  /** The pair of the last answer that can be undone; null if there is none. */
  get last(): number | null {
    return this.made.at(-1)?.row ?? null;
  }

  of(row: number): Opinion {
    return this.opinions[row];
  }

  titleOf(row: number): string {
    return this.records.titleOf(row);
  }

  /** Set the answer to a pair; null for none. The same answer again can be undone too. */
  decide(row: number, answer: Answer | null): void {
    const before = this.opinions[row];
    this.made.push({ row, before });
    this.say(row, { ...before, answer });
  }

  annotate(row: number, note: string): void {
    if (note !== this.opinions[row].note) this.say(row, { ...this.opinions[row], note });
  }

  /** Take the last answer back, and return its pair. */
  undo(): number | null {
    const last = this.made.pop();
    if (last === undefined) return null;
    this.say(last.row, { ...this.opinions[last.row], answer: last.before.answer });
    return last.row;
  }

  /** Return the first pair without an answer after a row, else the first of all others. */
  next(row: number | null): number | null {
    const at = row === null ? -1 : this.order.indexOf(row);
    const others = [...this.order.slice(at + 1), ...this.order.slice(0, Math.max(at, 0))];
    return others.find((other) => this.opinions[other].answer === null) ?? null;
  }

  /** Return the pairs of different sites that other answers join to one; minmap.link refuses them. */
  contradictions(): number[] {
    const site = new Map<string, string>();
    const siteOf = (id: string): string => {
      const next = site.get(id);
      return next === undefined ? id : siteOf(next);
    };
    const withAnswer = (wanted: Answer): number[] =>
      this.order.filter((row) => this.opinions[row].answer === wanted);
    for (const row of withAnswer("same")) {
      const [one, other] = this.idsOf(row).map(siteOf);
      if (one !== other) site.set(one, other);
    }
    return withAnswer("different").filter((row) => {
      const [one, other] = this.idsOf(row).map(siteOf);
      return one === other;
    });
  }

  /** Return the file of all pairs with an answer or a note. */
  file(): string {
    const lines = this.opinions.flatMap((opinion, row) => {
      const cells = [...this.idsOf(row), opinion.answer ?? "", opinion.note];
      return isSaid(opinion) ? [cells.map(csvCell).join(",")] : [];
    });
    return `\ufeff${["left_id,right_id,decision,note", ...lines].join("\r\n")}\r\n`;
  }

  saved(): void {
    this.hasFile = true;
    this.kept = [...this.opinions];
    this.unsaved.clear();
  }

  /**
   * Take the answers and notes of a file, except for pairs with unsaved changes; return how many
   * lines are about these pairs.
   */
  read(text: string): number {
    const rows = new Map(this.opinions.map((_, row) => [this.idsOf(row).sort().join("\t"), row]));
    const found = rowsOfCsv(text).flatMap((line: CsvRow) => {
      const key = [line.left_id ?? "", line.right_id ?? ""].sort().join("\t");
      const row = rows.get(key);
      const answer = answerIn(line.decision?.trim().toLowerCase() ?? "");
      const note = line.note ?? "";
      const opinion = { answer, note };
      return row === undefined || !isSaid(opinion) ? [] : [{ row, opinion }];
    });
    const fresh = found.filter(({ row }) => !this.unsaved.has(row));
    for (const { row, opinion } of fresh) this.opinions[row] = this.kept[row] = opinion;
    return found.length;
  }

  private say(row: number, opinion: Opinion): void {
    this.opinions[row] = opinion;
    const { answer, note } = this.kept[row];
    if (opinion.answer === answer && opinion.note === note) this.unsaved.delete(row);
    else this.unsaved.add(row);
  }

  private idsOf(row: number): string[] {
    return this.pair.ids.map((column) => String(this.records.value(row, column)));
  }

  private textOf(row: number, column: number | undefined): string {
    return column === undefined ? "" : String(this.records.value(row, column) ?? "");
  }
}

const isSaid = ({ answer, note }: Opinion): boolean => answer !== null || note !== "";

const answerIn = (text: string): Answer | null =>
  text === "same" || text === "different" ? text : null;
