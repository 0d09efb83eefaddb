// How lines look: a corridor's legs by mode and status, the user's lines by their legend.

import type { EntrySpec } from "../data/spec.ts";
import { safeColor } from "./symbols.ts";

/** How a line is drawn; widths and dashes in CSS pixels. Several strokes over each other make a railway. */
export interface Stroke {
  color: string;
  width: number;
  dash?: number[] | null;
  cap?: CanvasLineCap;
}

/** How a status breaks a line: whole where trains run, long dashes where it is built, dots where it is planned. */
const BREAKS: Record<string, { dash: number[]; cap: CanvasLineCap }> = {
  "under construction": { dash: [12, 6], cap: "butt" },
  planned: { dash: [0.1, 7], cap: "round" },
};
/** Ships leave no track: their lines are dashed even in operation. */
const SEA = { dash: [7, 5], cap: "butt" as const };
const PIPELINE = { dash: [12, 3, 2, 3], cap: "butt" as const };
const CORE = "#ffffff";
/** The ladder of a railway by its gauge: the wider the gauge the nearer the rungs. */
const RUNGS: Record<number, number[]> = { 1520: [6, 6], 1435: [14, 4] };
const OTHER_RUNGS = [3, 8];

/** The strokes, one over the other, of a leg of a mode and status. */
export function legStrokes({ color: given, mode, status, dash, gauge }: EntrySpec): Stroke[] {
  const color = safeColor(given);
  const broken = dash ? { dash, cap: "butt" as const } : BREAKS[status ?? ""];
  const halo: Stroke = { color: "rgba(255, 255, 255, 0.75)", width: 6 };
  const rungs = gauge === undefined ? RUNGS[1520] : (RUNGS[gauge] ?? OTHER_RUNGS);
  switch (mode) {
    case "rail":
      // The ladder of a railway; hollow dashes or dots where there is no track yet.
      return broken
        ? [halo, { color, width: 4.6, ...broken }, { color: CORE, width: 2, ...broken }]
        : [
            halo,
            { color, width: 4 },
            { color: CORE, width: 2 },
            { color, width: 2.4, dash: rungs, cap: "butt" },
          ];
    case "road":
      return broken
        ? [halo, { color, width: 3.4, ...broken }]
        : [halo, { color, width: 4 }, { color: CORE, width: 1.4 }];
    case "sea":
      return [{ color, width: 2.6, ...(broken ?? SEA) }];
    case "pipeline":
      return [halo, { color, width: 3, ...(broken ?? PIPELINE) }];
    default:
      return [halo, { color, width: 3, ...broken }];
  }
}

export const featureStroke = (entry: EntrySpec, weight: number): Stroke => ({
  color: safeColor(entry.color),
  width: weight * (entry.size ?? 1),
  dash: entry.dash ?? null,
  cap: entry.dash ? "butt" : "round",
});
