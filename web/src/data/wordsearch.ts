// Search in the index of words beside the page, for records whose names the page does not have.

import { codesIn, FIT } from "./codedwords.ts";
import { folded, foldedWords, searchedWords } from "./folding.ts";
import { type Found, RANK } from "./found.ts";
import type { Cells, ColumnWords, RecordValues, TextSearch } from "./loader.ts";
import type { PointsSpec } from "./spec.ts";
import type { IndexFound, WordIndex } from "./wordindex.ts";

/** Records that are read to see whether they have a word that too many records have. */
const MOST_READ = 16;

const encoder = new TextEncoder();

/** Return how many records are found, of those that are read. */
function countOf({ isNear, isWhole, unsure, count }: IndexFound, kept: number[]): number {
  if (isNear) return 0;
  return isWhole || unsure.length > 0 ? kept.length : count;
}

export class WordSearch implements TextSearch {
  private readonly index: WordIndex;
  private readonly cells: Cells;
  private readonly spec: PointsSpec;
  private readonly codes: ColumnWords[];
  private readonly records: RecordValues;

  constructor(
    index: WordIndex,
    cells: Cells,
    spec: PointsSpec,
    codes: ColumnWords[],
    records: RecordValues,
  ) {
    this.index = index;
    this.cells = cells;
    this.spec = spec;
    this.codes = codes;
    this.records = records;
  }

  /** Find records as `SearchIndex.find` does. */
  async find(query: string, most: number, passes: (row: number) => boolean): Promise<Found> {
    const given = searchedWords(query).map((word) => ({ word, codes: this.codesOf(word) }));
    const found = await this.index.find(given);
    const shown = found.rows.filter(passes);
    const isRough = !found.isWhole;
    const kept = found.unsure.length === 0 ? shown : await this.having(found.unsure, shown);
    const best = kept.slice(0, most);
    const { title } = this.spec;
    if (title !== null) await this.cells.few([title], best);
    const ranks = best.map((row) => (found.isNear ? RANK.near : this.rankOf(query, row)));
    const order = [...best.keys()].sort((a, b) => ranks[a] - ranks[b]);
    const count = countOf(found, kept);
    const hidden = found.rows.length - shown.length;
    return {
      best: order.map((i) => best[i]),
      ranks: order.map((i) => ranks[i]),
      count,
      hidden,
      isRough,
    };
  }

  /** Return the keys of the codes that a word means. */
  private codesOf(word: string): string[] {
    const bytes = encoder.encode(word);
    return this.codes.flatMap(({ column, words }) => {
      const fits = words.fits(bytes, false);
      const values = words.values.filter((_, i) => fits[i] >= FIT.begins);
      return values.map((code) => `${this.spec.columns[column].name}=${code}`);
    });
  }

  /** Return the first records that have words, in their names or codes. */
  private async having(words: string[], rows: number[]): Promise<number[]> {
    const { search, search_codes: codes } = this.spec;
    const first = rows.slice(0, MOST_READ);
    await this.cells.few([...search, ...codes], first);
    return first.filter((row) => {
      const own = search.flatMap((column) => foldedWords(this.cell(row, column)));
      const cells = codes.flatMap((column) => {
        const { name } = this.spec.columns[column];
        return codesIn(this.cell(row, column)).map((code) => `${name}=${code}`);
      });
      return words.every(
        (word) =>
          own.some((other) => other.startsWith(word)) ||
          this.codesOf(word).some((key) => cells.includes(key)),
      );
    });
  }

  private cell(row: number, column: number): string {
    return String(this.records.value(row, column) ?? "");
  }

  private rankOf(query: string, row: number): number {
    const { title } = this.spec;
    const whole = folded(query);
    const name = title === null ? "" : folded(this.cell(row, title));
    if (name === whole) return RANK.equals;
    if (name.startsWith(whole)) return RANK.begins;
    const isIn = (word: string): boolean => ` ${name}`.includes(` ${word}`);
    return whole.split(" ").every(isIn) ? RANK.word : RANK.code;
  }
}
