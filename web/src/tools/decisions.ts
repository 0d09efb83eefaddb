// What a reviewer says of the pairs of a layer, in the order in which they are looked at.

import type { Records } from "../data/records.ts";
import type { PairSpec } from "../data/spec.ts";
import { contradicting, joining, type Pair } from "./contradictions.ts";
import { contentsOf, fileOf } from "./decisionfile.ts";
import {
  type Answer,
  agreed,
  answerIn,
  isEqual,
  isSaid,
  type KeptOpinion,
  keeps,
  keyOf,
  NOTHING,
  type Opinion,
  type PairOpinion,
} from "./opinions.ts";
import { isNamed } from "./recordnames.ts";

/** What became of the lines of a file: numbers of lines, and the names of pairs. */
export interface Reading {
  read: number;
  /** Those of them that are on pairs of other pages. */
  elsewhere: number;
  /** Pairs on which the table has another answer or note. */
  replaced: string[];
  /** Pairs that keep the other answer or note of this page. */
  ignored: string[];
  /** Records that the page knows by another name, so that their lines are not taken. */
  renamed: string[];
  /** Lines that are no decisions. */
  refused: string[];
}

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
  /** What a file said of pairs that are not on the page; a saved file has it again. */
  private readonly elsewhere = new Map<string, KeptOpinion>();
  private readonly rows: Map<string, number>;

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
    this.rows = new Map(this.given.map((_, row) => [keyOf(this.idsOf(row)), row]));
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

  /** The number of pairs with each answer. */
  get answered(): Record<Answer, number> {
    return { same: this.withAnswer("same").length, different: this.withAnswer("different").length };
  }

  /** The number of pairs with an answer or a note, which the file has. */
  get inFile(): number {
    return this.opinions.filter(isSaid).length + this.elsewhere.size;
  }

  /** The number of pairs with something to save. */
  get toSave(): number {
    const others = [...this.elsewhere.values()];
    return this.unsaved.size + others.filter(({ isSaved }) => !isSaved).length;
  }

  /** Whether a file was saved, or opened, that has all that is said. */
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
    return contradicting(this.withAnswer("same"), this.withAnswer("different"));
  }

  /** Return the fewest pairs of one site that join both records of a pair; none if none do. */
  joining(row: number): number[] {
    return joining(this.idsOf(row), this.withAnswer("same"));
  }

  private withAnswer(wanted: Answer): Pair[] {
    const rows = this.order.filter((row) => this.opinions[row].answer === wanted);
    return rows.map((row) => ({ row, ids: this.idsOf(row) }));
  }

  /** Return the file of all pairs with an answer or a note, also those that are not on the page. */
  file(): string {
    return fileOf(this.said);
  }

  private get said(): PairOpinion[] {
    const here = this.opinions.map((opinion, row) => ({ ...opinion, ...this.endsOf(row) }));
    return [...here.filter(isSaid), ...this.elsewhere.values()];
  }

  saved(): void {
    this.settle();
    this.changed();
  }

  /** Take the answers and notes of this page as those of the last file. */
  private settle(): void {
    this.hasFile = true;
    this.kept = [...this.opinions];
    this.unsaved.clear();
    for (const [key, one] of this.elsewhere) this.elsewhere.set(key, { ...one, isSaved: true });
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
    const here = this.opinions.flatMap((opinion, row) => {
      const isSaved = !this.unsaved.has(row);
      if (isSaved && isEqual(opinion, this.given[row])) return [];
      return [{ ...opinion, ...this.endsOf(row), isSaved }];
    });
    return [...here, ...this.elsewhere.values()];
  }

  /**
   * Take what changed in the storage of the browser, where another page of the same review keeps
   * its answers too; what changed here stays. Return whether anything was taken.
   */
  follow(before: KeptOpinion[], now: KeptOpinion[]): boolean {
    const [old, current, own] = [before, now, this.changes].map(byKey);
    const isChanged = (one?: KeptOpinion, other?: KeptOpinion): boolean =>
      one === undefined || other === undefined
        ? one !== other
        : !isEqual(one, other) || one.isSaved !== other.isSaved;
    const changed = [...new Set([...old.keys(), ...current.keys()])].filter((key) =>
      isChanged(old.get(key), current.get(key)),
    );
    const taken = changed.filter((key) => !isChanged(old.get(key), own.get(key)));
    for (const key of taken) this.put(key, current.get(key));
    if (current.size === 0 && taken.length > 0) this.hasFile = false;
    return taken.length > 0;
  }

  /** Set what another page says of a pair; nothing is what the table says. */
  private put(key: string, said: KeptOpinion | undefined): void {
    const row = this.rows.get(key);
    if (said?.isSaved) this.hasFile = true;
    if (row === undefined) {
      if (said !== undefined && isSaid(said)) this.elsewhere.set(key, said);
      else this.elsewhere.delete(key);
      return;
    }
    const { answer, note } = said ?? this.given[row];
    this.opinions[row] = { answer, note };
    if (said === undefined || said.isSaved) {
      this.kept[row] = this.opinions[row];
      this.unsaved.delete(row);
    } else this.unsaved.add(row);
  }

  /** Forget all but what the table says. */
  startAnew(): void {
    this.opinions = [...this.given];
    this.kept = [...this.given];
    this.made.length = 0;
    this.unsaved.clear();
    this.elsewhere.clear();
    this.hasFile = false;
    this.changed();
  }

  /** Take the answers and notes of a file, except where something else is said here. */
  read(text: string): Reading {
    const { opinions, refused } = contentsOf(text);
    const lists = { replaced: [], ignored: [], renamed: [], refused };
    const reading: Reading = { read: 0, elsewhere: 0, ...lists };
    for (const one of opinions) this.readOne(one, reading);
    const inFile = new Map(opinions.map((one) => [keyOf(one.ids), one]));
    const isWhole = this.said.every((one) => {
      const other = inFile.get(keyOf(one.ids));
      return other !== undefined && isEqual(one, other);
    });
    if (reading.read > 0 && isWhole) this.settle();
    if (reading.read > 0) this.changed();
    return reading;
  }

  private readOne(line: PairOpinion, reading: Reading): void {
    const key = keyOf(line.ids);
    const row = this.rows.get(key);
    const renamed = row === undefined ? [] : this.renamedIn(line, row);
    if (renamed.length > 0) {
      reading.renamed.push(...renamed);
      return;
    }
    const here = row === undefined ? (this.elsewhere.get(key) ?? NOTHING) : this.opinions[row];
    const given = row === undefined ? NOTHING : this.given[row];
    const { answer, note } = line;
    const both = agreed(here, given, { answer, note });
    const name = row === undefined ? line.ids.join(" – ") : this.titleOf(row);
    if (both === null) {
      reading.ignored.push(name);
      return;
    }
    reading.read++;
    if (row === undefined) reading.elsewhere++;
    if (isEqual(both, here)) return;
    if (!keeps(both, given)) reading.replaced.push(name);
    if (row === undefined) this.elsewhere.set(key, { ...line, ...both, isSaved: false });
    else this.set(row, both);
  }

  private say(row: number, opinion: Opinion): void {
    this.set(row, opinion);
    this.changed();
  }

  private set(row: number, opinion: Opinion): void {
    this.opinions[row] = opinion;
    if (isEqual(opinion, this.kept[row])) this.unsaved.delete(row);
    else this.unsaved.add(row);
  }

  /** Return the records of a pair to which a line gives other names, with both names. */
  private renamedIn({ ids, names }: PairOpinion, row: number): string[] {
    const here = this.idsOf(row);
    return ids.flatMap((id, i) => {
      const columns = this.pair.names[here.indexOf(id)];
      const [name, others] = columns.map((column) => this.textOf(row, column));
      if (isNamed(names[i], name, others)) return [];
      return [`${id} (${names[i]} ≠ ${name})`];
    });
  }

  private idsOf(row: number): string[] {
    return this.pair.ids.map((column) => String(this.records.value(row, column)));
  }

  private endsOf(row: number): { ids: string[]; names: string[] } {
    const names = this.pair.names.map(([name]) => this.textOf(row, name));
    return { ids: this.idsOf(row), names };
  }

  private textOf(row: number, column: number | null | undefined): string {
    return column == null ? "" : String(this.records.value(row, column) ?? "");
  }
}

const byKey = (opinions: KeptOpinion[]): Map<string, KeptOpinion> =>
  new Map(opinions.map((one) => [keyOf(one.ids), one]));
