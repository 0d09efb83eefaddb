// A bar of colours with the numbers or dates at its ends and between them, which Python chose.

import { safeColor, setByTheme } from "../canvas/colors.ts";
import type { ScaleSpec } from "../data/spec.ts";
import { h } from "../ui/dom.ts";
import { formatLimit } from "../words/format.ts";

/** A letter as a share of the bar. */
const LETTER = 0.03;

/** A text beside a bar, and its place as a share of the bar. */
type Mark = { text: string; share: number };

/** Return the ends, and the marks between them whose texts touch no other. */
export function withRoom(marks: Mark[]): Mark[] {
  if (marks.length < 3) return marks;
  const widthOf = ({ text }: Mark): number => text.length * LETTER;
  const [first, last] = [marks[0], marks[marks.length - 1]];
  let end = widthOf(first);
  const inner = marks.slice(1, -1).filter((mark) => {
    const half = widthOf(mark) / 2;
    const hasRoom = mark.share - half >= end && mark.share + half <= 1 - widthOf(last);
    if (hasRoom) end = mark.share + half;
    return hasRoom;
  });
  return [first, ...inner, last];
}

/**
 * Return a bar, with signs at the ends beyond which there are numbers. On a dark page it may have
 * other colours.
 */
export function colorBar(
  colors: string[],
  { ticks, below, above }: Partial<ScaleSpec>,
  onDark = colors,
) {
  const bar = h("div.mm-ramp__bar");
  const gradient = (stops: string[]): string =>
    `linear-gradient(to right, ${stops.map(safeColor).join(", ")})`;
  setByTheme(bar, "background", gradient(colors), gradient(onDark));
  const marks = (ticks ?? []).map(([share, value], i, { length }): Mark => {
    const sign = below && i === 0 ? "≤ " : above && i === length - 1 ? "≥ " : "";
    const text = typeof value === "string" ? value : formatLimit(value);
    return { text: `${sign}${text}`, share };
  });
  const texts = withRoom(marks).map(({ text, share }) => {
    const mark = h("span", text);
    mark.style.left = `${100 * share}%`;
    return mark;
  });
  return h("div.mm-ramp", bar, h("div.mm-ramp__ticks", ...texts));
}
