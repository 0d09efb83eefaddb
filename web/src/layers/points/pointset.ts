// The records of a point layer: places, values, search, filters, and which records are shown.

import { CodeWords, codesIn, FIT } from "../../data/codedwords.ts";
import { entry, toggle } from "../../data/collections.ts";
import { codesOf, joined, numbersOf } from "../../data/columns.ts";
import type { DecisionColumns } from "../../data/decisioncolumns.ts";
import {
  type Choice,
  choiceOf,
  datesOf,
  type Facet,
  RangeFacet,
  TermsFacet,
} from "../../data/facets.ts";
import { folded, MOST_TEXT } from "../../data/folding.ts";
import { type Found, RANK } from "../../data/found.ts";
import {
  type Cells,
  type Codes,
  type ColumnWords,
  explained,
  type PointData,
  stylesOf,
  type TextSearch,
} from "../../data/loader.ts";
import { type Column, steps, type Table } from "../../data/payload.ts";
import { recordIndex } from "../../data/recordindex.ts";
import { Records } from "../../data/records.ts";
import type { SearchIndex } from "../../data/searchindex.ts";
import { Filter, Selection } from "../../data/selection.ts";
import type { BoundsSpec, FacetSpec, PointsSpec } from "../../data/spec.ts";
import { type Box, latOf, lonOf, WORLD, worldX } from "../../geo/mercator.ts";
import { labelWithUnit, t, term } from "../../words/language.ts";
import { Crowding } from "./crowding.ts";
import { PointIndex } from "./pointindex.ts";
import { SymbolMarks } from "./symbolmarks.ts";

export function pointIndex(table: Table): PointIndex {
  return new PointIndex(steps(table, "_x"), steps(table, "_y"), stylesOf(table));
}

/** A facet with its name and the labels of its terms. */
export interface NamedFacet {
  readonly spec: FacetSpec;
  readonly name: string;
  readonly facet: Facet;
  codeLabel(term: string): string;
}

export class PointSet {
  readonly spec: PointsSpec;
  readonly records: Records;
  readonly marks: SymbolMarks;
  readonly index: PointIndex;
  readonly crowding: Crowding;
  readonly selection: Selection;
  readonly searchIndex: SearchIndex;
  readonly cells: Cells;
  /** What a reviewer says of pairs. */
  readonly live?: DecisionColumns;
  /** The codes of what differs besides colours. */
  readonly codes: Codes;
  private readonly codeWords: ColumnWords[];
  /** The search in the file beside the page. */
  private readonly wordSearch: TextSearch | null;
  private readonly facets = new Map<string, NamedFacet>();
  private readonly styleFilter: Filter;
  private readonly textFilter: Filter;
  private readonly hiddenStyles = new Set<number>();
  /** The text by which the layer is filtered; empty where it is not. */
  text = "";

  constructor(spec: PointsSpec, { places, cells }: PointData, live?: DecisionColumns) {
    this.spec = spec;
    this.live = live;
    this.cells = cells;
    this.codes = places.codes;
    this.records = new Records(spec, cells);
    this.marks = new SymbolMarks(spec, places.styles, places.codes);
    this.index = new PointIndex(places.xs, places.ys, places.styles, this.marks.ranks);
    this.crowding = new Crowding(this.index, this.marks.isUsual);
    this.selection = new Selection(this.index.length);
    this.styleFilter = new Filter(this.selection);
    this.textFilter = new Filter(this.selection);
    this.searchIndex = recordIndex(spec, cells);
    this.codeWords = spec.search_codes.map((column) => {
      const { words = {} } = spec.columns[column];
      return { column, words: new CodeWords(Object.keys(words), spec.columns[column]) };
    });
    this.wordSearch = cells.search?.(spec, this.codeWords, this.records) ?? null;
    this.selection.on(() => {
      this.index.leaveOut(this.selection.rejected);
      this.crowding.reset();
    });
  }

  /** Return the usual diameter of symbols at a zoom, in CSS pixels. */
  sizeAt(zoom: number): number {
    return this.crowding.sizeAt(zoom, this.marks.usual(zoom));
  }

  /** Draw symbols by the part of the map in view; return whether those of its zoom change. */
  see(box: Box, zoom: number): boolean | null {
    return this.crowding.see(box, zoom, this.marks.usual(zoom));
  }

