// Ids of elements, unique in a document: a notebook has several maps, each with its own renderer.

const MADE = Symbol.for("minmap.ids");

/** Return an id that begins with a word and that no other element has. */
export function uniqueId(word: string): string {
  const shared = globalThis as { [MADE]?: number };
  const made = (shared[MADE] ?? 0) + 1;
  shared[MADE] = made;
  return `${word}-${made}`;
}
