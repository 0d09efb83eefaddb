// Short ids of names, for links that people pass on.

const OFFSET = 0x811c9dc5;
const PRIME = 0x01000193;
const LETTERS = 5;

/** Return an id of a few letters and digits, the same for the same name (FNV-1a). */
export function shortId(name: string): string {
  let hash = OFFSET;
  for (const byte of new TextEncoder().encode(name)) hash = Math.imul(hash ^ byte, PRIME);
  return `_${(hash >>> 0).toString(36).padStart(LETTERS, "0").slice(-LETTERS)}`;
}
