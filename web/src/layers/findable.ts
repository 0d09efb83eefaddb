// What the search of a map finds besides points: places, layers, and records of lines and areas.

import { LABEL, type Label } from "../canvas/labels.ts";
import type { Records } from "../data/records.ts";
import type { SearchIndex } from "../data/searchindex.ts";
import type { RoutesSpec, VectorSpec } from "../data/spec.ts";
import type { FeatureIndex } from "../geo/featureindex.ts";
import { latOf, lonOf } from "../geo/mercator.ts";
import { formatPlace } from "../words/format.ts";
import { countryName, type TextKey, t } from "../words/language.ts";
import type { Hit } from "./hit.ts";

/** The kinds, in the order in which the search lists them. */
export const KINDS = ["node", "place", "corridor", "layer"] as const;
type FindableKind = (typeof KINDS)[number];

export interface Findable {
  kind: FindableKind;
  name: string;
  /** Its other names, with semicolons between them. */
  others?: string;
  /** What and where it is. */
  hint: string;
  /** The place in world units, and the zoom from which it is seen well. */
  place?: { at: [x: number, y: number]; zoom: number };
  /**
   * Show it on the map, and focus it if `focus` is true. A place without this function gets a note
   * with its name.
   */
  open?(focus: boolean): void;
}

/** The records of a layer of lines and areas. */
export interface FeatureSet {
  spec: VectorSpec | RoutesSpec;
  records: Records;
  index: FeatureIndex;
  searchIndex: SearchIndex;
  /** Return a record for a popup. */
  hitOf(row: number): Hit;
  /** Return what the tooltip of a record says below its name. */
  hintOf(row: number): string[];
}

const NAMES_OF_BASE: Record<number, { key: TextKey; zoom: number }> = {
  [LABEL.town]: { key: "town", zoom: 10 },
  [LABEL.capital]: { key: "capital", zoom: 9 },
  [LABEL.country]: { key: "country", zoom: 5 },
  [LABEL.water]: { key: "water", zoom: 6 },
};

/** Towns of one name are further apart than this, in metres. */
export const APART_M = 2_000;

/**
 * Return the towns, countries and waters that the base map names. Those of one kind, name and
 * country have their latitude and longitude as well.
 */
export function placesOf(labels: Label[]): Findable[] {
  const places = labels.flatMap(({ kind, x, y, text, others, region }) => {
    const known = NAMES_OF_BASE[kind];
    if (known === undefined || text === "") return [];
    const country = kind === LABEL.country ? undefined : countryName(region);
    const hint = [t(known.key), country].filter(Boolean).join(", ");
    const at: [number, number] = [x, y];
    return [{ kind: "place" as const, name: text, others, hint, place: { at, zoom: known.zoom } }];
  });
  const counts = new Map<string, number>();
  const keyOf = ({ name, hint }: Findable): string => `${name}, ${hint}`;
  for (const place of places) counts.set(keyOf(place), (counts.get(keyOf(place)) ?? 0) + 1);
  return places.map((place) => {
    if (counts.get(keyOf(place)) === 1) return place;
    const [x, y] = place.place.at;
    return { ...place, hint: `${place.hint} · ${formatPlace(latOf(y), lonOf(x), APART_M)}` };
  });
}
