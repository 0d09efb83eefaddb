// The colour bar of values: its colours, its ends, and a few round numbers between.

import { safeColor } from "../canvas/symbols.ts";
import type { RampSpec } from "../data/spec.ts";
import { h } from "../ui/dom.ts";
import { formatReading } from "../words/format.ts";

/** Steps that people count in, times a power of ten. */
const ROUND = [1, 2, 2.5, 5, 10];
const MOST_TICKS = 3;
/** A number this near an end, as a part of the bar, would stand in that end's number. */
const CLEAR = 0.22;

/** One to three round numbers between the ends, well apart from them; fewer where there is no room. */
export function ticks(min: number, max: number): number[] {
  const span = max - min;
  if (!(span > 0) || !Number.isFinite(span)) return [];
  const power = 10 ** Math.floor(Math.log10(span / (MOST_TICKS + 1)));
  let best: number[] = [];
  for (const round of ROUND) {
    const step = round * power;
    const inside: number[] = [];
    for (let n = Math.ceil((min + CLEAR * span) / step); n * step <= max - CLEAR * span; n++)
      inside.push(n * step);
    if (inside.length <= MOST_TICKS && inside.length > best.length) best = inside;
  }
  return best;
}

/** Decimals that tell numbers of a scale apart, three digits in all. */
export const digitsOf = (span: number): number =>
  span > 0 ? Math.max(0, Math.min(12, 2 - Math.floor(Math.log10(span)))) : 3;

export function ramp({ ramp: colors, min, max }: RampSpec): HTMLElement {
  const bar = h("div.mm-ramp__bar");
  bar.style.background = `linear-gradient(to right, ${colors.map(safeColor).join(", ")})`;
  const digits = digitsOf(max - min);
  const mark = (value: number, part: number): HTMLElement => {
    const made = h("span", formatReading(value, digits, null));
    made.style.left = `${100 * part}%`;
    return made;
  };
  const between = ticks(min, max).map((value) => mark(value, (value - min) / (max - min)));
  const ends = max > min ? [mark(min, 0), ...between, mark(max, 1)] : [mark(min, 0)];
  return h("div.mm-ramp", bar, h("div.mm-ramp__ticks", ...ends));
}
