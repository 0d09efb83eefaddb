// Search in the names of a million records: their folded bytes in one row, where the rarest byte of a word is looked for first.

import { bytesOf } from "./columns.ts";
import type { Column } from "./payload.ts";
import { atHand } from "./supply.ts";

const SPACE = 0x20;
/** Between the texts of a record, and after it. No folded text holds one. */
const BETWEEN = 0x1f;
const END = 0x0a;
/** Records folded between two looks at the clock, and how long it is worked at a time once somebody waits. */
const BLOCK = 500;
const ASKED_MS = 40;
/** A byte that is at least one in so many is common. */
const COMMON = 64;

/** A text as it is compared: without case and accents, in whatever script. */
export const folded = (text: string): string =>
  text.normalize("NFKD").replace(/\p{M}+/gu, "").toLowerCase().replace(/[\s\x1f]+/g, " ").trim();

/** What a search found: how many records, the best of them, and how many that are not to be shown. */
export interface Found {
  count: number;
  best: number[];
  hidden: number;
}

/** Ranges of records, the texts of one being at hand until the next is asked for. */
type Ranges = AsyncIterable<[from: number, to: number]>;

interface Needle {
  word: Uint8Array;
  /** The place in the word of the byte that stands least often in the haystack, and how often it does. */
  rare: number;
  often: number;
}

export class Haystack {
  private bytes = new Uint8Array(0);
  private starts: Uint32Array = new Uint32Array(1);
  private readonly often = new Uint32Array(256);
  private readonly length: number;
  private readonly texts: ((row: number) => Uint8Array | null)[];
  private readonly ranges: () => Ranges;
  private built: Promise<void> | null = null;
  private isAsked = false;

  /** The first column holds the names; a record whose name begins with what is sought comes before others. */
  constructor(columns: Column[], prefixes: (string | undefined)[] = [], ranges?: () => Ranges) {
    this.texts = columns.map((column, i) => bytesOf(column, prefixes[i]));
    this.length = columns[0]?.length ?? 0;
    this.ranges = ranges ?? atHand(this.length).ranges;
  }

  /** Begin to fold all texts, before anybody asks. */
  prepare(): void {
    this.built ??= this.build().catch((error: unknown) => {
      // What could not be fetched may be there when it is asked for again.
      this.built = null;
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
        if (row % BLOCK === BLOCK - 1 && performance.now() > until) until = await this.pause();
      }
    }
    [this.bytes, this.starts] = writer.done();
    for (const byte of this.bytes) this.often[byte]++;
  }

  /** Wait until the page has nothing else to do, or only let it live once somebody waits. Returns until when to work. */
  private pause(): Promise<number> {
    return new Promise((resolve) => {
      const go = (milliseconds: number): void => resolve(performance.now() + milliseconds);
      if (this.isAsked || typeof requestIdleCallback === "undefined") setTimeout(() => go(ASKED_MS));
      else requestIdleCallback((deadline) => go(deadline.timeRemaining()), { timeout: 500 });
    });
  }

  /** Visit every record that holds all words of a query, in the order of the rows, with where the rarest word stands. */
  forEach(query: string, visit: (row: number, at: number) => void): void {
    const words = folded(query).split(" ").filter(Boolean).map((word) => this.needle(new TextEncoder().encode(word)));
    if (words.length === 0) return;
    const [first, ...others] = words.sort((a, b) => a.often - b.often);
    const { starts } = this;
    const end = this.bytes.length;
    let row = 0;
    for (let at = this.next(first, 0, end); at >= 0; at = this.next(first, starts[row + 1], end)) {
      row = this.rowAt(at, row);
      if (others.every((needle) => this.next(needle, starts[row], starts[row + 1]) >= 0)) visit(row, at);
    }
  }

  /** How many of the records that fit hold all words of a query, and the best `most` of them: names that begin with it, words that do, others. */
  find(query: string, most: number, fits: (row: number) => boolean = () => true): Found {
    const whole = new TextEncoder().encode(folded(query));
    const ranks: number[][] = [[], [], []];
    let count = 0, hidden = 0;
    this.forEach(query, (row, at) => {
      if (!fits(row)) {
        hidden++;
        return;
      }
      count++;
      const rank = this.holds(whole, this.starts[row]) ? 0 : this.beginsWord(at) ? 1 : 2;
      if (ranks[rank].length < most) ranks[rank].push(row);
    });
    return { count, best: ranks.flat().slice(0, most), hidden };
  }

  private beginsWord(at: number): boolean {
    const before = at === 0 ? END : this.bytes[at - 1];
    return before === SPACE || before === BETWEEN || before === END;
  }

  private holds(word: Uint8Array, at: number): boolean {
    for (let i = 0; i < word.length; i++) if (this.bytes[at + i] !== word[i]) return false;
    return true;
  }

  private needle(word: Uint8Array): Needle {
    let rare = 0;
    for (let i = 1; i < word.length; i++) if (this.often[word[i]] < this.often[word[rare]]) rare = i;
    return { word, rare, often: this.often[word[rare]] };
  }

  private next(needle: Needle, from: number, to: number): number {
    const { bytes } = this;
    const { word, rare } = needle;
    const byte = word[rare];
    if (needle.often * COMMON > bytes.length) {
      // The browser's own search is quick over a distance, but each call of it costs something.
      for (let hit = from + rare; hit < to; hit++) if (bytes[hit] === byte && this.holds(word, hit - rare)) return hit - rare;
      return -1;
    }
    for (let hit = bytes.indexOf(byte, from + rare); hit >= 0 && hit < to; hit = bytes.indexOf(byte, hit + 1)) {
      if (this.holds(word, hit - rare)) return hit - rare;
    }
    return -1;
  }

  /** The record of a byte; `from` is one that is not behind it. */
  private rowAt(at: number, from: number): number {
    const { starts } = this;
    let lo = from, step = 1;
    while (lo + step < this.length && starts[lo + step] <= at) {
      lo += step;
      step *= 2;
    }
    let hi = Math.min(this.length, lo + step);
    while (hi - lo > 1) {
      const middle = (lo + hi) >>> 1;
      if (starts[middle] <= at) lo = middle;
      else hi = middle;
    }
    return lo;
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
