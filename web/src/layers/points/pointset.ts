// The records of a point layer with all that is known of them: places, values, what is shown, what can be searched and filtered.

import { codesIn } from "../../data/codelabels.ts";
import { codesOf, joined, numbersOf } from "../../data/columns.ts";
import { type Facet, RangeFacet, TermsFacet } from "../../data/facets.ts";
import type { CellLoader, Cells, PointData } from "../../data/loader.ts";
import { type Column, required, steps, type Table } from "../../data/payload.ts";
import { Records } from "../../data/records.ts";
import { type Found, folded, SearchIndex } from "../../data/searchindex.ts";
import { Filter, Selection } from "../../data/selection.ts";
import type { BoundsSpec, FacetSpec, PointsSpec } from "../../data/spec.ts";
import { type Box, latOf, lonOf, WORLD, worldX } from "../../geo/mercator.ts";
import { labelWithUnit, term } from "../../words/language.ts";
import { PointIndex } from "./pointindex.ts";

export function pointIndex(table: Table): PointIndex {
  return new PointIndex(
    steps(table, "_x"),
    steps(table, "_y"),
    new Uint8Array(required(table, "_style")),
  );
}

/** A facet with its name and the words of its terms. */
export interface NamedFacet {
  readonly spec: FacetSpec;
  readonly name: string;
  readonly facet: Facet;
  codeLabel(term: string): string;
}

export class PointSet {
  readonly spec: PointsSpec;
  readonly records: Records;
  readonly index: PointIndex;
  readonly selection: Selection;
  readonly searchIndex: SearchIndex;
  readonly loader: CellLoader;
  private readonly cells: Cells;
  private readonly facets = new Map<string, NamedFacet>();
  private readonly styleFilter: Filter;
  private readonly textFilter: Filter;
  private readonly hiddenStyles = new Set<number>();
  private query = "";

  constructor(spec: PointsSpec, { places, cells, loader }: PointData) {
    this.spec = spec;
    this.cells = cells;
    this.loader = loader;
    this.records = new Records(spec, cells, loader);
    this.index = new PointIndex(places.xs, places.ys, places.styles);
    this.selection = new Selection(this.index.length);
    this.styleFilter = new Filter(this.selection);
    this.textFilter = new Filter(this.selection);
    const searched = spec.search ?? [];
    this.searchIndex = new SearchIndex(
      searched.map((at) => this.column(at)),
      searched.map((at) => spec.columns[at].prefix),
      () => loader.ranges(searched),
    );
    this.selection.on(() => this.index.leaveOut(this.selection.rejected));
  }

  column(at: number): Column {
    return this.cells.getChild(`c${at}`) as Column;
  }

  /** A filter of the layer, made when it is first asked for. */
  async facet(spec: FacetSpec): Promise<NamedFacet> {
    await this.loader.columns(spec.also === undefined ? [spec.column] : [spec.column, spec.also]);
    let named = this.facets.get(spec.name);
    if (named === undefined) this.facets.set(spec.name, (named = this.makeFacet(spec)));
    return named;
  }

  isMade(spec: FacetSpec): boolean {
    return this.facets.has(spec.name);
  }

  /** The filters that have been made. */
  get madeFacets(): NamedFacet[] {
    return [...this.facets.values()];
  }

  private makeFacet(spec: FacetSpec): NamedFacet {
    const column = this.column(spec.column);
    const name = this.facetName(spec);
    const codeLabel = (code: string): string =>
      this.records.codeLabels[spec.column]?.codeLabel(code) ?? term(code);
    if (spec.kind === "number" || spec.kind === "year") {
      return { spec, name, codeLabel, facet: new RangeFacet(numbersOf(column), this.selection) };
    }
    const codes =
      spec.also === undefined
        ? codesOf(column)
        : joined(codesOf(column), codesOf(this.column(spec.also)));
    return { spec, name, codeLabel, facet: new TermsFacet(codes, this.selection, splitter(spec)) };
  }

  facetName(spec: FacetSpec): string {
    const { label, unit } = this.spec.columns[spec.column];
    if (spec.kind === "critical") return term("critical list");
    return labelWithUnit(label, unit);
  }

  /** Show or hide what the legend lists under a style. */
  showStyle(style: number, shown: boolean): void {
    if (shown === this.isStyleShown(style)) return;
    if (shown) this.hiddenStyles.delete(style);
    else this.hiddenStyles.add(style);
    const { styles } = this.index;
    const hidden = this.hiddenStyles;
    this.styleFilter.apply(hidden.size === 0 ? null : (row) => !hidden.has(styles[row]));
  }

  isStyleShown(style: number): boolean {
    return !this.hiddenStyles.has(style);
  }

  /** Show the records that hold all words of a text; the empty text shows all. */
  async filterByText(text: string): Promise<void> {
    const query = folded(text) === "" ? "" : text.trim();
    this.query = query;
    if (query === "") {
      this.textFilter.apply(null);
      return;
    }
    await this.searchIndex.ready();
    // Something else may be query by now.
    if (this.query !== query) return;
    const found = new Uint8Array(this.index.length);
    this.searchIndex.forEach(query, (row) => (found[row] = 1));
    this.textFilter.apply((row) => found[row] === 1);
  }

  /** Find records by a text among those that all filters but a text show. */
  async find(text: string, most: number): Promise<Found> {
    await this.searchIndex.ready();
    return this.searchIndex.find(text, most, (row) => this.textFilter.passesOthers(row));
  }

  get text(): string {
    return this.query;
  }

  get isFiltered(): boolean {
    return (
      this.query !== "" ||
      this.hiddenStyles.size > 0 ||
      this.madeFacets.some(({ facet }) => facet.isActive)
    );
  }

  /** Show everything again. */
  reset(): void {
    this.selection.together(() => {
      for (const { facet } of this.facets.values()) facet.choice = null;
      this.hiddenStyles.clear();
      this.styleFilter.apply(null);
      void this.filterByText("");
    });
  }

  /** How many shown records of each style are in a box. */
  countStyles(box: Box): Uint32Array {
    const counts = new Uint32Array(256);
    this.index.forEachIn(box, (row) => counts[this.index.styles[row]]++);
    return counts;
  }

  /** What of the world is spanned by the records that are shown; null where none is. */
  get extent(): BoundsSpec | null {
    const { xs, ys } = this.index;
    // Beyond the antimeridian the layer goes on eastwards.
    const west = worldX(this.spec.bounds?.[0][1] ?? -180);
    let minX = Infinity,
      minY = Infinity,
      maxX = -Infinity,
      maxY = -Infinity;
    for (let row = 0; row < xs.length; row++) {
      if (!this.index.isShown(row)) continue;
      const x = xs[row] + 1 < west ? xs[row] + WORLD : xs[row];
      minX = Math.min(minX, x);
      maxX = Math.max(maxX, x);
      minY = Math.min(minY, ys[row]);
      maxY = Math.max(maxY, ys[row]);
    }
    return minX === Infinity
      ? null
      : [
          [latOf(maxY), lonOf(minX)],
          [latOf(minY), lonOf(maxX)],
        ];
  }

  placeOf(row: number): [x: number, y: number] {
    return [this.index.xs[row], this.index.ys[row]];
  }
}

function splitter({ kind, lists }: FacetSpec): ((text: string) => string[]) | undefined {
  if (kind === "codes") return codesIn;
  if (kind !== "critical") return undefined;
  const members = (lists ?? []).map(({ id, codes }) => ({ id, codes: new Set(codes) }));
  return (text) =>
    members
      .filter(({ codes }) => codesIn(text).some((code) => codes.has(code)))
      .map(({ id }) => id);
}
