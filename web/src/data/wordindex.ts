// The index of the words in a file beside the page, fetched by ranges of bytes. Whatever the file
// has, nothing is read beyond its bounds; docs/formats.md describes it.

import type { AsyncBuffer } from "hyparquet";
import { bisect } from "../geo/bisection.ts";
import { prefixEdits, tolerance } from "./folding.ts";
import { inflate } from "./gzip.ts";
import type { IndexSpec } from "./spec.ts";

/** A word that is searched: itself, folded, and the keys of codes that it means. */
type IndexWord = { word: string; codes: string[] };

/**
 * The records of a word, the best first. `isWhole`: no record is left out. `isNear`: they have the
 * word with typing errors.
 */
type WordRows = { rows: number[]; count: number; isWhole: boolean; isNear: boolean };

/** Records that have all words; `unsure` are words that must be looked for in them. */
export type IndexFound = WordRows & { unsure: string[] };

const [PREFIX, CODE] = [0xff, 0xfe];
const PREFIX_BYTES = 3;
/** The most blocks that are fetched for a word, and for its typing errors. */
const MOST_BLOCKS = 8;
const MOST_NEAR = 16;
/** The most bytes of a block, packed or not, and of a directory, packed and unpacked. */
const MOST_BLOCK = 1 << 17;
const MOST_BYTES = 1 << 20;
const MOST_DIRECTORY = 1 << 24;
/** Blocks that are kept. */
const KEPT = 64;

const encoder = new TextEncoder();

type Key = { key: Uint8Array; count: number; rows: Uint32Array };
type Block = Key[];
/** Keys, and whether there are more that were not fetched. */
type Keys = { keys: Key[]; isCut: boolean };
type Directory = { offsets: number[]; firsts: Uint8Array[] };

/** The name of errors for which `loader.ts` has the words. */
const BROKEN = "BrokenIndex";

function broken(): never {
  throw Object.assign(new Error("The search index is damaged."), { name: BROKEN });
}

/** Return -1, 0 or 1 as the first key comes before, is or comes after the other. */
function compare(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return a[i] < b[i] ? -1 : 1;
  return Math.sign(a.length - b.length);
}

const begins = (key: Uint8Array, prefix: Uint8Array): boolean =>
  key.length >= prefix.length && prefix.every((byte, i) => byte === key[i]);

/** First letters that languages write in another way. */
const LETTERS = [
  ["j", "zh"],
  ["zh", "j"],
  ["dzh", "j"],
  ["q", "k"],
  ["c", "k"],
  ["w", "v"],
  ["v", "w"],
  ["kh", "h"],
  ["h", "kh"],
];

/** Return a word, and the word with its first letters written in other ways. */
const spellings = (word: string): string[] => {
  const others = LETTERS.filter(([letters]) => word.startsWith(letters));
  return [word, ...others.map(([letters, other]) => other + word.slice(letters.length))];
};

const joined = (first: number, rest: Uint8Array): Uint8Array => Uint8Array.of(first, ...rest);

/** Reads numbers and keys one after the other. */
class Reader {
  private readonly bytes: Uint8Array;
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  take(length: number): Uint8Array {
    if (length > this.bytes.length - this.at) broken();
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  numbers(count: number, size: 1 | 2 | 4): Uint32Array {
    const bytes = this.take(count * size);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const read = { 1: view.getUint8, 2: view.getUint16, 4: view.getUint32 }[size];
    return Uint32Array.from({ length: count }, (_, i) => read.call(view, i * size, true));
  }

  /** Read keys of these lengths, which must be in their order. */
  keys(lengths: Uint32Array): Uint8Array[] {
    const keys = Array.from(lengths, (length) => this.take(length));
    if (keys.some((key, i) => i > 0 && compare(keys[i - 1], key) >= 0)) broken();
    return keys;
  }

  end(): void {
    if (this.at !== this.bytes.length) broken();
  }
}

export class WordIndex {
  private readonly file: AsyncBuffer;
  private readonly spec: IndexSpec;
  private readonly length: number;
  private directory: Promise<Directory> | null = null;
  private readonly blocks = new Map<number, Promise<Block>>();

