// Search in the names and codes of a million records: their folded bytes one after the other, and
// for each record two sets of marks that rule most other records out.

import { type CodedColumn, FIT } from "./codedwords.ts";
import { bytesOf } from "./columns.ts";
import { BETWEEN, END, FoldedTexts } from "./foldedtexts.ts";
import { folded, MOST_TEXT, searchedWords } from "./folding.ts";
import { type Found, RANK } from "./found.ts";
import { wholeRange } from "./loader.ts";
import type { Column } from "./payload.ts";
import { Vocabulary } from "./vocabulary.ts";

const SPACE = 0x20;
/** Records that are folded between two looks at the clock. */
const STEP = 500;
/** Milliseconds of work at a time once somebody waits for the index. */
const WAITED_MS = 40;

/** Ranges of records; the texts of a range can be read until the next one is requested. */
type Ranges = AsyncIterable<[from: number, to: number]>;

const isLetter = (byte: number): boolean => byte >= 0x61 && byte <= 0x7a;
/** A bit for each Latin letter, six for all other bytes. */
const byteMark = (byte: number): number => 1 << (isLetter(byte) ? byte - 0x61 : 26 + (byte % 6));
/** One of 32 bits for two adjacent bytes. */
const pairMark = (before: number, byte: number): number => 1 << ((7 * before + byte) & 31);

const encoder = new TextEncoder();

/** Where codes fit a word: how well each text of a column fits it, and the text of each row. */
type Fits = { codes: ArrayLike<number>; fits: Uint8Array };

/** The bytes of a word, and the marks of a record that contains it. */
class Word {
  readonly bytes: Uint8Array;
  byteMarks = 0;
  pairMarks = 0;
  /** Whether the marks alone decide. */
  readonly isCertain: boolean;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    bytes.forEach((byte, i) => {
      this.byteMarks |= byteMark(byte);
      if (i > 0) this.pairMarks |= pairMark(bytes[i - 1], byte);
    });
    this.isCertain = bytes.length === 1 && isLetter(bytes[0]);
  }
}

/** What a record must have: one of some words, or a code that fits. */
class Wanted {
  readonly words: Word[];
  readonly fits: Fits[];

  constructor(words: Uint8Array[], fits: Fits[]) {
    this.words = words.map((bytes) => new Word(bytes));
    this.fits = fits;
  }

  /** Return how well the codes of a record fit. */
  fitOf(row: number): number {
    let best = 0;
    for (const { codes, fits } of this.fits) best = Math.max(best, fits[codes[row]]);
    return best;
  }
}

const bytesOfWords = (query: string): Uint8Array[] =>
  searchedWords(query).map((word) => encoder.encode(word));

/** The texts and codes in which to search. */
type Searched = {
  columns: Column[];
  prefixes?: (string | undefined)[];
  ranges?: () => Ranges;
  /** Return the columns of codes, once they are loaded. */
  coded?: () => Promise<CodedColumn[]>;
};

export class SearchIndex {
  /** The share of the records that is indexed, from 0 to 1. */
  share = 0;
  private bytes = new Uint8Array(0);
  private starts = new Uint32Array(1);
  private vocabulary = new Vocabulary();
  private coded: CodedColumn[] = [];
  private readonly byteMarks: Int32Array;
  private readonly pairMarks: Int32Array;
  private readonly length: number;
  private readonly texts: ((row: number) => Uint8Array | null)[];
  private readonly searched: Searched;
  private built: Promise<void> | null = null;
  private isAwaited = false;

  /** The first column has the names: a record whose name begins with the query comes first. */
  constructor(searched: Searched) {
    const { columns, prefixes = [] } = searched;
    this.searched = searched;
    this.texts = columns.map((column, i) => bytesOf(column, prefixes[i]));
    this.length = columns[0]?.length ?? 0;
    this.byteMarks = new Int32Array(this.length);
    this.pairMarks = new Int32Array(this.length);
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
    const { ranges = () => wholeRange(this.length), coded } = this.searched;
    this.coded = (await coded?.()) ?? [];
    this.vocabulary = new Vocabulary();
    const writer = new FoldedTexts(this.length);
    const starts = new Uint32Array(this.length + 1);
    let until = 0;
    for await (const [from, to] of ranges()) {
      for (let row = from; row < to; row++) {
        starts[row] = writer.at;
        this.texts.forEach((text, i) => {
          if (i > 0) writer.mark(BETWEEN);
          const given = text(row);
          if (given !== null) writer.write(given);
        });
        writer.mark(END);
        this.markRow(row, writer.bytes, starts[row], writer.at);
        this.vocabulary.add(writer.bytes, starts[row], writer.at);
        if (row % STEP !== STEP - 1 || performance.now() <= until) continue;
        this.share = row / this.length;
        until = await this.pause();
      }
    }
    starts[this.length] = writer.at;
    this.starts = starts;
    this.bytes = writer.bytes.slice(0, writer.at);
    this.vocabulary.keep(this.bytes);
    this.share = 1;
  }

