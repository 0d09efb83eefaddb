// Typing errors counted in the plain way, for tests.

/** Return whether two letters are one, or stand for one sound. */
const areAlike = (one: string, other: string): boolean =>
  one === other || /^([ckq]{2}|[ijy]{2}|[sz]{2}|[vw]{2})$/.test(one + other);

/** Return the edits, swaps of neighbours included, between two words. */
export function edits(one: string, other: string): number {
  const table: number[][] = [];
  for (let i = 0; i <= one.length; i++) {
    table.push([i]);
    for (let j = 1; j <= other.length; j++) {
      if (i === 0) {
        table[0].push(j);
        continue;
      }
      const cost = areAlike(one[i - 1], other[j - 1]) ? 0 : 1;
      const ways = [table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + cost];
      const isSwapped =
        i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      if (isSwapped) ways.push(table[i - 2][j - 2] + 1);
      table[i].push(Math.min(...ways));
    }
  }
  return table[one.length][other.length];
}

/** Return the fewest edits that make a word the beginning of another. */
export const nearest = (word: string, other: string): number =>
  Math.min(...Array.from({ length: other.length + 1 }, (_, n) => edits(word, other.slice(0, n))));
