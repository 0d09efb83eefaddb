// Filters of a layer's records by the terms or the numbers of a column, with how many records each choice would show.

import type { Codes } from "./columns.ts";
import { Filter, type Selection } from "./selection.ts";

/** What a facet is set to, as it stands in the page's address: terms, or the ends of a range; null for no filter. */
export type Choice = { terms: string[] } | { from: number; to: number } | null;

/** Filters by the terms that a record holds: one of those chosen is enough. */
export class TermsFacet {
  /** Every term, and last the empty one, which stands for records without any. */
  readonly terms: string[];
  private readonly codes: Codes["codes"];
  /** The terms of each code. */
  private readonly termsOf: number[][];
  private readonly selection: Selection;
  private readonly filter: Filter;
  private chosen = new Set<number>();

  /** `split` gives the terms of a text. */
  constructor(
    { texts, codes }: Codes,
    selection: Selection,
    split: (text: string) => string[] = (text) => [text],
  ) {
    const place = new Map<string, number>();
    const found = texts.map((text) =>
      [...new Set(split(text))].filter(Boolean).map((term) => {
        if (!place.has(term)) place.set(term, place.size);
        return place.get(term)!;
      }),
    );
    this.terms = [...place.keys(), ""];
    const none = [place.size];
    this.termsOf = [...found.map((terms) => (terms.length > 0 ? terms : none)), none];
    this.codes = codes;
    this.selection = selection;
    this.filter = new Filter(selection);
  }

  /** How many records hold each term. */
  totals(): Uint32Array {
    return this.count(0);
  }

  /** How many records hold each term, of those that the other filters show. */
  counts(): Uint32Array {
    return this.count(this.filter.others);
  }

  /** Count what no filter among `bits` rejects. */
  private count(bits: number): Uint32Array {
    const { codes, termsOf } = this;
    const { rejected } = this.selection;
    const byCode = new Uint32Array(termsOf.length);
    for (let row = 0; row < codes.length; row++)
      if ((rejected[row] & bits) === 0) byCode[codes[row]]++;
    const counts = new Uint32Array(this.terms.length);
    byCode.forEach((count, code) => {
      for (const term of termsOf[code]) counts[term] += count;
    });
    return counts;
  }

  isChosen(term: number): boolean {
    return this.chosen.has(term);
  }

  get isActive(): boolean {
    return this.chosen.size > 0;
  }

  toggle(term: number, chosen: boolean): void {
    if (chosen) this.chosen.add(term);
    else this.chosen.delete(term);
    this.apply();
  }

  get choice(): Choice {
    return this.isActive
      ? { terms: [...this.chosen].sort((a, b) => a - b).map((term) => this.terms[term]) }
      : null;
  }

  set choice(choice: Choice) {
    const terms = choice !== null && "terms" in choice ? choice.terms : [];
    this.chosen = new Set(terms.map((term) => this.terms.indexOf(term)).filter((at) => at >= 0));
    this.apply();
  }

  private apply(): void {
    const { codes, chosen } = this;
    const passing = this.termsOf.map((terms) => terms.some((term) => chosen.has(term)));
    this.filter.apply(this.isActive ? (row) => passing[codes[row]] : null);
  }
}

/** The bars of a histogram. */
export const BARS = 40;

/** Filters by a number within two ends, both included. Records without a number pass only while there is no filter. */
export class RangeFacet {
  readonly min: number;
  readonly max: number;
  private readonly values: ArrayLike<number>;
  /** The bar of each record; one beyond the last where it has no number. */
  private readonly bars: Uint8Array;
  private readonly selection: Selection;
  private readonly filter: Filter;
  private ends: { from: number; to: number } | null = null;

  constructor(values: ArrayLike<number>, selection: Selection) {
    let min = Infinity,
      max = -Infinity;
    for (let row = 0; row < values.length; row++) {
      const value = values[row];
      if (!Number.isFinite(value)) continue;
      if (value < min) min = value;
      if (value > max) max = value;
    }
    this.min = min;
    this.max = max;
    this.values = values;
    this.selection = selection;
    this.filter = new Filter(selection);
    const scale = max > min ? BARS / (max - min) : 0;
    this.bars = new Uint8Array(values.length);
    for (let row = 0; row < values.length; row++) {
      const value = values[row];
      this.bars[row] = Number.isFinite(value)
        ? Math.min(BARS - 1, Math.floor((value - min) * scale))
        : BARS;
    }
  }

  /** How many records stand in each bar, of those that the other filters show. */
  counts(): Uint32Array {
    const { bars } = this;
    const { rejected } = this.selection;
    const { others } = this.filter;
    const counts = new Uint32Array(BARS + 1);
    for (let row = 0; row < bars.length; row++)
      if ((rejected[row] & others) === 0) counts[bars[row]]++;
    return counts.subarray(0, BARS);
  }

  get isActive(): boolean {
    return this.ends !== null;
  }

  get from(): number {
    return this.ends?.from ?? this.min;
  }

  get to(): number {
    return this.ends?.to ?? this.max;
  }

  get choice(): Choice {
    return this.ends;
  }

  set choice(choice: Choice) {
    const { values, min, max } = this;
    const given =
      choice !== null && "from" in choice && (choice.from > min || choice.to < max) ? choice : null;
    this.ends = given;
    this.filter.apply(
      given === null ? null : (row) => values[row] >= given.from && values[row] <= given.to,
    );
  }
}

export type Facet = TermsFacet | RangeFacet;
