// Views, choices and layers as text in the page's address, and back.

import type { Choice } from "./facets.ts";

const BETWEEN = "|";

/** A view: zoom, latitude and longitude. */
export type View = { zoom: number; lat: number; lon: number };

/** Return the view of a text such as "5/45.2/67"; null for any other text. */
export function viewOf(text: string | null): View | null {
  const numbers = /^(\d+(?:\.\d+)?)\/(-?\d+(?:\.\d+)?)\/(-?\d+(?:\.\d+)?)$/.exec(text ?? "");
  if (numbers === null) return null;
  const [zoom, lat, lon] = numbers.slice(1).map(Number);
  return zoom <= 24 && Math.abs(lat) <= 90 && Math.abs(lon) <= 1000 ? { zoom, lat, lon } : null;
}

const escaped = (term: string): string => term.replace(/[%|]/g, encodeURIComponent);
const unescaped = (term: string): string => term.replaceAll("%7C", BETWEEN).replaceAll("%25", "%");

export const writeTerms = (terms: string[]): string => terms.map(escaped).join(BETWEEN);
export const readTerms = (text: string): string[] => text.split(BETWEEN).map(unescaped);

/** Return a choice as text: terms separated by bars, or two ends separated by two dots. */
export function writeChoice(choice: Choice): string | null {
  if (choice === null) return null;
  return "terms" in choice ? writeTerms(choice.terms) : `${choice.from}..${choice.to}`;
}

/** Return the choice of a text; null where there is none. */
export function readChoice(text: string | null, isRange: boolean): Choice {
  if (text === null) return null;
  if (!isRange) return { terms: readTerms(text) };
  const ends = text.split("..");
  const [from, to] = ends.map(Number);
  const isGiven =
    ends.length === 2 &&
    ends.every((end) => end.trim() !== "") &&
    Number.isFinite(from) &&
    Number.isFinite(to);
  return isGiven ? { from: Math.min(from, to), to: Math.max(from, to) } : null;
}

export const parametersOf = (hash: string): URLSearchParams =>
  new URLSearchParams(hash.replace(/^#/, ""));

const used = new Map<string, number>();

/** Return the name of a layer in the address: its own, numbered where other layers share it. */
export function layerKey(name: string): string {
  const count = (used.get(name) ?? 0) + 1;
  used.set(name, count);
  // Signs that end a name are escaped in it.
  const plain = name.replace(/[%.~#]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
  return count === 1 ? plain : `${plain}#${count}`;
}