  /** An index of `length` records. */
  constructor(file: AsyncBuffer, spec: IndexSpec, length: number) {
    this.file = file;
    this.spec = spec;
    this.length = length;
  }

  /** Return the records that have all words; with typing errors where a word has none. */
  async find(words: IndexWord[]): Promise<IndexFound> {
    const none = { rows: [], count: 0, isWhole: true, isNear: false, unsure: [] };
    if (words.length === 0) return none;
    const found = await Promise.all(words.map((word) => this.rowsOf(word)));
    const pairs = found.map((one, i) => ({ ...one, word: words[i].word }));
    // The rarest word comes first; of a word with too many records, the best are not enough.
    pairs.sort((a, b) => Number(b.isWhole) - Number(a.isWhole) || a.count - b.count);
    const [first, ...others] = pairs;
    const whole = others.filter(({ isWhole }) => isWhole).map(({ rows }) => new Set(rows));
    const parts = others.filter(({ isWhole }) => !isWhole);
    const unsure = parts.map(({ word }) => word);
    // Records that are known to have the other words too come first.
    const known = parts.map(({ rows }) => new Set(rows));
    const lacks = (row: number): number => known.filter((other) => !other.has(row)).length;
    const rows = first.rows
      .filter((row) => whole.every((other) => other.has(row)))
      .sort((a, b) => lacks(a) - lacks(b));
    const count = others.length === 0 ? first.count : rows.length;
    const isWhole = first.isWhole && unsure.length === 0;
    return { rows, count, isWhole, isNear: found.some(({ isNear }) => isNear), unsure };
  }

  private async rowsOf({ word, codes }: IndexWord): Promise<WordRows> {
    const bytes = encoder.encode(word);
    const coded = await Promise.all(
      codes.map((code) => this.only(joined(CODE, encoder.encode(code)))),
    );
    const { keys, isCut } = await this.begun(bytes);
    const found = together([...keys, ...coded.flat()], isCut);
    if (found.rows.length > 0) return { ...found, isNear: false };
    return { ...together(await this.near(word), false), isNear: true };
  }

  /** Return how many records have a code. */
  async count(code: string): Promise<number> {
    const found = await this.only(joined(CODE, encoder.encode(code)));
    return found[0]?.count ?? 0;
  }

  private async only(key: Uint8Array): Promise<Key[]> {
    const { keys } = await this.from(key, 1);
    return keys.filter((one) => compare(one.key, key) === 0);
  }

  /** Return the word, and the words that it begins. */
  private async begun(word: Uint8Array): Promise<Keys> {
    if (word.length > PREFIX_BYTES) return this.from(word, MOST_BLOCKS);
    const [own, all] = await Promise.all([this.only(word), this.only(joined(PREFIX, word))]);
    // The word itself is counted among all that it begins.
    return { keys: [...own.map((one) => ({ ...one, count: 0 })), ...all], isCut: false };
  }

  /** Return the words that differ by typing errors, the nearest ones. */
  private async near(word: string): Promise<Key[]> {
    const { firsts } = await this.opened();
    // Of a large index only the words with the same first letters are read.
    const isSmall = firsts.length <= MOST_NEAR;
    const found = await Promise.all(
      spellings(word).map(async (spelling) => {
        const bytes = encoder.encode(spelling);
        const most = tolerance(bytes);
        if (most === 0) return [];
        const head = bytes.subarray(0, isSmall ? 0 : bytes.length >> 1);
        const { keys } = await this.from(head, MOST_NEAR);
        const words = keys.filter(({ key }) => key[0] < CODE);
        const edits = words.map(({ key }) => prefixEdits(bytes, key, 0, key.length, most));
        return words.flatMap((key, i) => (edits[i] > most ? [] : [{ key, edits: edits[i] }]));
      }),
    );
    const least = found.flat().reduce((all, { edits }) => Math.min(all, edits), Infinity);
    const nearest = found.flat().filter(({ edits }) => edits === least);
    return [...new Set(nearest.map(({ key }) => key))];
  }