  /** Mark the bytes of a record, and its pairs of adjacent bytes. */
  private markRow(row: number, bytes: Uint8Array, start: number, end: number): void {
    let before = END;
    let byteMarks = 0;
    let pairMarks = 0;
    for (let at = start; at < end; at++) {
      byteMarks |= byteMark(bytes[at]);
      pairMarks |= pairMark(before, bytes[at]);
      before = bytes[at];
    }
    this.byteMarks[row] = byteMarks;
    this.pairMarks[row] = pairMarks;
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

  /** Visit every record that has all words of a query in its names or codes, in their order. */
  forEach(query: string, visit: (row: number) => void): void {
    this.visit(this.wanted(query), (row) => {
      visit(row);
      return false;
    });
  }

  private wanted(query: string): Wanted[] {
    return bytesOfWords(query).map((word) => new Wanted([word], this.fitsOf(word, false)));
  }

  private fitsOf(word: Uint8Array, isNear: boolean): Fits[] {
    return this.coded.flatMap((column) => {
      const fits = column.fits(word, isNear);
      return fits === null ? [] : [{ codes: column.codes, fits }];
    });
  }

  /** Visit the records that have all that is wanted, until the visitor returns true. */
  private visit(wanted: Wanted[], visit: (row: number) => boolean): void {
    if (wanted.length === 0) return;
    const { length } = this;
    for (let row = 0; row < length; row++) {
      let n = 0;
      while (n < wanted.length && this.has(wanted[n], row)) n++;
      if (n === wanted.length && visit(row)) return;
    }
  }

  private has(wanted: Wanted, row: number): boolean {
    for (const word of wanted.words) if (this.isIn(word, row)) return true;
    return wanted.fits.length > 0 && wanted.fitOf(row) > FIT.none;
  }

  /** Return whether the texts of a record contain a word. */
  private isIn(word: Word, row: number): boolean {
    if ((this.byteMarks[row] & word.byteMarks) !== word.byteMarks) return false;
    if ((this.pairMarks[row] & word.pairMarks) !== word.pairMarks) return false;
    return word.isCertain || this.next(word.bytes, this.starts[row], this.starts[row + 1]) >= 0;
  }

  /**
   * Count the records that have all words of a query, and return the best `most` of them; where
   * there are none, those that have them with typing errors.
   */
  find(query: string, most: number, passes: (row: number) => boolean = () => true): Found {
    const wanted = this.wanted(query);
    const whole = encoder.encode(folded(query.slice(0, MOST_TEXT)));
    const byRank: number[][] = Object.values(RANK).map(() => []);
    let count = 0;
    let hidden = 0;
    let worst: number = RANK.inside;
    this.visit(wanted, (row) => {
      if (!passes(row)) hidden++;
      else if (++count && worst >= 0) {
        const rank = this.rankOf(wanted[0], whole, row, worst);
        // Enough records of a better rank make the others needless.
        if (rank <= worst && byRank[rank].push(row) === most) worst = rank - 1;
      }
      return false;
    });
    if (count + hidden === 0) byRank[RANK.near] = this.near(query, most, passes);
    const ranked = byRank.flatMap((rows, rank) => rows.map((row) => ({ row, rank })));
    const best = ranked.slice(0, most);
    return { count, best: best.map(({ row }) => row), ranks: best.map(({ rank }) => rank), hidden };
  }

  /** Return the rank of a record; any that is greater than `worst` where it would not matter. */
  private rankOf(wanted: Wanted, whole: Uint8Array, row: number, worst: number): number {
    const start = this.starts[row];
    if (this.standsAt(whole, start)) {
      const after = this.bytes[start + whole.length];
      return after === BETWEEN || after === END ? RANK.equals : RANK.begins;
    }
    if (worst < RANK.word) return RANK.near;
    if (this.beginsWord(wanted.words[0].bytes, row)) return RANK.word;
    return wanted.fitOf(row) > FIT.none ? RANK.code : RANK.inside;
  }

  /** Return the first records that have all words, where a word has typing errors the nearest ones. */
  private near(query: string, most: number, passes: (row: number) => boolean): number[] {
    const wanted = bytesOfWords(query).map((word) => {
      const { words, edits } = this.vocabulary.nearest(word);
      // Without an error, all words that begin so are meant, not the first few alone.
      return new Wanted(edits === 0 ? [word, ...words] : words, this.fitsOf(word, true));
    });
    const rows: number[] = [];
    const begins = ({ words, fits }: Wanted, row: number): boolean =>
      words.some((word) => this.beginsWord(word.bytes, row)) || fits.length > 0;
    this.visit(wanted, (row) => {
      if (passes(row) && wanted.every((one) => begins(one, row))) rows.push(row);
      return rows.length === most;
    });
    return rows;
  }

  private isBreak(byte: number): boolean {
    return byte === SPACE || byte === BETWEEN || byte === END;
  }

  /** Return whether a word of a record begins with the word. */
  private beginsWord(word: Uint8Array, row: number): boolean {
    const end = this.starts[row + 1];
    for (let at = this.starts[row]; (at = this.next(word, at, end)) >= 0; at++) {
      if (at === 0 || this.isBreak(this.bytes[at - 1])) return true;
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
