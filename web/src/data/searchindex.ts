// Search in the names of a million records: their folded bytes in one row, and of each record marks that tell most others apart.

import { bytesOf } from "./columns.ts";
import { loadedCells } from "./loader.ts";
import type { Column } from "./payload.ts";

const SPACE = 0x20;
/** Between the texts of a record, and after it. No folded text holds one. */
const BETWEEN = 0x1f;
const END = 0x0a;
/** Records folded between two looks at the clock, and how long it is worked at a time once somebody waits. */
const BLOCK = 500;
const ASKED_MS = 40;

/** A text as it is compared: without case and accents, in whatever script. */
export const folded = (text: string): string =>
  text
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase()
    .replace(/[\s\x1f]+/g, " ")
    .trim();

/** What a search found: how many records, the best of them, and how many that are not to be shown. */
export interface Found {
  count: number;
  best: number[];
  hidden: number;
}

/** Ranges of records, the texts of one being at hand until the next is asked for. */
type Ranges = AsyncIterable<[from: number, to: number]>;

/** A bit for each Latin letter, six for all other bytes. */
const byteMark = (byte: number): number => 1 << (isLetter(byte) ? byte - 0x61 : 26 + (byte % 6));
const isLetter = (byte: number): boolean => byte >= 0x61 && byte <= 0x7a;
/** One of 32 bits for two bytes that stand side by side. */
const pairMark = (before: number, byte: number): number => 1 << ((7 * before + byte) & 31);

/** What is sought: words, and the marks that a record which holds them all bears. */
class Query {
  readonly words: Uint8Array[];
  byteMarks = 0;
  pairMarks = 0;
  /** Whether the marks leave no doubt. */
  readonly isCertain: boolean;

