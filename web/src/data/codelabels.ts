// The codes of a column in words: those of minmap's vocabularies, and countries as the browser names them.

import type { ColumnSpec } from "./spec.ts";
import { spoken, term } from "../words/language.ts";

export interface Wording {
  /** One code. */
  wordOf(code: string): string;
  /** A cell, which may hold several. */
  textOf(cell: string): string;
}

/** The codes of a cell that holds several. */
export const codesIn = (text: string): string[] => text.split(/\s+/).filter(Boolean);

/** Columns of minmap's whose texts are terms, by their labels. */
const OF_TERMS = new Set(["mode", "status", "kind", "site type"]);

/** How a column is told in words; null where it stands for itself. */
export function wordingOf({ label, type, words, regions = {}, codes = false }: ColumnSpec): Wording | null {
  if (words === undefined) return type === "text" && OF_TERMS.has(label) ? { wordOf: term, textOf: term } : null;
  const names = spoken() === "en" ? null : new Intl.DisplayNames([spoken()], { type: "region", fallback: "none" });
  const known = new Map(Object.entries(words).map(([code, word]) => [code, term(word)]));
  for (const [code, alpha2] of Object.entries(regions)) {
    const name = /^[A-Z]{2}$/.test(alpha2) ? names?.of(alpha2) : undefined;
    if (name !== undefined) known.set(code, name);
  }
  const wordOf = (code: string): string => known.get(code) ?? term(code);
  return { wordOf, textOf: codes ? (cell) => codesIn(cell).map(wordOf).join(", ") : wordOf };
}