  column(at: number): Column {
    return this.cells.getChild(`c${at}`) as Column;
  }

  /** Return a filter of the layer, made at its first use. */
  async facet(spec: FacetSpec): Promise<NamedFacet> {
    await this.cells.columns(spec.also === undefined ? [spec.column] : [spec.column, spec.also]);
    return entry(this.facets, spec.name, () => this.makeFacet(spec));
  }

  /** Filter by what a reviewer says now, and tell of it if an answer has changed. */
  decided(): void {
    if (!this.live?.decision.update()) return;
    this.selection.together(() => {
      for (const { spec, facet } of this.madeFacets) {
        if (spec.column === this.spec.pair?.decision && facet instanceof TermsFacet) facet.apply();
      }
      this.selection.tell();
    });
  }

  isMade(spec: FacetSpec): boolean {
    return this.facets.has(spec.name);
  }

  /** The filters that are in use or were. */
  get madeFacets(): NamedFacet[] {
    return [...this.facets.values()];
  }

  private makeFacet(spec: FacetSpec): NamedFacet {
    const { selection } = this;
    const column = this.column(spec.column);
    const labels = this.records.codeLabels[spec.column];
    const codeLabel = (code: string): string => labels?.codeLabel(code) ?? term(code);
    const named = { spec, name: this.facetName(spec), codeLabel };
    if (spec.kind === "number" || spec.kind === "year") {
      const numbers = withoutCodes(numbersOf(column), spec.missing);
      return { ...named, facet: new RangeFacet(numbers, selection) };
    }
    if (spec.kind === "date")
      return { ...named, facet: new RangeFacet(datesOf(codesOf(column)), selection, true) };
    const more = spec.also === undefined ? null : codesOf(this.column(spec.also));
    const codes = more === null ? codesOf(column) : joined(codesOf(column), more);
    return { ...named, facet: new TermsFacet(codes, selection, splitter(spec)) };
  }

  facetName({ kind, column }: FacetSpec): string {
    const { label, unit } = this.spec.columns[column];
    return kind === "critical" ? t("criticalList") : labelWithUnit(label, unit);
  }

  /** Show or hide the records of a class of the legend. */
  showStyle(style: number, isShown: boolean): void {
    if (isShown === this.isStyleShown(style)) return;
    const { hiddenStyles: hidden } = this;
    toggle(hidden, style, !isShown);
    const { styles } = this.index;
    this.styleFilter.apply(hidden.size === 0 ? null : (row) => !hidden.has(styles[row]));
  }

  isStyleShown(style: number): boolean {
    return !this.hiddenStyles.has(style);
  }

  /** The labels of the hidden classes. */
  get hiddenLabels(): string[] {
    const { entries } = this.spec.legend;
    return entries.map(({ label }) => label).filter((_, style) => !this.isStyleShown(style));
  }

  /** The labels of the classes that are hidden when the page opens. */
  get hiddenAtFirst(): string[] {
    return this.spec.legend.entries.filter(({ hidden }) => hidden).map(({ label }) => label);
  }

  /** Show the records that contain all words of a text; the empty text shows all. */
  async filterByText(text: string): Promise<void> {
    const query = folded(text) === "" ? "" : text.slice(0, MOST_TEXT).trim();
    this.text = query;
    if (query === "") {
      this.textFilter.apply(null);
      return;
    }
    await this.searchIndex.ready();
    // Another text may have come in the meantime.
    if (this.text !== query) return;
    const found = new Uint8Array(this.index.length);
    this.searchIndex.forEach(query, (row) => (found[row] = 1));
    this.textFilter.apply((row) => found[row] === 1);
  }

  /** Find records by a text among those that all filters but the text show, or among all. */
  async find(text: string, most: number, isAll = false): Promise<Found> {
    const fits = (row: number): boolean => isAll || this.textFilter.passesOthers(row);
    if (this.wordSearch !== null)
      return this.wordSearch.find(text, most, fits).catch((error: unknown) => {
        throw explained(error);
      });
    await this.searchIndex.ready();
    return this.searchIndex.find(text, most, fits);
  }

