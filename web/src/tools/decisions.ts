// What a reviewer says of the pairs of a layer, in the order in which they are looked at, and the
// file of it, which minmap.link takes.

import { entry } from "../data/collections.ts";
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

/** An opinion that differs from the table or the file, and whether the last file has it. */
export interface KeptOpinion extends Opinion {
  readonly ids: string[];
  readonly isSaved: boolean;
}

/** The name of the file, as the documentation has it. */
export const DECISIONS_FILE = "decisions.csv";

export class Decisions {
  readonly pair: PairSpec;
  /** Gets each change of what is said or saved. */
  changed: () => void = () => {};
  /** Return whether the filters show a pair; the review goes through these. */
  isOffered: (row: number) => boolean = () => true;
  readonly records: Records;
  /** What the table says. */
  private readonly given: Opinion[];
  private opinions: Opinion[];
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
    this.given = orders.map((_, row) => ({
      answer: answerIn(this.textOf(row, pair.decision)),
      note: this.textOf(row, pair.note),
    }));
    this.opinions = [...this.given];
    this.kept = [...this.given];
  }

  get count(): number {
    return this.opinions.length;
  }

  /** The number of pairs that the filters show. */
  get offered(): number {
    return this.order.filter((row) => this.isOffered(row)).length;
  }

  /** The number of pairs with an answer among those that the filters show. */
  get decided(): number {
    return this.order.filter((row) => this.isOffered(row) && this.hasAnswer(row)).length;
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

  /** Return the first shown pair without an answer after a row, else the first of all others. */
  next(row: number | null): number | null {
    const at = row === null ? -1 : this.order.indexOf(row);
    const others = [...this.order.slice(at + 1), ...this.order.slice(0, Math.max(at, 0))];
    return others.find((other) => this.isOffered(other) && !this.hasAnswer(other)) ?? null;
  }

  private hasAnswer(row: number): boolean {
    return this.opinions[row].answer !== null;
  }

  /** Return the pairs of different sites that other answers join to one; minmap.link refuses them. */
  contradictions(): number[] {
    const site = new Map<string, string>();
    const siteOf = (id: string): string => {
      let found = id;
      for (let next = site.get(id); next !== undefined; next = site.get(next)) found = next;
      // Without the steps between, the way from the next record is short.
      for (let at = id; at !== found; ) {
        const next = site.get(at)!;
        site.set(at, found);
        at = next;
      }
      return found;
    };
    for (const row of this.withAnswer("same")) {
      const [one, other] = this.idsOf(row).map(siteOf);
      if (one !== other) site.set(one, other);
    }
    return this.withAnswer("different").filter((row) => {
      const [one, other] = this.idsOf(row).map(siteOf);
      return one === other;
    });
  }

  /** Return the fewest pairs of one site that join both records of a pair; none if none do. */
  joining(row: number): number[] {
    const [start, end] = this.idsOf(row);
    const pairsOf = new Map<string, { pair: number; to: string }[]>();
    for (const pair of this.withAnswer("same")) {
      const [one, other] = this.idsOf(pair);
      entry(pairsOf, one, () => []).push({ pair, to: other });
      entry(pairsOf, other, () => []).push({ pair, to: one });
    }
    const before = new Map<string, { pair: number; from: string } | null>([[start, null]]);
    for (const from of before.keys()) {
      if (from === end) break;
      for (const { pair, to } of pairsOf.get(from) ?? []) {
        if (!before.has(to)) before.set(to, { pair, from });
      }
    }
    const way: number[] = [];
    for (let step = before.get(end); step; step = before.get(step.from)) way.unshift(step.pair);
    return way;
  }

  private withAnswer(wanted: Answer): number[] {
    return this.order.filter((row) => this.opinions[row].answer === wanted);
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
    this.changed();
  }

  /** What distinguishes these pairs, with what the table says of them, from those of other pages. */
  get contents(): string {
    const cells = ({ ids, places, decision, note }: PairSpec): (number | undefined)[] => [
      ...ids,
      ...places.flat(),
      decision,
      note,
    ];
    const rows = this.given.map((_, row) => [
      this.titleOf(row),
      ...cells(this.pair).map((column) => this.textOf(row, column)),
    ]);
    return JSON.stringify(rows);
  }

  /** Whether anything differs from what the table says. */
  get isBegun(): boolean {
    return this.changes.length > 0;
  }

  /** What differs from the table, or from the last file. */
  get changes(): KeptOpinion[] {
    return this.opinions.flatMap((opinion, row) => {
      const isSaved = !this.unsaved.has(row);
      if (isSaved && isEqual(opinion, this.given[row])) return [];
      return [{ ...opinion, ids: this.idsOf(row), isSaved }];
    });
  }

  /** Take back what a browser kept of these pairs. */
  restore(kept: KeptOpinion[]): void {
    const rows = this.rowsByIds();
    for (const { ids, answer, note, isSaved } of kept) {
      const row = rows.get(keyOf(ids));
      if (row === undefined) continue;
      this.opinions[row] = { answer, note };
      this.hasFile ||= isSaved;
      if (isSaved) this.kept[row] = this.opinions[row];
      else this.unsaved.add(row);
    }
  }

  /** Forget all but what the table says. */
  startAnew(): void {
    this.opinions = [...this.given];
    this.kept = [...this.given];
    this.made.length = 0;
    this.unsaved.clear();
    this.hasFile = false;
    this.changed();
  }

  /**
   * Take the answers and notes of a file, except for pairs with unsaved changes; return how many
   * lines are about these pairs.
   */
  read(text: string): number {
    const rows = this.rowsByIds();
    const found = rowsOfCsv(text).flatMap((line: CsvRow) => {
      const row = rows.get(keyOf([line.left_id ?? "", line.right_id ?? ""]));
      const answer = answerIn(line.decision?.trim().toLowerCase() ?? "");
      const note = line.note ?? "";
      const opinion = { answer, note };
      return row === undefined || !isSaid(opinion) ? [] : [{ row, opinion }];
    });
    const fresh = found.filter(({ row }) => !this.unsaved.has(row));
    for (const { row, opinion } of fresh) this.opinions[row] = this.kept[row] = opinion;
    if (fresh.length > 0) this.changed();
    return found.length;
  }

  private rowsByIds(): Map<string, number> {
    return new Map(this.opinions.map((_, row) => [keyOf(this.idsOf(row)), row]));
  }

  private say(row: number, opinion: Opinion): void {
    this.opinions[row] = opinion;
    if (isEqual(opinion, this.kept[row])) this.unsaved.delete(row);
    else this.unsaved.add(row);
    this.changed();
  }

  private idsOf(row: number): string[] {
    return this.pair.ids.map((column) => String(this.records.value(row, column)));
  }

  private textOf(row: number, column: number | undefined): string {
    return column === undefined ? "" : String(this.records.value(row, column) ?? "");
  }
}

/** Return what two ids have in common with those of the same pair in the other order. */
const keyOf = (ids: string[]): string => [...ids].sort().join("\t");

const isEqual = (one: Opinion, other: Opinion): boolean =>
  one.answer === other.answer && one.note === other.note;

const isSaid = ({ answer, note }: Opinion): boolean => answer !== null || note !== "";

export const answerIn = (text: string): Answer | null =>
  text === "same" || text === "different" ? text : null;
