// The result of a search in the records of a layer.

/** How well a record fits a query, the best first. */
export const RANK = { equals: 0, begins: 1, word: 2, code: 3, inside: 4, near: 5 } as const;

/**
 * The result of a search: how many records, the best of them with the rank of each, and how many
 * that filters hide. With typing errors `count` is 0.
 */
export interface Found {
  count: number;
  best: number[];
  ranks: number[];
  hidden: number;
  /** Whether `count` and `hidden` are not exact. */
  isRough?: boolean;
}
