// Full-text search in the names of a million records: their folded bytes one after the other, and
// for each record two sets of marks that rule most other records out.

import { bytesOf } from "./columns.ts";
import { wholeRange } from "./loader.ts";
import type { Column } from "./payload.ts";

const SPACE = 0x20;
/** Separates the texts of a record, and ends a record. A folded text contains neither. */
const BETWEEN = 0x1f;
const END = 0x0a;
/** Records that are folded between two looks at the clock. */
const STEP = 500;
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

/** The result of a search: how many records, the best of them, and how many that filters hide. */
export type Found = { count: number; best: number[]; hidden: number };

/** Ranges of records; the texts of a range can be read until the next one is requested. */
type Ranges = AsyncIterable<[from: number, to: number]>;

const isLetter = (byte: number): boolean => byte >= 0x61 && byte <= 0x7a;
/** A bit for each Latin letter, six for all other bytes. */
const byteMark = (byte: number): number => 1 << (isLetter(byte) ? byte - 0x61 : 26 + (byte % 6));
/** One of 32 bits for two adjacent bytes. */
const pairMark = (before: number, byte: number): number => 1 << ((7 * before + byte) & 31);

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The words of a query, and the marks of a record that contains them all. */
class Query {
  readonly words: Uint8Array[];
  byteMarks = 0;
  pairMarks = 0;
  /** Whether the marks alone decide. */
  readonly isCertain: boolean;

  constructor(query: string) {
    this.words = folded(query)
      .split(" ")
      .filter(Boolean)
      .map((word) => encoder.encode(word));
    for (const word of this.words) {
      word.forEach((byte, i) => {
        this.byteMarks |= byteMark(byte);
        if (i > 0) this.pairMarks |= pairMark(word[i - 1], byte);
      });
    }
    this.isCertain = this.words.every((word) => word.length === 1 && isLetter(word[0]));
  }
}

export class SearchIndex {
  /** The share of the records that is indexed, from 0 to 1. */
  share = 0;
  private bytes = new Uint8Array(0);
  private starts = new Uint32Array(1);
  private readonly byteMarks: Int32Array;
  private readonly pairMarks: Int32Array;
  private readonly length: number;
  private readonly texts: ((row: number) => Uint8Array | null)[];
  private readonly ranges: () => Ranges;
  private built: Promise<void> | null = null;
  private isAwaited = false;

