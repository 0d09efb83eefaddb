// The different words of all texts, without those that have digits: places in their bytes.

import { prefixEdits, soundOf, tolerance } from "./folding.ts";

/** The fewest letters of a word that is kept. */
const SHORTEST = 3;
/** The most words that are tried in place of one. */
const MOST = 8;

const isLetter = (byte: number): boolean => byte > 0x3a;
const isInWord = (byte: number): boolean => byte > 0x2f;

const randomBits = (count: number): number => Math.trunc(Math.random() * 2 ** count);

export class Vocabulary {
  /** The place of each word, after 1; 0 where the slot is free. */
  private slots = new Uint32Array(1 << 12);
  private count = 0;
  /** Without these, words of a text could be chosen so that they all want one slot. */
  private readonly seed = randomBits(32);
  private readonly factor = 0x193 | (randomBits(23) << 9);
  private bytes: Uint8Array = new Uint8Array(0);

  /** Add the words between two places; what was written before may have moved to these bytes. */
  add(bytes: Uint8Array, start: number, end: number): void {
    this.bytes = bytes;
    let from = start;
    let hash = this.seed;
    let isPlain = true;
    for (let at = start; at < end; at++) {
      const byte = bytes[at];
      if (isInWord(byte)) {
        hash = Math.imul(hash ^ byte, this.factor);
        isPlain &&= isLetter(byte);
        continue;
      }
      if (isPlain && at - from >= SHORTEST) this.put(from, hash);
      [from, hash, isPlain] = [at + 1, this.seed, true];
    }
  }

  /** Use the same bytes from another array. */
  keep(bytes: Uint8Array): void {
    this.bytes = bytes;
  }

  private put(place: number, hash: number): void {
    if (2 * this.count >= this.slots.length) this.grow();
    const slot = this.slotOf(place, hash);
    if (this.slots[slot] === 0) this.count++;
    this.slots[slot] ||= place + 1;
  }

  private slotOf(place: number, hash: number): number {
    const mask = this.slots.length - 1;
    let slot = (hash ^ (hash >>> 15)) & mask;
    while (this.slots[slot] !== 0 && !this.isSame(this.slots[slot] - 1, place))
      slot = (slot + 1) & mask;
    return slot;
  }

  private isSame(one: number, other: number): boolean {
    const { bytes } = this;
    let i = 0;
    while (bytes[one + i] === bytes[other + i] && isInWord(bytes[one + i])) i++;
    return !isInWord(bytes[one + i]) && !isInWord(bytes[other + i]);
  }

  private grow(): void {
    const old = this.slots;
    this.slots = new Uint32Array(4 * old.length);
    for (const entry of old) {
      if (entry === 0) continue;
      let hash = this.seed;
      for (let at = entry - 1; isInWord(this.bytes[at]); at++)
        hash = Math.imul(hash ^ this.bytes[at], this.factor);
      this.slots[this.slotOf(entry - 1, hash)] = entry;
    }
  }

  /** Return the words that a word begins with the fewest typing errors, at most a few of them. */
  nearest(word: Uint8Array): { words: Uint8Array[]; edits: number } {
    let edits = tolerance(word);
    let places: number[] = [];
    const letters = lettersOf(word, 0, word.length);
    for (const entry of this.slots) {
      if (entry === 0) continue;
      const end = this.endOf(entry - 1);
      if (end - entry + 1 + edits < word.length) continue;
      if (bits(letters & ~lettersOf(this.bytes, entry - 1, end)) > edits) continue;
      const found = prefixEdits(word, this.bytes, entry - 1, end, edits);
      if (found > edits) continue;
      if (found < edits) [edits, places] = [found, []];
      places.push(entry - 1);
    }
    // Words that come first in the table are tried first.
    const first = places.sort((a, b) => a - b).slice(0, MOST);
    return { words: first.map((place) => this.bytes.subarray(place, this.endOf(place))), edits };
  }

  private endOf(place: number): number {
    let at = place;
    while (isInWord(this.bytes[at])) at++;
    return at;
  }
}

/** Return a bit for each letter of a word. */
function lettersOf(bytes: Uint8Array, start: number, end: number): number {
  let letters = 0;
  for (let at = start; at < end; at++) letters |= 1 << (soundOf(bytes[at]) & 31);
  return letters;
}

/** Return how many bits of a number are set. */
function bits(value: number): number {
  const pairs = value - ((value >>> 1) & 0x55555555);
  const nibbles = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
