// The colours and the fonts that canvases are painted in; the style sheet defines them.

import type { Steps } from "../ui/queue.ts";
import { theme } from "../ui/theme.ts";

const NAMES = [
  ...(["water", "land", "border", "river", "coast"] as const),
  ...(["label", "halo", "water-ink", "country-ink", "font"] as const),
];

export type Palette = Record<(typeof NAMES)[number], string>;

/** The element whose style counts: the page, or a sheet of paper while it is painted. */
let styled: Element | null = null;

/** Return the values of tokens, by their names without "--mm-". */
export function tokens(...names: string[]): string[] {
  const style = getComputedStyle(styled ?? theme.ground);
  return names.map((name) => style.getPropertyValue(`--mm-${name}`).trim());
}

export function palette(): Palette {
  const values = tokens(...NAMES);
  return Object.fromEntries(NAMES.map((name, i) => [name, values[i]])) as Palette;
}

/** Paint in the colours of an element. The queue paints nothing else in the meantime. */
export function* paintedOn(element: Element, paint: Iterable<void>): Steps {
  styled = element;
  try {
    yield* paint;
  } finally {
    styled = null;
  }
}

const HEX = /^#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})$/i;
const NAMED = /^(?:[a-z]+|(?:rgb|hsl)a?\([\d\s.,%/]+\))$/i;

/** Return a colour, or grey for anything else: a style could name an address to load. */
export const safeColor = (color: string): string =>
  HEX.test(color) || NAMED.test(color) ? color : "#777777";

/** Outlines of a lower luminance would not show on a dark page. */
const DARK = 0.06;

/** Return whether a colour such as black is too dark for an outline on a dark page. */
export function isDark(color: string): boolean {
  const [, ...parts] = /^#(..)(..)(..)/.exec(color) ?? [];
  const [red, green, blue] = parts.map((part) => (Number.parseInt(part, 16) / 255) ** 2.2);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue < DARK;
}

/** Return the colour in which an outline is drawn on a canvas. */
export function rimOf(outline: string): string {
  if (outline === "ink") return tokens("ink")[0];
  return (isDark(outline) && tokens("dark-rim")[0]) || safeColor(outline);
}

/** Return the colour of an outline for the style sheet, which follows the theme. */
export function cssRimOf(outline: string): string {
  if (outline === "ink") return "var(--mm-ink)";
  return isDark(outline) ? `var(--mm-dark-rim, ${outline})` : safeColor(outline);
}