  /** The first column has the names: a record whose name begins with the query comes first. */
  constructor(columns: Column[], prefixes: (string | undefined)[] = [], ranges?: () => Ranges) {
    this.texts = columns.map((column, i) => bytesOf(column, prefixes[i]));
    this.length = columns[0]?.length ?? 0;
    this.byteMarks = new Int32Array(this.length);
    this.pairMarks = new Int32Array(this.length);
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
    const writer = new Writer(this.length);
    const starts = new Uint32Array(this.length + 1);
    let until = 0;
    for await (const [from, to] of this.ranges()) {
      for (let row = from; row < to; row++) {
        starts[row] = writer.at;
        this.texts.forEach((text, i) => {
          if (i > 0) writer.mark(BETWEEN);
          const given = text(row);
          if (given !== null) writer.write(given);
        });
        writer.mark(END);
        [this.byteMarks[row], this.pairMarks[row]] = writer.marks(starts[row]);
        if (row % STEP !== STEP - 1 || performance.now() <= until) continue;
        this.share = row / this.length;
        until = await this.pause();
      }
    }
    starts[this.length] = writer.at;
    this.starts = starts;
    this.bytes = writer.bytes.slice(0, writer.at);
    this.share = 1;
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
  forEach(query: string, visit: (row: number) => void): void {
    const { words, byteMarks, pairMarks, isCertain } = new Query(query);
    if (words.length === 0) return;
    const { length, byteMarks: allBytes, pairMarks: allPairs } = this;
    for (let row = 0; row < length; row++) {
      if ((allBytes[row] & byteMarks) !== byteMarks) continue;
      if ((allPairs[row] & pairMarks) !== pairMarks) continue;
      if (isCertain || this.containsAll(words, row)) visit(row);
    }
  }

  /**
   * Count the records that contain all words of a query, and return the best `most` of them: names
   * that begin with the query, then words that begin with its first word, then others.
   */
  find(query: string, most: number, fits: (row: number) => boolean = () => true): Found {
    const [word] = new Query(query).words;
    const whole = encoder.encode(folded(query));
    const [names, inWords, others]: number[][] = [[], [], []];
    let count = 0;
    let hidden = 0;
    this.forEach(query, (row) => {
      if (!fits(row)) {
        hidden++;
        return;
      }
      count++;
      // Enough records of a better rank make the others needless.
      if (names.length === most) return;
      if (this.standsAt(whole, this.starts[row])) names.push(row);
      else if (inWords.length === most) return;
      else if (this.beginsWord(word, row)) inWords.push(row);
      else if (others.length < most) others.push(row);
    });
    return { count, best: [...names, ...inWords, ...others].slice(0, most), hidden };
  }

  private containsAll(words: Uint8Array[], row: number): boolean {
    const start = this.starts[row];
    const end = this.starts[row + 1];
    for (const word of words) if (this.next(word, start, end) < 0) return false;
    return true;
  }

  /** Return whether a word of a record begins with the word. */
  private beginsWord(word: Uint8Array, row: number): boolean {
    const end = this.starts[row + 1];
    for (let at = this.starts[row]; (at = this.next(word, at, end)) >= 0; at++) {
      const before = at === 0 ? END : this.bytes[at - 1];
      if (before === SPACE || before === BETWEEN || before === END) return true;
    }
    return false;
  }

  private standsAt(word: Uint8Array, at: number): boolean {
    for (let i = 0; i < word.length; i++) if (this.bytes[at + i] !== word[i]) return false;
    return true;
  }

  private next(word: Uint8Array, from: number, to: number): number {
    const { bytes } = this;
    const first = word[0];
    for (let at = from; at < to; at++) {
      if (bytes[at] === first && this.standsAt(word, at)) return at;
    }
    return -1;
  }
}

/** Writes folded texts one after the other. */
class Writer {
  bytes: Uint8Array<ArrayBuffer>;
  at = 0;

  constructor(length: number) {
    this.bytes = new Uint8Array(1024 + 24 * length);
  }

  mark(byte: number): void {
    this.reserve(1);
    this.bytes[this.at++] = byte;
  }

  /** Write a text. Plain ASCII, as most names are, is folded without being decoded. */
  write(given: Uint8Array): void {
    this.reserve(given.length);
    const { bytes } = this;
    let { at } = this;
    for (let i = 0; i < given.length; i++) {
      const byte = given[i];
      const isNeedless = byte === SPACE && (i === 0 || given[i - 1] === SPACE);
      if (byte > 0x7e || byte < SPACE || isNeedless) {
        this.writeOther(given);
        return;
      }
      bytes[at++] = byte >= 0x41 && byte <= 0x5a ? byte + SPACE : byte;
    }
    this.at = at;
  }

  private writeOther(given: Uint8Array): void {
    const whole = encoder.encode(folded(decoder.decode(given)));
    this.reserve(whole.length);
    this.bytes.set(whole, this.at);
    this.at += whole.length;
  }

  /** Return the marks of what was written from a place on. */
  marks(from: number): [bytes: number, pairs: number] {
    let bytes = 0;
    let pairs = 0;
    let before = END;
    for (let at = from; at < this.at; at++) {
      const byte = this.bytes[at];
      bytes |= byteMark(byte);
      pairs |= pairMark(before, byte);
      before = byte;
    }
    return [bytes, pairs];
  }

  private reserve(needed: number): void {
    if (this.at + needed <= this.bytes.length) return;
    const larger = new Uint8Array(2 * this.bytes.length + needed);
    larger.set(this.bytes);
    this.bytes = larger;
  }
}
