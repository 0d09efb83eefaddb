// Texts for comparison: without case, accents and signs, and in Latin letters where they were
// Cyrillic. Python folds in the same way (minmap/scene/folding.py, with the same table).

import latin from "../words/latin.json" with { type: "json" };

const LATIN: Record<string, string> = latin;
const FOREIGN = new RegExp(`[${Object.keys(LATIN).join("")}]`, "gu");

const inLatin = (text: string): string => text.replace(FOREIGN, (sign) => LATIN[sign]);

/** Return the words of a text without case and accents, with one space between them. */
export const folded = (text: string): string =>
  // Some letters have a sound of their own with their accent, such as й; others lose it.
  inLatin(
    inLatin(text.toLowerCase().normalize("NFC"))
      .normalize("NFKD")
      .replace(/\p{M}+/gu, "")
      .toLowerCase(),
  )
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();

/** Return the words of a text, folded. */
export const foldedWords = (text: string): string[] => folded(text).split(" ").filter(Boolean);

/** The most letters of a text that is searched, of a word of it, and its most different words. */
export const MOST_TEXT = 200;
const MOST_LETTERS = 40;
const MOST_WORDS = 16;

/** Return the words of a text that is searched: a longer text would keep the page busy. */
export function searchedWords(text: string): string[] {
  const words = foldedWords(text.slice(0, MOST_TEXT));
  const cut = words.map((word) => [...word].slice(0, MOST_LETTERS).join(""));
  return [...new Set(cut)].slice(0, MOST_WORDS);
}

/** The apostrophes of ASCII, which `folded` removes. */
export const APOSTROPHES: readonly number[] = [0x27, 0x60];

/** Return how many typing errors in a folded word are forgiven. */
export function tolerance(word: Uint8Array): number {
  if (word.some((byte) => byte < 0x3a)) return 0;
  return word.length < 4 ? 0 : word.length < 8 ? 1 : 2;
}

/** Letters that stand for one sound: Chuquicamata is Chukikamata elsewhere, Olympic Olimpik. */
const SOUNDS = ["ckq", "ijy", "sz", "vw"];
/** The sound of each byte of a folded text. */
const sounds = Uint8Array.from({ length: 256 }, (_, byte) => {
  const alike = SOUNDS.find((letters) => letters.includes(String.fromCharCode(byte)));
  return alike?.charCodeAt(0) ?? byte;
});
export const soundOf = (byte: number): number => sounds[byte];

const rows = [0, 1, 2].map(() => new Uint8Array(MOST_LETTERS + 1));

/**
 * Return how many letters must be changed, added, left out or swapped with the next one so that a
 * word begins the bytes from one place to another; `most + 1` if it takes more. Letters of one sound
 * are alike.
 */
export function prefixEdits(
  word: Uint8Array,
  bytes: Uint8Array,
  start: number,
  end: number,
  most: number,
): number {
  const { length } = word;
  // A word of more bytes has no typing errors.
  if (length > MOST_LETTERS) return most + 1;
  let [before, last, next] = rows;
  for (let i = 0; i <= length; i++) last[i] = i;
  let best = last[length];
  const stop = Math.min(end, start + length + most);
  for (let at = start; at < stop; at++) {
    const byte = bytes[at];
    next[0] = at - start + 1;
    let least = next[0];
    for (let i = 1; i <= length; i++) {
      let cost = last[i - 1] + (sounds[word[i - 1]] === sounds[byte] ? 0 : 1);
      if (last[i] + 1 < cost) cost = last[i] + 1;
      if (next[i - 1] + 1 < cost) cost = next[i - 1] + 1;
      const isSwapped =
        i > 1 && at > start && word[i - 1] === bytes[at - 1] && word[i - 2] === byte;
      if (isSwapped && before[i - 2] + 1 < cost) cost = before[i - 2] + 1;
      next[i] = cost;
      if (cost < least) least = cost;
    }
    if (next[length] < best) best = next[length];
    // Swapped letters may reach back one row.
    if (least > most + 1) break;
    [before, last, next] = [last, next, before];
  }
  return Math.min(best, most + 1);
}