  /** Return the keys with this prefix, from at most `most` blocks. */
  private async from(head: Uint8Array, most: number): Promise<Keys> {
    const { firsts } = await this.opened();
    const after = bisect(0, firsts.length, (block) => compare(firsts[block], head) > 0);
    const first = Math.max(0, after - 1);
    let last = first + 1;
    while (last < firsts.length && last - first < most && begins(firsts[last], head)) last++;
    const wanted = Array.from(
      { length: Math.min(last, firsts.length) - first },
      (_, i) => first + i,
    );
    const blocks = await Promise.all(wanted.map((block) => this.block(block)));
    const keys = blocks.flat().filter(({ key }) => begins(key, head));
    return { keys, isCut: last < firsts.length && begins(firsts[last], head) };
  }

  private opened(): Promise<Directory> {
    this.directory ??= this.open().catch((error: unknown) => {
      this.directory = null;
      throw error;
    });
    return this.directory;
  }

  private async open(): Promise<Directory> {
    const { size, directory, blocks } = this.spec;
    if (!(directory >= 0 && size - directory > 0 && size - directory <= MOST_BYTES)) broken();
    const packed = await this.file.slice(directory, size);
    const reader = new Reader(await inflate(packed, MOST_DIRECTORY).catch(broken));
    const sizes = reader.numbers(blocks, 4);
    const firsts = reader.keys(reader.numbers(blocks, 1));
    reader.end();
    const offsets = [0];
    for (const one of sizes) offsets.push(offsets[offsets.length - 1] + one);
    if (offsets[blocks] !== directory || sizes.some((one) => one > MOST_BLOCK)) broken();
    return { offsets, firsts };
  }

  private block(at: number): Promise<Block> {
    const known = this.blocks.get(at);
    this.blocks.delete(at);
    const block = known ?? this.read(at);
    this.blocks.set(at, block);
    block.catch(() => this.blocks.delete(at));
    for (const old of this.blocks.keys()) {
      if (this.blocks.size <= KEPT) break;
      this.blocks.delete(old);
    }
    return block;
  }

  private async read(at: number): Promise<Block> {
    const { offsets } = await this.opened();
    const packed = await this.file.slice(offsets[at], offsets[at + 1]);
    const reader = new Reader(await inflate(packed, MOST_BLOCK).catch(broken));
    const [keyCount, rowCount] = reader.numbers(2, 4);
    const counts = reader.numbers(keyCount, 4);
    const rows = reader.numbers(rowCount, 4);
    const sizes = reader.numbers(keyCount, 2);
    const keys = reader.keys(reader.numbers(keyCount, 1));
    reader.end();
    if (rows.some((row) => row >= this.length)) broken();
    let from = 0;
    const block = keys.map((key, i) => {
      const own = rows.subarray(from, (from += sizes[i]));
      return { key, count: counts[i], rows: own };
    });
    if (from !== rowCount) broken();
    return block;
  }
}

/** Return the records of several keys, the best of each in turn. `isCut`: there are more keys. */
function together(keys: Key[], isCut: boolean): Omit<WordRows, "isNear"> {
  const rows = new Set<number>();
  const longest = keys.reduce((most, one) => Math.max(most, one.rows.length), 0);
  for (let i = 0; i < longest; i++) {
    for (const one of keys) if (i < one.rows.length) rows.add(one.rows[i]);
  }
  const isWhole = !isCut && keys.every((one) => one.count <= one.rows.length);
  const count = isWhole ? rows.size : keys.reduce((sum, one) => sum + one.count, 0);
  return { rows: [...rows], count, isWhole };
}
