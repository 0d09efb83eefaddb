// Search in the names of a million records: their folded bytes in one row, where the rarest byte of a word is looked for first.

import { bytesOf } from "./columns.ts";
import type { Column } from "./payload.ts";

const SPACE = 0x20;
/** Between the texts of a record, and after it. No folded text holds one. */
const BETWEEN = 0x1f;
const END = 0x0a;
/** Records folded between two pauses. */
const BLOCK = 20_000;

/** A text as it is compared: without case and accents, in whatever script. */
export const folded = (text: string): string =>
  text.normalize("NFKD").replace(/\p{M}+/gu, "").toLowerCase().replace(/[\s\x1f]+/g, " ").trim();

/** What a search found: how many records, and the best of them. */
export interface Found {
  count: number;
  best: number[];
}

export class Haystack {
  private bytes = new Uint8Array(0);
  private starts = new Uint32Array(1);
  private readonly often = new Uint32Array(256);
  private readonly length: number;
  private readonly columns: Column[];
  private built: Promise<void> | null = null;

  /** The first column holds the names; a record whose name begins with what is sought comes before others. */
  constructor(columns: Column[]) {
    this.columns = columns;
    this.length = columns[0]?.length ?? 0;
  }

  /** Fold all texts, once, with pauses in which the page lives. */
  ready(): Promise<void> {
    return (this.built ??= this.build());
  }

  private async build(): Promise<void> {
    const texts = this.columns.map(bytesOf);
    const encoder = new TextEncoder();
    const decoder = new TextDecoder();
    const starts = new Uint32Array(this.length + 1);
    let bytes = new Uint8Array(Math.max(1024, this.length * 24));
    let at = 0;
    for (let row = 0; row < this.length; row++) {
      starts[row] = at;
      texts.forEach((text, i) => {
        const given = text(row);
        if (i > 0 && given !== null) bytes[at++] = BETWEEN;
        if (given === null) return;
        // Taking letters apart makes a text at most eleven times as long.
        if (at + 12 * given.length + 64 > bytes.length) bytes = grown(bytes);
        at = fold(given, bytes, at, encoder, decoder);
      });
      bytes[at++] = END;
      if (row % BLOCK === BLOCK - 1) await new Promise((resolve) => setTimeout(resolve));
    }
    starts[this.length] = at;
    this.bytes = bytes.slice(0, at);
    this.starts = starts;
    for (let i = 0; i < at; i++) this.often[bytes[i]]++;
  }

  /** Every record that holds all words of a query, in the order of the rows. */
  *rows(query: string): Generator<{ row: number; at: number }, void, void> {
    const words = folded(query).split(" ").filter(Boolean).map((word) => new TextEncoder().encode(word));
    if (words.length === 0) return;
    const needles = words.map((word) => ({ word, rare: this.rarest(word) })).sort((a, b) => this.often[a.word[a.rare]] - this.often[b.word[b.rare]]);
    const [first, ...others] = needles;
    const { starts } = this;
    let row = 0;
    for (let at = this.next(first, 0, this.bytes.length); at >= 0; at = this.next(first, starts[row + 1], this.bytes.length)) {
      row = this.rowAt(at, row);
      if (others.every((needle) => this.next(needle, starts[row], starts[row + 1]) >= 0)) yield { row, at };
    }
  }

  /** How many records hold all words of a query, and the best `most` of them: names that begin with it, words that do, others. */
  find(query: string, most: number): Found {
    const whole = new TextEncoder().encode(folded(query));
    const ranks: number[][] = [[], [], []];
    let count = 0;
    for (const { row, at } of this.rows(query)) {
      count++;
      const rank = this.holds(whole, this.starts[row]) ? 0 : this.beginsWord(at) ? 1 : 2;
      if (ranks[rank].length < most) ranks[rank].push(row);
    }
    return { count, best: ranks.flat().slice(0, most) };
  }

  private beginsWord(at: number): boolean {
    const before = at === 0 ? END : this.bytes[at - 1];
    return before === SPACE || before === BETWEEN || before === END;
  }

  private holds(word: Uint8Array, at: number): boolean {
    for (let i = 0; i < word.length; i++) if (this.bytes[at + i] !== word[i]) return false;
    return true;
  }

  private rarest(word: Uint8Array): number {
    let rare = 0;
    for (let i = 1; i < word.length; i++) if (this.often[word[i]] < this.often[word[rare]]) rare = i;
    return rare;
  }

  private next({ word, rare }: { word: Uint8Array; rare: number }, from: number, to: number): number {
    const { bytes } = this;
    for (let hit = bytes.indexOf(word[rare], from + rare); hit >= 0 && hit < to; hit = bytes.indexOf(word[rare], hit + 1)) {
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

function grown(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(bytes.length * 2 + 4096);
  larger.set(bytes);
  return larger;
}

/** Write a folded text and return where it ends. Plain letters, which most names are of, are folded without being decoded. */
function fold(given: Uint8Array, into: Uint8Array, at: number, encoder: TextEncoder, decoder: TextDecoder): number {
  const start = at;
  for (const byte of given) {
    if (byte > 0x7e || byte < SPACE) {
      const whole = encoder.encode(folded(decoder.decode(given)));
      into.set(whole, start);
      return start + whole.length;
    }
    into[at++] = byte >= 0x41 && byte <= 0x5a ? byte + SPACE : byte;
  }
  return at;
}
