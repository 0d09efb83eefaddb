// The words by which codes are found, such as those of commodities and countries.

import { entry } from "./collections.ts";
import { codesOf } from "./columns.ts";
import { foldedWords, prefixEdits, tolerance } from "./folding.ts";
import type { Column } from "./payload.ts";
import type { ColumnSpec } from "./spec.ts";

/** How well a word fits a code, the best last. */
export const FIT = { none: 0, near: 1, begins: 2, equals: 3 } as const;

const encoder = new TextEncoder();

/** Return the codes of a cell that has several. */
export const codesIn = (text: string): string[] => text.split(/\s+/).filter(Boolean);

/** Codes with their words. */
export class CodeWords {
  readonly values: string[];
  private readonly words: Uint8Array[][];

  constructor(values: string[], { words = {}, found = {} }: ColumnSpec) {
    this.values = values;
    const known = (table: Record<string, string>, code: string): string =>
      Object.hasOwn(table, code) ? table[code] : "";
    this.words = values.map((code) => {
      const all = [code, known(words, code), known(found, code)].flatMap(foldedWords);
      return all.map((word) => encoder.encode(word));
    });
  }

  /** Return how well a word fits each of `values`. */
  fits(word: Uint8Array, isNear: boolean): Uint8Array {
    const edits = isNear ? tolerance(word) : 0;
    const fit = (other: Uint8Array): number => {
      if (word.every((byte, i) => byte === other[i]))
        return other.length === word.length ? FIT.equals : FIT.begins;
      const isFit = isNear && prefixEdits(word, other, 0, other.length, edits) <= edits;
      return isFit ? FIT.near : FIT.none;
    };
    // A cell may have more words than a function takes arguments.
    const best = (most: number, other: Uint8Array): number => Math.max(most, fit(other));
    return Uint8Array.from(this.words, (words) => words.reduce(best, FIT.none));
  }
}

/** A column of codes with their words. */
export class CodedColumn {
  readonly words: CodeWords;
  /** The text of each row, and after the last one that of a missing cell. */
  readonly codes: ArrayLike<number>;
  /** The places in the values of the codes in each text. */
  private readonly texts: number[][];

  constructor(column: Column, spec: ColumnSpec) {
    const { texts, codes } = codesOf(column);
    this.codes = codes;
    const places = new Map<string, number>();
    const placeOf = (code: string): number => entry(places, code, () => places.size);
    this.texts = texts.map((text) => (spec.codes ? codesIn(text) : [text]).map(placeOf));
    this.words = new CodeWords([...places.keys()], spec);
  }

  /** Return how well a word fits each different text; null where it fits none. */
  fits(word: Uint8Array, isNear: boolean): Uint8Array | null {
    const values = this.words.fits(word, isNear);
    if (!values.some(Boolean)) return null;
    const fits = new Uint8Array(this.texts.length + 1);
    this.texts.forEach((codes, text) => {
      for (const code of codes) fits[text] = Math.max(fits[text], values[code]);
    });
    return fits;
  }
}
