// Full-text search in the names of many records: folded texts, a block of records in one string.

import { loadedCells } from "./loader.ts";
import type { Column } from "./payload.ts";

/** Separates the texts of a record, and ends a record. A folded text contains neither. */
const BETWEEN = "\x1f";
const END = "\n";
/** Records that are folded between two looks at the clock, and records in one string. */
const STEP = 500;
const BLOCK = 20_000;
/** Milliseconds of work at a time once somebody waits for the index. */
const WAITED_MS = 40;

/** Return a text without case and accents, in whatever script. */
export const folded = (text: string): string =>
  text
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase()
    .replace(/[\s\x1f]+/g, " ")
    .trim();

/** Texts in ASCII without needless blanks, which most names are, only change their case. */
const PLAIN = /^[!-~]+(?: [!-~]+)*$/;
const foldedCell = (cell: unknown, prefix = ""): string => {
  if (cell === null || cell === undefined) return "";
  const text = `${prefix}${cell}`;
  return PLAIN.test(text) ? text.toLowerCase() : folded(text);
};

/** The result of a search: how many records, the best of them, and how many that filters hide. */
export interface Found {
  count: number;
  best: number[];
  hidden: number;
}

/** Ranges of records; the texts of a range can be read until the next one is requested. */
type Ranges = AsyncIterable<[from: number, to: number]>;

interface Block {
  first: number;
  text: string;
  /** Where each record begins in the text, and where the last ends. */
  starts: number[];
}

export class SearchIndex {
  /** The share of the records that is indexed, from 0 to 1. */
  share = 0;
  private blocks: Block[] = [];
  private readonly length: number;
  private readonly textOf: (row: number) => string;
  private readonly ranges: () => Ranges;
  private built: Promise<void> | null = null;
  private isAwaited = false;

  /** The first column has the names: a record whose name begins with the query comes first. */
  constructor(columns: Column[], prefixes: (string | undefined)[] = [], ranges?: () => Ranges) {
    this.length = columns[0]?.length ?? 0;
    this.textOf = (row) =>
      columns.map((column, i) => foldedCell(column.at(row), prefixes[i])).join(BETWEEN) + END;
    this.ranges = ranges ?? loadedCells(this.length).ranges;
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
    const blocks: Block[] = [];
    let until = 0;
    for await (const [from, to] of this.ranges()) {
      for (let first = from; first < to; first += BLOCK) {
        const texts: string[] = [];
        for (let row = first; row < Math.min(to, first + BLOCK); row++) {
          texts.push(this.textOf(row));
          if (row % STEP !== 0 || performance.now() <= until) continue;
          this.share = row / this.length;
          until = await this.pause();
        }
        const starts = [0];
        for (const text of texts) starts.push(starts.at(-1)! + text.length);
        blocks.push({ first, text: texts.join(""), starts });
      }
    }
    this.blocks = blocks;
    this.share = 1;
  }

  /** Wait until the page has nothing else to do; return the time until which to work. */
  private pause(): Promise<number> {
    return new Promise((resolve) => {
      const work = (milliseconds: number): void => resolve(performance.now() + milliseconds);
      if (this.isAwaited || typeof requestIdleCallback === "undefined")
        setTimeout(() => work(WAITED_MS));
      else requestIdleCallback((deadline) => work(deadline.timeRemaining()), { timeout: 500 });
    });
  }

  /** Visit every record that contains all words of a query, in the order of the rows. */
  forEach(query: string, visit: (row: number, text: string) => void): void {
    const words = wordsOf(query);
    if (words.length === 0) return;
    const longest = words.reduce((a, b) => (b.length > a.length ? b : a));
    for (const { first, text, starts } of this.blocks) {
      let row = 0;
      let at = text.indexOf(longest);
      while (at >= 0) {
        while (starts[row + 1] <= at) row++;
        const record = text.slice(starts[row], starts[row + 1]);
        if (words.every((word) => record.includes(word))) visit(first + row, record);
        at = text.indexOf(longest, starts[row + 1]);
      }
    }
  }

  /**
   * Count the records that contain all words of a query, and return the best `most` of them: names
   * that begin with the query, then words that begin with its first word, then others.
   */
  find(query: string, most: number, fits: (row: number) => boolean = () => true): Found {
    const whole = folded(query);
    const [word] = wordsOf(query);
    const ranked: number[][] = [[], [], []];
    let count = 0;
    let hidden = 0;
    this.forEach(query, (row, text) => {
      if (!fits(row)) {
        hidden++;
        return;
      }
      count++;
      if (ranked[0].length === most) return;
      const beginsWord = text.includes(` ${word}`) || text.includes(BETWEEN + word);
      const rank = text.startsWith(whole) ? 0 : beginsWord || text.startsWith(word) ? 1 : 2;
      if (ranked[rank].length < most) ranked[rank].push(row);
    });
    return { count, best: ranked.flat().slice(0, most), hidden };
  }
}

const wordsOf = (query: string): string[] => folded(query).split(" ").filter(Boolean);
