// What the search of a map finds besides the records of point layers.

import { LABEL, type Label } from "../canvas/labels.ts";
import { countryName, type TextKey, t } from "../words/language.ts";

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

const NAMES_OF_BASE: Record<number, { key: TextKey; zoom: number }> = {
  [LABEL.town]: { key: "town", zoom: 10 },
  [LABEL.capital]: { key: "capital", zoom: 9 },
  [LABEL.country]: { key: "country", zoom: 5 },
  [LABEL.water]: { key: "water", zoom: 6 },
};

/** Return the towns, countries and waters that the base map names. */
export const placesOf = (labels: Label[]): Findable[] =>
  labels.flatMap((label) => {
    const known = NAMES_OF_BASE[label.style];
    if (known === undefined || label.text === "") return [];
    const { x, y, text, others, region } = label;
    const country = label.style === LABEL.country ? undefined : countryName(region);
    const hint = [t(known.key), country].filter(Boolean).join(", ");
    return [{ kind: "place", name: text, others, hint, place: { at: [x, y], zoom: known.zoom } }];
  });
