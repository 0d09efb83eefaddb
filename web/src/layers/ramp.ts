// The colour bar of a range of values: its colours, its ends, and a few round numbers between them.

import { safeColor } from "../canvas/symbols.ts";
import type { RampSpec } from "../data/spec.ts";
import { h } from "../ui/dom.ts";
import { formatReading } from "../words/format.ts";

/** Steps that people count in, times a power of ten. */
const ROUND = [1, 2, 2.5, 5, 10];
const MOST_TICKS = 3;
/** A number this near an end, as a share of the bar, would overlap the number of that end. */
const CLEAR = 0.22;

/** Return one to three round numbers between the ends, or none where there is no room. */
export function ticks(min: number, max: number): number[] {
  const span = max - min;
  if (!(span > 0) || !Number.isFinite(span)) return [];
  const power = 10 ** Math.floor(Math.log10(span / (MOST_TICKS + 1)));
  let best: number[] = [];
  for (const step of ROUND.map((round) => round * power)) {
    const inside: number[] = [];
    const first = Math.ceil((min + CLEAR * span) / step);
    for (let n = first; n * step <= max - CLEAR * span; n++) inside.push(n * step);
    if (inside.length <= MOST_TICKS && inside.length > best.length) best = inside;
  }
  return best;
}

/** Return the decimals that distinguish the numbers of a scale: three digits in all. */
export const digitsOf = (span: number): number =>
  span > 0 ? Math.max(0, Math.min(12, 2 - Math.floor(Math.log10(span)))) : 3;

export function ramp({ ramp: colors, min, max }: RampSpec): HTMLElement {
  const bar = h("div.mm-ramp__bar");
  bar.style.background = `linear-gradient(to right, ${colors.map(safeColor).join(", ")})`;
  const marks = (max > min ? [min, ...ticks(min, max), max] : [min]).map((value) => {
    const mark = h("span", formatReading(value, digitsOf(max - min), null));
    mark.style.left = `${(100 * (value - min)) / (max - min || 1)}%`;
    return mark;
  });
  return h("div.mm-ramp", bar, h("div.mm-ramp__ticks", ...marks));
}