  /** Return the codes that all words mean, with the filters that choose them. */
  findCodes(words: string[]): { column: number; code: string; rank: number; facet: FacetSpec }[] {
    const keys = words.map((word) => new TextEncoder().encode(word));
    return this.codeWords.flatMap(({ column, words }) => {
      const facet = this.spec.facets.find(
        (spec) => spec.column === column && spec.kind !== "critical",
      );
      if (facet === undefined || keys.length === 0) return [];
      const fits = keys.map((key) => words.fits(key, false));
      return words.values.flatMap((code, i) => {
        const least = Math.min(...fits.map((fit) => fit[i]));
        const rank = least === FIT.equals ? RANK.equals : RANK.begins;
        return least < FIT.begins ? [] : [{ column, code, rank, facet }];
      });
    });
  }

  /** Load what a suggestion of the search shows. */
  async loadHits(rows: number[]): Promise<void> {
    const { title, search_codes: codes } = this.spec;
    await this.cells.few(title === null ? codes : [title, ...codes], rows);
  }

  get isFiltered(): boolean {
    const isActive = ({ facet }: NamedFacet): boolean => facet.isActive;
    return this.text !== "" || this.hiddenStyles.size > 0 || this.madeFacets.some(isActive);
  }

  /** The filters by which the layer opens. */
  get firstFilters(): FacetSpec[] {
    return this.spec.facets.filter(({ choice }) => choice !== undefined);
  }

  /** Filter as the layer opens. */
  async filterFirst(): Promise<void> {
    await Promise.all(this.firstFilters.map((spec) => this.facet(spec)));
    this.choose(({ spec, facet }) => choiceOf(spec.choice, facet), this.hiddenLabels);
  }

  /** Show everything again. */
  reset(): void {
    this.selection.together(() => {
      this.choose(() => null, []);
      void this.filterByText("");
    });
  }

  /** Set the choice of each filter that is or was in use, and hide the classes of labels. */
  choose(choiceOf: (named: NamedFacet) => Choice, hidden: string[]): void {
    this.selection.together(() => {
      for (const named of this.facets.values()) named.facet.choice = choiceOf(named);
      const { entries } = this.spec.legend;
      entries.forEach(({ label }, style) => this.showStyle(style, !hidden.includes(label)));
    });
  }

  /** Count the records of each style in a box that pass all filters but the legend's. */
  countStyles(box: Box): Uint32Array {
    const counts = new Uint32Array(this.spec.legend.entries.length);
    const passes = (row: number): boolean => this.styleFilter.passesOthers(row);
    this.index.forEachIn(box, (row) => counts[this.index.styles[row]]++, passes);
    return counts;
  }

  /** The bounds of the shown records; null where none is shown. */
  get extent(): BoundsSpec | null {
    const { xs, ys } = this.index;
    // Beyond the antimeridian the layer continues eastwards.
    const west = worldX(this.spec.bounds?.[0][1] ?? -180);
    let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity];
    for (let row = 0; row < xs.length; row++) {
      if (!this.index.isShown(row)) continue;
      const x = xs[row] + 1 < west ? xs[row] + WORLD : xs[row];
      minX = Math.min(minX, x);
      maxX = Math.max(maxX, x);
      minY = Math.min(minY, ys[row]);
      maxY = Math.max(maxY, ys[row]);
    }
    const south: BoundsSpec[0] = [latOf(maxY), lonOf(minX)];
    return minX === Infinity ? null : [south, [latOf(minY), lonOf(maxX)]];
  }

  placeOf(row: number): [x: number, y: number] {
    return [this.index.xs[row], this.index.ys[row]];
  }
}

/** Return numbers without those that stand for a missing value. */
function withoutCodes(numbers: ArrayLike<number>, codes: number[] = []): ArrayLike<number> {
  if (codes.length === 0) return numbers;
  return Float64Array.from(numbers, (number) => (codes.includes(number) ? NaN : number));
}

function splitter({ kind, lists = [] }: FacetSpec): ((text: string) => string[]) | undefined {
  if (kind === "codes") return codesIn;
  if (kind !== "critical") return undefined;
  const members = lists.map(({ id, codes }) => ({ id, codes: new Set(codes) }));
  return (text) => {
    const found = codesIn(text);
    return members.filter(({ codes }) => found.some((code) => codes.has(code))).map(({ id }) => id);
  };
}
