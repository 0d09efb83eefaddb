// The codes of a column in words: those of minmap's vocabularies, and countries as the browser names them.

import { currentLanguage, term } from "../words/language.ts";
import type { ColumnSpec } from "./spec.ts";

export interface CodeLabels {
  /** One code. */
  codeLabel(code: string): string;
  /** A cell, which may hold several. */
  textOf(cell: string): string;
}

/** The codes of a cell that holds several. */
export const codesIn = (text: string): string[] => text.split(/\s+/).filter(Boolean);

/** Columns of minmap's whose texts are terms, by their labels. */
const OF_TERMS = new Set(["mode", "status", "kind", "site type"]);

/** How a column is told in words; null where it stands for itself. */
export function codeLabelsOf({
  label,
  type,
  words,
  regions = {},
  codes = false,
}: ColumnSpec): CodeLabels | null {
  if (words === undefined)
    return type === "text" && OF_TERMS.has(label) ? { codeLabel: term, textOf: term } : null;
  const names =
    currentLanguage() === "en"
      ? null
      : new Intl.DisplayNames([currentLanguage()], { type: "region", fallback: "none" });
  const known = new Map(Object.entries(words).map(([code, word]) => [code, term(word)]));
  for (const [code, alpha2] of Object.entries(regions)) {
    const name = /^[A-Z]{2}$/.test(alpha2) ? names?.of(alpha2) : undefined;
    if (name !== undefined) known.set(code, name);
  }
  const codeLabel = (code: string): string => known.get(code) ?? term(code);
  return {
    codeLabel,
    textOf: codes ? (cell) => codesIn(cell).map(codeLabel).join(", ") : codeLabel,
  };
}