  constructor(query: string) {
    const encoder = new TextEncoder();
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
  private bytes = new Uint8Array(0);
  private starts: Uint32Array = new Uint32Array(1);
  private readonly byteMarks: Int32Array;
  private readonly pairMarks: Int32Array;
  private readonly length: number;
  private readonly texts: ((row: number) => Uint8Array | null)[];
  private readonly ranges: () => Ranges;
  private built: Promise<void> | null = null;
  /** How much of the texts is folded, from 0 to 1. */
  share = 0;
  private isAsked = false;

  /** The first column holds the names; a record whose name begins with what is sought comes before others. */
  constructor(columns: Column[], prefixes: (string | undefined)[] = [], ranges?: () => Ranges) {
    this.texts = columns.map((column, i) => bytesOf(column, prefixes[i]));
    this.length = columns[0]?.length ?? 0;
    this.byteMarks = new Int32Array(this.length);
    this.pairMarks = new Int32Array(this.length);
    this.ranges = ranges ?? loadedCells(this.length).ranges;
  }

  /** Begin to fold all texts, before anybody asks. */
  prepare(): void {
    this.built ??= this.build().catch((error: unknown) => {
      // What could not be fetched may be there when it is asked for again.
      this.built = null;
      this.share = 0;
      throw error;
    });
  }

  /** Wait until all texts are folded. */
  ready(): Promise<void> {
    this.isAsked = true;
    this.prepare();
    return this.built!;
  }

  private async build(): Promise<void> {
    const writer = new Writer(this.length);
    let until = 0;
    for await (const [from, to] of this.ranges()) {
      for (let row = from; row < to; row++) {
        writer.begin(row);
        this.texts.forEach((text, i) => {
          if (i > 0) writer.mark(BETWEEN);
          const given = text(row);
          if (given !== null) writer.write(given);
        });
        writer.mark(END);
        [this.byteMarks[row], this.pairMarks[row]] = writer.marks(row);
        if (row % BLOCK !== BLOCK - 1 || performance.now() <= until) continue;
        this.share = row / this.length;
        until = await this.pause();
      }
    }
    [this.bytes, this.starts] = writer.done();
    this.share = 1;
  }

  /** Wait until the page has nothing else to do, or only let it live once somebody waits. Returns until when to work. */
  private pause(): Promise<number> {
    return new Promise((resolve) => {
      const go = (milliseconds: number): void => resolve(performance.now() + milliseconds);
      if (this.isAsked || typeof requestIdleCallback === "undefined")
        setTimeout(() => go(ASKED_MS));
      else requestIdleCallback((deadline) => go(deadline.timeRemaining()), { timeout: 500 });
    });
  }

  /** Visit every record that holds all words of a query, in the order of the rows. */
  forEach(query: string, visit: (row: number) => void): void {
    this.visit(new Query(query), visit);
  }

  private visit(needles: Query, visit: (row: number) => void): void {
    const { words, byteMarks, pairMarks, isCertain } = needles;
    if (words.length === 0) return;
    const { length, byteMarks: allBytes, pairMarks: allPairs } = this;
    for (let row = 0; row < length; row++) {
      if ((allBytes[row] & byteMarks) !== byteMarks || (allPairs[row] & pairMarks) !== pairMarks)
        continue;
      if (isCertain || this.containsAll(words, row)) visit(row);
    }
  }

  /** How many of the records that fit hold all words of a query, and the best `most` of them: names that begin with it, words that do, others. */
  find(query: string, most: number, fits: (row: number) => boolean = () => true): Found {
    const needles = new Query(query);
    const whole = new TextEncoder().encode(folded(query));
    const [beginning, inWords, others]: number[][] = [[], [], []];
    let count = 0,
      hidden = 0;
    this.visit(needles, (row) => {
      if (!fits(row)) {
        hidden++;
        return;
      }
      count++;
      // Where there are enough of the better ones, it does not matter how good the others are.
      if (beginning.length === most) return;
      if (this.standsAt(whole, this.starts[row])) beginning.push(row);
      else if (inWords.length === most) return;
      else if (this.beginsWord(needles.words[0], row)) inWords.push(row);
      else if (others.length < most) others.push(row);
    });
    return { count, best: [...beginning, ...inWords, ...others].slice(0, most), hidden };
  }

  private containsAll(words: Uint8Array[], row: number): boolean {
    for (const word of words)
      if (this.next(word, this.starts[row], this.starts[row + 1]) < 0) return false;
    return true;
  }

  /** Whether a word of a record begins with what is sought. */
  private beginsWord(word: Uint8Array, row: number): boolean {
    const end = this.starts[row + 1];
    for (
      let at = this.next(word, this.starts[row], end);
      at >= 0;
      at = this.next(word, at + 1, end)
    ) {
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
    for (let at = from; at < to; at++)
      if (bytes[at] === first && this.standsAt(word, at)) return at;
    return -1;
  }
}

/** Writes folded texts one behind the other. */
class Writer {
  private bytes: Uint8Array<ArrayBuffer>;
  private readonly starts: Uint32Array;
  private at = 0;
  private readonly encoder = new TextEncoder();
  private readonly decoder = new TextDecoder();

  constructor(length: number) {
    this.bytes = new Uint8Array(1024 + 24 * length);
    this.starts = new Uint32Array(length + 1);
  }

  begin(row: number): void {
    this.starts[row] = this.at;
  }

  mark(byte: number): void {
    this.room(1);
    this.bytes[this.at++] = byte;
  }

  /** Plain letters, which most names are of, are folded without being decoded. */
  write(given: Uint8Array): void {
    this.room(given.length);
    const { bytes } = this;
    let at = this.at;
    for (let i = 0; i < given.length; i++) {
      const byte = given[i];
      if (byte > 0x7e || byte < SPACE || (byte === SPACE && (i === 0 || given[i - 1] === SPACE))) {
        this.writeOther(given);
        return;
      }
      bytes[at++] = byte >= 0x41 && byte <= 0x5a ? byte + SPACE : byte;
    }
    this.at = at;
  }

  private writeOther(given: Uint8Array): void {
    const whole = this.encoder.encode(folded(this.decoder.decode(given)));
    this.room(whole.length);
    this.bytes.set(whole, this.at);
    this.at += whole.length;
  }

  /** The marks of what was written of a record: of its bytes, and of its neighbours. */
  marks(row: number): [bytes: number, pairs: number] {
    let bytes = 0,
      pairs = 0,
      before = END;
    for (let at = this.starts[row]; at < this.at; at++) {
      const byte = this.bytes[at];
      bytes |= byteMark(byte);
      pairs |= pairMark(before, byte);
      before = byte;
    }
    return [bytes, pairs];
  }

  /** What was written, and where each record begins. */
  done(): [bytes: Uint8Array<ArrayBuffer>, starts: Uint32Array] {
    this.starts[this.starts.length - 1] = this.at;
    return [this.bytes.slice(0, this.at), this.starts];
  }

  private room(needed: number): void {
    if (this.at + needed <= this.bytes.length) return;
    const larger = new Uint8Array(2 * this.bytes.length + needed);
    larger.set(this.bytes);
    this.bytes = larger;
  }
}
