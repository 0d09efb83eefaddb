// Ids of elements, different for all maps of a document: a notebook has several, each drawn by a renderer of its own.

const MADE = Symbol.for("minmap.ids");

/** An id that begins with a word and is on no other element. */
export function uniqueId(word: string): string {
  const shared = globalThis as { [MADE]?: number };
  const made = (shared[MADE] ?? 0) + 1;
  shared[MADE] = made;
  return `${word}-${made}`;
}
