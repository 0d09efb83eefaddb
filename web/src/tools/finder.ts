// Everything that the search of a map finds for a text, in groups, the best first.

import { put } from "../data/collections.ts";
import { folded, searchedWords } from "../data/folding.ts";
import { type Found, RANK } from "../data/found.ts";
import type { Column } from "../data/payload.ts";
import { SearchIndex } from "../data/searchindex.ts";
import { type Findable, KINDS } from "../layers/findable.ts";
import { entryLabel } from "../layers/legend.ts";
import type { PointSet } from "../layers/points/pointset.ts";
import type { PointLayer } from "../layers/points/view.ts";
import { t } from "../words/language.ts";

/** The most suggestions of a group, alone and beside others. */
const MOST = 6;
const FEW = 4;
/** The most codes of a cell that a suggestion names. */
const MOST_CODES = 3;

export interface Hit {
  title: string;
  hint: string;
  rank: number;
  run(focus: boolean): void;
}

/** The suggestions of one kind, and how many more records there are. */
export type HitGroup = { name: string; hits: Hit[]; more: number };

/** `count` is that of all records; it is not exact where the index of a file has too many. */
export type Search = { groups: HitGroup[]; count: number; hidden: number; isRough: boolean };

/** What a reader can do with a hit. */
interface Actions {
  openRecord(layer: PointLayer, row: number, focus: boolean): void;
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
  private readonly places = new Set<Places>();
  private readonly actions: Actions;

  constructor(actions: Actions) {
    this.actions = actions;
  }

  /** Whether there is nothing to search. */
  get isEmpty(): boolean {
    return this.layers.size + this.places.size === 0;
  }

  /** The share of the records that can be searched by now, from 0 to 1. */
  get share(): number {
    const shares = [...this.layers].map(({ points }) => points.searchIndex.share);
    return shares.reduce((sum, share) => sum + share, 0) / (shares.length || 1);
  }

  /** Search places too; return a function that ends it. */
  addPlaces(places: Findable[]): () => void {
    return put(this.places, new Places(places));
  }

  async find(text: string): Promise<Search> {
    const layers = await Promise.all([...this.layers].map((layer) => this.ofLayer(layer, text)));
    const places = await this.ofPlaces(text);
    const codes = { name: t("foundCodes"), hits: this.ofCodes(text), more: 0 };
    const groups = [codes, ...layers.map(({ group }) => group), ...places];
    const filled = groups.filter(({ hits }) => hits.length > 0);
    const bestOf = ({ hits }: HitGroup): number => Math.min(...hits.map(({ rank }) => rank));
    // What has typing errors is of use only where nothing else is found.
    const best = Math.min(...filled.map(bestOf));
    const kept = filled.filter((group) => best === RANK.near || bestOf(group) < RANK.near);
    kept.sort((a, b) => bestOf(a) - bestOf(b));
    const sum = (numbers: number[]): number => numbers.reduce((all, one) => all + one, 0);
    return {
      groups: kept.map((group) => cut(group, kept.length === 1 ? MOST : FEW)),
      count: sum(layers.map(({ found }) => found.count)),
      hidden: sum(layers.map(({ found }) => found.hidden)),
      isRough: layers.some(({ found }) => found.isRough),
    };
  }

  private async ofLayer(layer: PointLayer, text: string) {
    const { points } = layer;
    const { name } = points.spec;
    const found = await points.find(text, MOST);
    const isHidden = found.best.length === 0 && found.hidden > 0;
    // Where filters hide all that is found, a record can still be opened.
    const { best, ranks }: Found = isHidden ? await points.find(text, FEW, true) : found;
    await points.loadHits(best);
    const hits = best.map((row, i) => {
      const run = (focus: boolean): void => this.actions.openRecord(layer, row, focus);
      const hint = [...hintsOf(points, row), isHidden ? t("isHidden") : null].filter(Boolean);
      return { title: points.records.titleOf(row), hint: hint.join(" · "), rank: ranks[i], run };
    });
    return { found, group: { name, hits, more: Math.max(0, found.count - hits.length) } };
  }

  private async ofPlaces(text: string): Promise<HitGroup[]> {
    const found = await Promise.all([...this.places].map((places) => places.find(text)));
    const all = found.flat().sort((a, b) => a.rank - b.rank);
    return KINDS.map((kind) => {
      const own = all.filter(({ place }) => place.kind === kind);
      const hits = own.map(({ place, rank }) => {
        const run = (focus: boolean): void => this.actions.openPlace(place, focus);
        return { title: place.name, hint: place.hint, rank, run };
      });
      return { name: t(`found_${kind}`), hits, more: 0 };
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

/** Cut a group to its best suggestions. */
function cut({ name, hits, more }: HitGroup, most: number): HitGroup {
  const shown = hits.slice(0, most);
  return { name, hits: shown, more: more > 0 ? more + hits.length - shown.length : 0 };
}

/** Return what tells a record from others: its commodities and country, or its class. */
function hintsOf(points: PointSet, row: number): string[] {
  const { spec, records, index } = points;
  const columns = ["commodities", "country"].flatMap((name) =>
    spec.search_codes.filter((column) => spec.columns[column].name === name),
  );
  const texts = columns.flatMap((column) => {
    const parts = records.text(row, column)?.split(", ") ?? [];
    const more = parts.length > MOST_CODES ? "…" : "";
    return parts.length === 0 ? [] : [parts.slice(0, MOST_CODES).join(", ") + more];
  });
  const { entries } = spec.legend;
  if (texts.length > 0 || entries.length < 2) return texts;
  return [entryLabel(entries[index.styles[row]])];
}
