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
