// The names by which a file of decisions knows its records, held against those of the page: an id
// may be that of another record now.

import { folded } from "../data/folding.ts";

const SEPARATORS = /[,;|/()\n]+/u;
/** What programs write for letters that an encoding does not have. */
const LOST = /[?\ufffd]/u;

/**
 * Return whether a name in a file is one of the names of a record, as far as its letters were kept.
 * An empty one agrees with all.
 */
export function isNamed(inFile: string, name: string, others: string): boolean {
  const given = inFile.trim();
  if (given === "" || given === name.trim()) return true;
  const names = [name, ...others.split(SEPARATORS)].filter((one) => one.trim() !== "");
  if (!LOST.test(given)) return names.some((one) => folded(one) === folded(given));
  const letters = [...given.toLowerCase()];
  return names.some((one) => {
    const kept = [...one.trim().toLowerCase()];
    const isKept = (letter: string, i: number): boolean => LOST.test(letter) || letter === kept[i];
    return letters.length === kept.length && letters.every(isKept);
  });
}
