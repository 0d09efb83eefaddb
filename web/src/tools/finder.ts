// Everything that the search of a map finds for a text, in groups, the best first.

import { put } from "../data/collections.ts";
import { folded, searchedWords } from "../data/folding.ts";
import { type Found, RANK } from "../data/found.ts";
import type { Column } from "../data/payload.ts";
import type { Records } from "../data/records.ts";
import { SearchIndex } from "../data/searchindex.ts";
import type { RecordsSpec, SearchedSpec } from "../data/spec.ts";
import { latOf, lonOf } from "../geo/mercator.ts";
import type { Place } from "../geo/polyline.ts";
import { APART_M, type FeatureSet, type Findable, KINDS } from "../layers/findable.ts";
import { entryLabel } from "../layers/legend.ts";
import type { PointLayer } from "../layers/points/view.ts";
import { formatPlace } from "../words/format.ts";
import { t } from "../words/language.ts";

/** The most suggestions of a group, alone and beside others. */
const MOST = 6;
const FEW = 4;
/** The most codes of a cell that a suggestion names. */
const MOST_CODES = 3;
/** All of a group is shown. */
const WHOLE = { more: 0, isTable: false };

export interface Hit {
  title: string;
  hint: string;
  rank: number;
  run(focus: boolean): void;
}

/** The suggestions of one kind, how many more records there are, and whether a table has them. */
export type HitGroup = { name: string; hits: Hit[]; more: number; isTable: boolean };

/** `count` is that of points; it is not exact where the index of a file has too many. */
export type Search = { groups: HitGroup[]; count: number; hidden: number; isRough: boolean };

/** What a reader can do with a hit. */
interface Actions {
  openRecord(layer: PointLayer, row: number, focus: boolean): void;
  openFeature(features: FeatureSet, row: number, focus: boolean): void;
  openPlace(place: Findable, focus: boolean): void;
}

const encoder = new TextEncoder();

/** Return texts as a column of a table. */
function columnOf(texts: string[]): Column {
  const bytes = (row: number): Uint8Array => encoder.encode(texts[row]);
  return { length: texts.length, bytes } as unknown as Column;
}

/** Places of one source, with the index of their names. */
class Places {
  readonly places: Findable[];
  private readonly index: SearchIndex;

  constructor(places: Findable[]) {
    this.places = places;
    const columns = [places.map(({ name }) => name), places.map(({ others = "" }) => others)];
    this.index = new SearchIndex({ columns: columns.map(columnOf) });
  }

  async find(text: string): Promise<{ place: Findable; rank: number }[]> {
    await this.index.ready();
    const { best, ranks } = this.index.find(text, MOST);
    // Another name is as good as the name itself.
    const isNamed = ({ others = "" }: Findable): boolean =>
      others.split(";").some((other) => folded(other) === folded(text));
    return best.map((row, i) => {
      const place = this.places[row];
      return { place, rank: isNamed(place) ? RANK.equals : ranks[i] };
    });
  }
}

export class Finder {
  readonly layers = new Set<PointLayer>();
  readonly features = new Set<FeatureSet>();
  private readonly places = new Set<Places>();
  private readonly actions: Actions;

  constructor(actions: Actions) {
    this.actions = actions;
  }

  /** Whether there is nothing to search. */
  get isEmpty(): boolean {
    return this.layers.size + this.features.size + this.places.size === 0;
  }

  /** The share of the records that can be searched by now, from 0 to 1. */
  get share(): number {
    const sets = [...[...this.layers].map(({ points }) => points), ...this.features];
    const shares = sets.map(({ searchIndex }) => searchIndex.share);
    return shares.reduce((sum, share) => sum + share, 0) / (shares.length || 1);
  }

  /** Search places too; return a function that ends it. */
  addPlaces(places: Findable[]): () => void {
    return put(this.places, new Places(places));
  }

  /** Find a text, with up to `most` records of a layer. */
  async find(text: string, most = MOST): Promise<Search> {
    const [layers, features, places] = await Promise.all([
      Promise.all([...this.layers].map((layer) => this.ofLayer(layer, text, most))),
      Promise.all([...this.features].map((one) => this.ofFeatures(one, text, most))),
      this.ofPlaces(text),
    ]);
    const codes = { name: t("foundCodes"), hits: this.ofCodes(text), ...WHOLE };
    const groups = bestFirst([codes, ...layers.map(({ group }) => group), ...features], places);
    const few = groups.length === 1 ? MOST : FEW;
    const sum = (numbers: number[]): number => numbers.reduce((all, one) => all + one, 0);
    return {
      groups: groups.map((group) => cut(group, most > MOST ? most : few)),
      count: sum(layers.map(({ found }) => found.count)),
      hidden: sum(layers.map(({ found }) => found.hidden)),
      isRough: layers.some(({ found }) => found.isRough),
    };
  }

