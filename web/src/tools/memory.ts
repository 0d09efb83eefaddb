// What remembers how the layers of a map are filtered and drawn: a page's address, or a notebook.

import type { Explored } from "./explorer.ts";

export interface Memory {
  /** Set a layer that came onto the map to what is remembered of it. */
  restore(layer: Explored): void;
  /** Something has changed: remember it soon. */
  write(): void;
}
