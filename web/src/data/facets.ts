// Filters by the terms or the numbers of a column, with the number of records of each choice.

import { entry, toggle } from "./collections.ts";
import type { Codes } from "./columns.ts";
import { dateText, daysOf } from "./dates.ts";
import { Filter, type Selection } from "./selection.ts";
import type { FacetSpec, RangeSpec } from "./spec.ts";

/** The choice of a facet, as in the page's address: terms, or the ends of a range. */
export type Choice = { terms: string[] } | { from: number; to: number } | null;

/** A filter by the terms of a record: one of the chosen ones is enough. */
export class TermsFacet {
  /** Every term, and last the empty one for records without any. */
  readonly terms: string[];
  private readonly codes: Codes["codes"];
  /** The terms of each code. */
  private readonly termsOf: number[][];
  private readonly filter: Filter;
  private chosen = new Set<number>();

  /** `split` returns the terms of a text. */
  constructor({ texts, codes }: Codes, selection: Selection, split = (text: string) => [text]) {
    const places = new Map<string, number>();
    const placeOf = (term: string): number => entry(places, term, () => places.size);
    const found = texts.map((text) => [...new Set(split(text))].filter(Boolean).map(placeOf));
    this.terms = [...places.keys(), ""];
    const none = [places.size];
    this.termsOf = [...found.map((terms) => (terms.length > 0 ? terms : none)), none];
    this.codes = codes;
    this.filter = new Filter(selection);
  }

  /** Count the records of each term: those that the other filters show, or all. */
  counts(isAll = false): Uint32Array {
    const { codes, termsOf, filter } = this;
    const byCode = filter.countBy(codes, termsOf.length, isAll);
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

  toggle(term: number, isChosen: boolean): void {
    toggle(this.chosen, term, isChosen);
    this.apply();
  }

  get choice(): Choice {
    const chosen = [...this.chosen].sort((a, b) => a - b);
    return this.isActive ? { terms: chosen.map((term) => this.terms[term]) } : null;
  }

  set choice(choice: Choice) {
    const terms = choice !== null && "terms" in choice ? choice.terms : [];
    const places = terms.map((term) => this.terms.indexOf(term));
    this.chosen = new Set(places.filter((place) => place >= 0));
    this.apply();
  }

  /** Filter by the choice; again after codes of records have changed. */
  apply(): void {
    const { codes, chosen } = this;
    const passing = this.termsOf.map((terms) => terms.some((term) => chosen.has(term)));
    this.filter.apply(this.isActive ? (row) => passing[codes[row]] : null);
  }
}

/** The bars of a histogram. */
export const BARS = 40;

/** Return the day of each row of a column of ISO dates, NaN where one is missing. */
export function datesOf({ texts, codes }: Codes): Float64Array {
  const days = [...texts.map(daysOf), NaN];
  return Float64Array.from(codes, (code) => days[code]);
}

/** A filter by a range with both ends, of numbers or of dates in days. Records without a number pass only without a filter. */
export class RangeFacet {
  readonly min: number;
  readonly max: number;
  readonly isOfDates: boolean;
  private readonly values: ArrayLike<number>;
  /** The bar of each record; one beyond the last where it has no number. */
  private readonly bars: Uint8Array;
  private readonly filter: Filter;
  private ends: { from: number; to: number } | null = null;

  constructor(values: ArrayLike<number>, selection: Selection, isOfDates = false) {
    this.isOfDates = isOfDates;
    let [min, max] = [Infinity, -Infinity];
    for (let row = 0; row < values.length; row++) {
      const value = values[row];
      if (!Number.isFinite(value)) continue;
      if (value < min) min = value;
      if (value > max) max = value;
    }
    this.min = min;
    this.max = max;
    this.values = values;
    this.filter = new Filter(selection);
    const scale = max > min ? BARS / (max - min) : 0;
    this.bars = Uint8Array.from(values, (value) =>
      Number.isFinite(value) ? Math.min(BARS - 1, Math.floor((value - min) * scale)) : BARS,
    );
  }

  /** Return the number of records of each bar among those that the other filters show. */
  counts(): Uint32Array {
    return this.filter.countBy(this.bars, BARS + 1).subarray(0, BARS);
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
    const range = choice !== null && "from" in choice ? choice : null;
    const ends = range !== null && (range.from > min || range.to < max) ? range : null;
    this.ends = ends;
    this.filter.apply(ends && ((row) => values[row] >= ends.from && values[row] <= ends.to));
  }
}

export type Facet = TermsFacet | RangeFacet;

/** Return the choice that terms, or the ends of a range, mean for a facet. */
export function choiceOf(value: FacetSpec["choice"], facet: Facet): Choice {
  if (value === undefined) return null;
  if (facet instanceof TermsFacet) return { terms: value as string[] };
  const [from, to] = (value as RangeSpec).map((end) =>
    typeof end === "string" ? daysOf(end) : end,
  );
  return { from: from ?? facet.min, to: to ?? facet.max };
}

/** Return the terms, or the ends of a range, of a choice, as Python has them. */
export function stateOfChoice(choice: Exclude<Choice, null>, facet: Facet): string[] | RangeSpec {
  if ("terms" in choice) return choice.terms;
  const isOfDates = facet instanceof RangeFacet && facet.isOfDates;
  const textOf = (end: number) => (isOfDates ? dateText(end) : end);
  return [textOf(choice.from), textOf(choice.to)];
}
