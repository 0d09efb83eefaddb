// Full-text search in the names of a million records: the folded text of each.

import { wholeRange } from "./loader.ts";
import type { Column } from "./payload.ts";

/** Separates the texts of a record. A folded text does not contain it. */
const BETWEEN = "\x1f";
/** Records that are folded between two looks at the clock. */
const STEP = 500;
/** Milliseconds of work at a time once somebody waits for the index. */
const WAITED_MS = 40;
/** Texts that differ from their folded ones in nothing but the case of letters. */
const PLAIN = /^[!-~]+(?: [!-~]+)*$/;

/** Return a text without case and accents, in whatever script. */
export const folded = (text: string): string =>
  PLAIN.test(text)
    ? text.toLowerCase()
    : text
        .normalize("NFKD")
        .replace(/\p{M}+/gu, "")
        .toLowerCase()
        .replace(/[\s\x1f]+/g, " ")
        .trim();

const wordsOf = (query: string): string[] => folded(query).split(" ").filter(Boolean);

/** The result of a search: how many records, the best of them, and how many that filters hide. */
export type Found = { count: number; best: number[]; hidden: number };

/** Ranges of records; the texts of a range can be read until the next one is requested. */
type Ranges = AsyncIterable<[from: number, to: number]>;

export class SearchIndex {
  /** The share of the records that is indexed, from 0 to 1. */
  share = 0;
  private readonly texts: string[] = [];
  private readonly length: number;
  private readonly columns: Column[];
  private readonly prefixes: (string | undefined)[];
  private readonly ranges: () => Ranges;
  private built: Promise<void> | null = null;
  private isAwaited = false;

  /** The first column has the names: a record whose name begins with the query comes first. */
  constructor(columns: Column[], prefixes: (string | undefined)[] = [], ranges?: () => Ranges) {
    this.columns = columns;
    this.prefixes = prefixes;
    this.length = columns[0]?.length ?? 0;
    this.ranges = ranges ?? (() => wholeRange(this.length));
  }

  /** Begin to build the index before anybody searches. */
  prepare(): void {
    this.built ??= this.build().catch((error: unknown) => {
      // The next search tries to fetch the texts again.
      this.built = null;
      this.share = 0;
      throw error;
    });
  }

  /** Wait until the index is built. */
  ready(): Promise<void> {
    this.isAwaited = true;
    this.prepare();
    return this.built!;
  }

  private async build(): Promise<void> {
    let until = 0;
    for await (const [from, to] of this.ranges()) {
      for (let row = from; row < to; row++) {
        this.texts[row] = this.textOf(row);
        if (row % STEP !== STEP - 1 || performance.now() <= until) continue;
        this.share = row / this.length;
        until = await this.pause();
      }
    }
    this.share = 1;
  }

  /** Return the folded texts of a record, the name first. */
  private textOf(row: number): string {
    const texts = this.columns.map((column, i) => {
      const value = column.at(row) ?? null;
      return value === null ? "" : folded(`${this.prefixes[i] ?? ""}${value}`);
    });
    return texts.join(BETWEEN);
  }

  /** Wait until the page is idle; return the time until which to work. */
  private pause(): Promise<number> {
    return new Promise((resolve) => {
      const work = (milliseconds: number): void => resolve(performance.now() + milliseconds);
      if (this.isAwaited || typeof requestIdleCallback === "undefined") {
        setTimeout(() => work(WAITED_MS));
      } else requestIdleCallback((deadline) => work(deadline.timeRemaining()), { timeout: 500 });
    });
  }

  /** Visit every record that contains all words of a query, in the order of the rows. */
  forEach(query: string, visit: (row: number, text: string) => void): void {
    const words = wordsOf(query);
    if (words.length === 0) return;
    const { texts } = this;
    for (let row = 0; row < texts.length; row++) {
      if (words.every((word) => texts[row].includes(word))) visit(row, texts[row]);
    }
  }

  /**
   * Count the records that contain all words of a query, and return the best `most` of them: names
   * that begin with the query, then words that begin with its first word, then others.
   */
  find(query: string, most: number, fits: (row: number) => boolean = () => true): Found {
    const name = folded(query);
    const [word] = wordsOf(query);
    const begins = [` ${word}`, BETWEEN + word];
    const beginsWord = (text: string): boolean =>
      text.startsWith(word) || begins.some((begin) => text.includes(begin));
    const [names, inWords, others]: number[][] = [[], [], []];
    let count = 0;
    let hidden = 0;
    this.forEach(query, (row, text) => {
      if (!fits(row)) {
        hidden++;
        return;
      }
      count++;
      // Enough records of a better rank make the others needless.
      if (names.length === most) return;
      if (text.startsWith(name)) names.push(row);
      else if (inWords.length === most) return;
      else if (beginsWord(text)) inWords.push(row);
      else if (others.length < most) others.push(row);
    });
    return { count, best: [...names, ...inWords, ...others].slice(0, most), hidden };
  }
}
