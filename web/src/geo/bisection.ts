// Binary search.

/** Return the first number from `low` on for which a test holds, as it does for all after; or `high`. */
export function bisect(low: number, high: number, holds: (at: number) => boolean): number {
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