  private async ofLayer(layer: PointLayer, text: string, most: number) {
    const { points } = layer;
    const { spec, records, index } = points;
    const found = await points.find(text, most);
    const isHidden = found.best.length === 0 && found.hidden > 0;
    // Where filters hide all that is found, a record can still be opened.
    const { best, ranks }: Found = isHidden ? await points.find(text, FEW, true) : found;
    await points.loadHits(best);
    const hits = best.map((row, i) => {
      const run = (focus: boolean): void => this.actions.openRecord(layer, row, focus);
      const { entries } = spec.legend;
      const codes = codesOf(spec, records, row);
      const isClass = codes.length === 0 && entries.length > 1;
      const hints = isClass ? [entryLabel(entries[index.styles[row]])] : codes;
      const hint = [...hints, isHidden ? t("isHidden") : null].filter(Boolean);
      return { title: records.titleOf(row), hint: hint.join(" · "), rank: ranks[i], run };
    });
    const more = Math.max(0, found.count - hits.length);
    return { found, group: { name: spec.name, hits, more, isTable: true } };
  }

  private async ofFeatures(features: FeatureSet, text: string, most: number): Promise<HitGroup> {
    const { spec, records, index, searchIndex } = features;
    await searchIndex.ready();
    const { best, ranks, count } = searchIndex.find(text, most);
    const hits = best.map((row, i) => {
      const run = (focus: boolean): void => this.actions.openFeature(features, row, focus);
      const title = records.titleOf(row);
      // A country is not the hint of its own name.
      const codes = codesOf(spec, records, row).filter((code) => code !== title);
      const hints = codes.length > 0 ? codes : features.hintOf(row);
      const hint = hints.join(" · ") || placeOf(index.spotOf(row));
      return { title, hint, rank: ranks[i], run };
    });
    const more = Math.max(0, count - hits.length);
    return { name: spec.name, hits, more, isTable: false };
  }

  private async ofPlaces(text: string): Promise<HitGroup[]> {
    const found = await Promise.all([...this.places].map((places) => places.find(text)));
    const all = found.flat().sort((a, b) => a.rank - b.rank);
    const best = all.filter(({ rank }) => rank < RANK.near || all[0].rank === RANK.near);
    return KINDS.map((kind) => {
      const own = best.filter(({ place }) => place.kind === kind);
      const hits = own.map(({ place, rank }) => {
        const run = (focus: boolean): void => this.actions.openPlace(place, focus);
        return { title: place.name, hint: place.hint, rank, run };
      });
      return { name: t(`found_${kind}`), hits, ...WHOLE };
    });
  }

  /** Return the commodities and countries that a text means, which filter their layer. */
  private ofCodes(text: string): Hit[] {
    const words = searchedWords(text);
    const hits = [...this.layers].flatMap(({ points }) =>
      points.findCodes(words).map(({ column, code, rank, facet }) => {
        const { label } = points.spec.columns[column];
        const title = `${points.records.codeLabels[column]?.codeLabel(code)} (${code})`;
        const choose = async (): Promise<void> => {
          (await points.facet(facet)).facet.choice = { terms: [code] };
        };
        return { title, hint: `${label} · ${points.spec.name}`, rank, run: () => void choose() };
      }),
    );
    return hits.sort((a, b) => a.rank - b.rank);
  }
}

const bestOf = ({ hits }: HitGroup): number => Math.min(...hits.map(({ rank }) => rank));
const isExact = (group: HitGroup): boolean => bestOf(group) < RANK.near;

/**
 * Return the groups that are not empty, the best first. What has typing errors is left out where
 * something else is found; but records that have them stay below places.
 */
function bestFirst(records: HitGroup[], places: HitGroup[]): HitGroup[] {
  const kept = records.some(isExact) ? records.filter(isExact) : records;
  const beside = [...kept, ...places].some(isExact) ? places.filter(isExact) : places;
  const filled = [...kept, ...beside].filter(({ hits }) => hits.length > 0);
  return filled.sort((a, b) => bestOf(a) - bestOf(b));
}

/** Cut a group to its best suggestions. */
function cut({ hits, more, ...group }: HitGroup, most: number): HitGroup {
  const shown = hits.slice(0, most);
  return { ...group, hits: shown, more: more > 0 ? more + hits.length - shown.length : 0 };
}

const placeOf = ([x, y]: Place): string => formatPlace(latOf(y), lonOf(x), APART_M);

/** Return the commodities and the country of a record in words. */
function codesOf(spec: SearchedSpec & Pick<RecordsSpec, "columns">, records: Records, row: number) {
  const columns = ["commodities", "country"].flatMap((name) =>
    spec.search_codes.filter((column) => spec.columns[column].name === name),
  );
  return columns.flatMap((column) => {
    const parts = records.text(row, column)?.split(", ") ?? [];
    const more = parts.length > MOST_CODES ? "…" : "";
    return parts.length === 0 ? [] : [parts.slice(0, MOST_CODES).join(", ") + more];
  });
}
