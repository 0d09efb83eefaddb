// The strokes of lines: of a corridor's legs by mode and status, of other lines by their legend.

import type { EntrySpec } from "../data/spec.ts";
import { type Ink, type Inking, type Paint, safeColor } from "./colors.ts";

/** A stroke of a line, in CSS pixels. Several over each other make a railway. */
export interface Stroke extends Ink {
  width: number;
  dash?: readonly number[] | null;
  cap?: CanvasLineCap;
  alpha?: number;
}

type Dash = Pick<Stroke, "dash" | "cap">;

/** Long dashes where a line is under construction, dots where it is planned. */
const DASHES: Record<string, Dash> = {
  "under construction": { dash: [12, 6], cap: "butt" },
  planned: { dash: [0.1, 7], cap: "round" },
};
/** A sea line is dashed even in operation: ships have no track. */
const SEA: Dash = { dash: [7, 5], cap: "butt" };
const CORE: Stroke = { color: "#ffffff", width: 2 };
const HALO: Stroke = { color: "rgba(255, 255, 255, 0.75)", width: 6 };
/** The rungs of a railway by its gauge: the wider the gauge, the closer the rungs. */
const RUNGS: Record<number, number[]> = { 1520: [6, 6], 1435: [14, 4] };
const OTHER_RUNGS = [3, 8];

/** Return the strokes of a leg, the lowest first; `paint` colours those without a halo. */
export function legStrokes(entry: EntrySpec, paint: Paint): Stroke[] {
  const { mode, status, dash, gauge = 1520 } = entry;
  const color = safeColor(entry.color);
  const broken: Dash | undefined = dash ? { dash, cap: "butt" } : DASHES[status ?? ""];
  const rungs: Dash = { dash: RUNGS[gauge] ?? OTHER_RUNGS, cap: "butt" };
  switch (mode) {
    case "rail":
      if (broken) return [HALO, { color, width: 4.6, ...broken }, { ...CORE, ...broken }];
      return [HALO, { color, width: 4 }, CORE, { color, width: 2.4, ...rungs }];
    case "road":
      if (broken) return [HALO, { color, width: 3.4, ...broken }];
      return [HALO, { color, width: 4 }, { ...CORE, width: 1.4 }];
    case "sea":
      return [{ color: paint(entry.color), width: 2.6, ...(broken ?? SEA) }];
    default:
      return [HALO, { color, width: 3, ...broken }];
  }
}

/** A line whose width has no number. */
export const UNMEASURED = { width: 1, dash: [3, 3], cap: "butt" } as const;

/** A rim is so wide on either side of a line, in CSS pixels, but not wider than the line. */
const LINE_RIM = 1;

/** Return a stroke with that of its rim below it. */
export function withRim({ rim, ...stroke }: Stroke): Stroke[] {
  if (rim === undefined) return [stroke];
  const width = stroke.width + 2 * Math.min(LINE_RIM, stroke.width);
  return [{ ...stroke, color: rim, width }, stroke];
}

/** Return the stroke of a line, in its ink. */
export const featureStroke = (entry: EntrySpec, weight: number, inkOf: Inking): Stroke => ({
  ...inkOf(entry.color),
  width: weight * (entry.size ?? 1),
  dash: entry.dash ?? null,
  cap: entry.dash ? "butt" : "round",
  alpha: entry.shape === "line" ? entry.opacity : undefined,
});

/** Return the stroke of the outline of an area, in its ink; null where it has none. */
export function outlineStroke(entry: EntrySpec, weight: number, inkOf: Inking): Stroke | null {
  const { outline, outline_width: width } = entry;
  if (outline === "none") return null;
  const plain: Inking = (color) => ({ color: safeColor(color) });
  const stroke = featureStroke(entry, weight, () =>
    outline ? inkOf(outline, entry) : plain(entry.color),
  );
  if (width !== undefined) stroke.width = width;
  return stroke;
}
