// Records under the cursor.

import type { Records } from "../data/records.ts";
import type { Box } from "../geo/mercator.ts";
import { h } from "../ui/dom.ts";

/** A record under the cursor. */
export interface Hit {
  records: Records;
  row: number;
  /** Where the record is, in world units; null for lines and areas. */
  place: [x: number, y: number] | null;
  /** Whether the record is on the map: its layer may be switched off, and filters may hide it. */
  isShown(): boolean;
}

/** Records near a place, each with its distance in world units. */
export interface Pickable {
  /** Layers with a higher rank are asked first. */
  rank: number;
  /** How far, in CSS pixels, the cursor may be from a record at a zoom. */
  reach(zoom: number): number;
  near(x: number, y: number, radius: number, zoom: number): { hit: Hit; distance: number }[];
  /** A second line for the tooltip, or several, if the layer has them. */
  hint?(hit: Hit): string | string[] | null;
  /** What stands for many records at a place, to be looked at from nearer. */
  bubble?(
    x: number,
    y: number,
    zoom: number,
  ): { x: number; y: number; count: number; box: Box } | null;
}

/** What shows beside the cursor: a title, and lines of what else is to be said. */
export function hoverCard(title: string, ...lines: (string | null | undefined)[]): HTMLElement {
  const card = h("div", h("strong", title));
  for (const line of lines) if (line) card.append(h("div.mm-tooltip__more", line));
  return card;
}
