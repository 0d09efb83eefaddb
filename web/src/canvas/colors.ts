// Colours that are painted on canvases, from the style sheet so that they are chosen in one place.

import type { Steps } from "../ui/queue.ts";
import { theme } from "../ui/theme.ts";

const NAMES = [
  "water",
  "land",
  "border",
  "river",
  "coast",
  "label",
  "halo",
  "water-ink",
  "country-ink",
] as const;

export type Palette = Record<(typeof NAMES)[number], string>;

/** The element whose style is asked: the page, or a sheet of paper while that is painted. */
let ground: Element | null = null;

/** The values of tokens, by their names without "--mm-". */
export function tokens(...names: string[]): string[] {
  const style = getComputedStyle(ground ?? theme.ground);
  return names.map((name) => style.getPropertyValue(`--mm-${name}`).trim());
}

export function palette(): Palette {
  const values = tokens(...NAMES);
  return Object.fromEntries(NAMES.map((name, i) => [name, values[i]])) as Palette;
}

/** Paint in the colours of an element. Nothing else is painted meanwhile: the queue ends a job before the next. */
export function* paintedOn(element: Element, paint: Iterable<void>): Steps {
  ground = element;
  try {
    yield* paint;
  } finally {
    ground = null;
  }
}
