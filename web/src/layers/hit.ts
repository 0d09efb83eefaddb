// The records under the cursor.

import type { Records } from "../data/records.ts";
import type { Box } from "../geo/mercator.ts";
import { h } from "../ui/dom.ts";

/** A record under the cursor. */
export interface Hit {
  records: Records;
  row: number;
  /** The place of the record in world units; null for lines and areas. */
  place: [x: number, y: number] | null;
  /** Return whether the record is on the map: its layer may be hidden, or a filter may hide it. */
  isShown(): boolean;
}

/** A layer whose records can be clicked. */
export interface Pickable {
  /** Layers with a higher rank come first. */
  rank: number;
  /** Return how far the cursor may be from a record at a zoom, in CSS pixels. */
  reach(zoom: number): number;
  /** Return the records near a place, each with its distance, in world units. */
  near(x: number, y: number, radius: number, zoom: number): { hit: Hit; distance: number }[];
  /** Return further lines for the tooltip. */
  hint?(hit: Hit): string | string[] | null;
  /** Return a bubble that a click zooms into, or a hexagon with several records. */
  bubble?(x: number, y: number, zoom: number): BubbleHit | null;
}

export type BubbleHit = { x: number; y: number; count: number; box: Box; note?: string };

/** Return the content of a tooltip: a title, if there is one, and further lines. */
export function hoverCard(
  title: string | null,
  ...lines: (string | null | undefined)[]
): HTMLElement {
  const more = lines.filter((line) => line != null && line !== "") as string[];
  return h(
    "div",
    title && h("strong", title),
    ...more.map((line) => h("div.mm-tooltip__more", line)),
  );
}
