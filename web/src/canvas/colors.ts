// The colours and the fonts that canvases are painted in; the style sheet defines them.

import type { EntrySpec } from "../data/spec.ts";
import type { Steps } from "../ui/queue.ts";
import { theme } from "../ui/theme.ts";

const NAMES = [
  ...(["water", "land", "border", "river", "province"] as const),
  ...(["playa", "urban", "glacier", "glacier-edge", "rail"] as const),
  ...(["road", "road-edge", "main-road", "main-road-edge"] as const),
  ...(["label", "halo", "water-ink", "country-ink", "font"] as const),
];

export type Palette = Record<(typeof NAMES)[number], string>;

/** The element whose style counts: the page, or a sheet of paper while it is painted. */
let styled: Element | null = null;

/** Return the values of tokens, by their names without "--mm-". */
export function tokens(...names: string[]): string[] {
  const style = getComputedStyle(styled ?? theme.root);
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

/** Lines and outlines of a lower luminance would not show on a dark page. */
const DARK = 0.06;
/** On fills of a higher luminance, dark outlines have more contrast than light ones. */
const LIGHT = 0.16;
const GAMMA = 2.2;

/** Return red, green and blue of a colour of "#rrggbb", 0 to 255; nothing of any other. */
const partsOf = (color: string): number[] =>
  (/^#(..)(..)(..)/.exec(color) ?? []).slice(1).map((part) => Number.parseInt(part, 16));

/** What an outline surrounds. */
type Fill = Pick<EntrySpec, "color" | "opacity">;

/** Return the luminance of a colour on black, 0 to 1; NaN for anything else, such as "none". */
function luminance({ color, opacity = 1 }: Fill): number {
  const [red, green, blue] = partsOf(color).map((part) => (part / 255) ** GAMMA);
  return (0.2126 * red + 0.7152 * green + 0.0722 * blue) * opacity ** GAMMA;
}

/** Return whether a dark page would hide a line, or an outline around a dark fill. */
export const isHidden = (color: string, fill?: Fill): boolean =>
  luminance({ color }) < DARK && !(fill !== undefined && luminance(fill) > LIGHT);

/** Return whether the page, or the sheet that is painted, is dark. */
const isDark = (): boolean => tokens("dark-rim")[0] !== "";

/** Return entries with the colours that they have on the background of a canvas. */
export const onGround = (entries: EntrySpec[]): EntrySpec[] =>
  isDark() ? entries.map(onDark) : entries;

/** Return an entry with the colour that it has on a dark page. */
export const onDark = (entry: EntrySpec): EntrySpec => {
  return { ...entry, color: entry.dark ?? entry.color };
};

/** Colours that tell lines from others have at least this luminance on a dark page. */
const TOLD = 0.15;

/** Return the shade of a colour of "#rrggbb" in which a line shows on a dark page. */
export function lightened(color: string): string {
  const parts = partsOf(color);
  let shade = color;
  for (let share = 0.05; luminance({ color: shade }) < TOLD; share += 0.05)
    shade = `#${parts.map((part) => hexOf(part + (255 - part) * share)).join("")}`;
  return shade;
}

const hexOf = (part: number): string => Math.round(part).toString(16).padStart(2, "0");

/** Set a property of an element, with another value on a dark page. */
export function setByTheme(
  element: HTMLElement | SVGElement,
  property: string,
  light: string,
  dark: string,
): void {
  // The property of the element has no value on a light page, where that of the page has none.
  if (dark !== light)
    element.style.setProperty(`--mm-dark-${property}`, `var(--mm-on-dark) ${dark}`);
  element.style.setProperty(
    property,
    dark === light ? light : `var(--mm-dark-${property}, ${light})`,
  );
}

/** Return the colour in which a line, or the outline of a fill, is drawn. */
export type Paint = (color: string, fill?: Fill) => string;

/** Return the colour for a canvas. */
export const rimOf: Paint = (color, fill) => {
  if (color === "ink") return tokens("ink")[0];
  return (isHidden(color, fill) && tokens("dark-rim")[0]) || safeColor(color);
};

/** Return the colour for the style sheet, which follows the theme. */
export const cssRimOf: Paint = (color, fill) => {
  if (color === "ink") return "var(--mm-ink)";
  return isHidden(color, fill) ? `var(--mm-dark-rim, ${color})` : safeColor(color);
};

/** The share of white in letters on a dark page, and of black on a light one. */
const [WHITE, BLACK] = [0.6, 0.25];

/** Return a colour of "#rrggbb" for letters, paler on a dark page and darker on a light one. */
export function readable(color: string): string {
  const parts = partsOf(color);
  if (parts.length === 0) return safeColor(color);
  const [share, other] = isDark() ? [WHITE, 255] : [BLACK, 0];
  const mixed = (part: number): number => (1 - share) * part + share * other;
  return `rgb(${parts.map((part) => Math.round(mixed(part))).join(", ")})`;
}

/** The colour of a line, and that of a rim with which it shows on the page; none where it does. */
export interface Ink {
  color: string;
  rim?: string;
}

/** Return how a line, or the outline of a fill, is drawn: on bright areas a dark one stays dark. */
export type Inking = (color: string, fill?: Fill) => Ink;

/** Return the ink for a canvas. */
export const inkOf: Inking = (color, fill) => {
  if (color === "ink") return { color: tokens("ink")[0] };
  return rimmed(color, isHidden(color, fill) && tokens("dark-rim")[0]);
};

/** Return the ink for the style sheet, which follows the theme. */
export const cssInkOf: Inking = (color, fill) => {
  if (color === "ink") return { color: "var(--mm-ink)" };
  return rimmed(color, isHidden(color, fill) && "var(--mm-dark-rim, transparent)");
};

const rimmed = (color: string, rim: string | false): Ink => {
  return { color: safeColor(color), ...(rim ? { rim } : {}) };
};
