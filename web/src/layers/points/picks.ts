// What the cursor finds in a layer of points: records, or the bubbles that stand for many.

import { symbolSize } from "../../canvas/symbols.ts";
import type { Pickable } from "../hit.ts";
import type { Bubble } from "./bubbles.ts";
import type { PointSet } from "./pointset.ts";
import type { PointView } from "./view.ts";

export function pointPicks({ index }: PointSet, view: PointView, rank: number): Pickable {
  const found = (row: number, distance: number): ReturnType<Pickable["near"]>[number] => ({
    distance,
    hit: view.hitOf(row),
  });
  return {
    rank,
    reach: (zoom) => Math.max(5, symbolSize(zoom, index.length) / 2 + 2),
    near(x, y, radius, zoom) {
      if (view.mode === "symbols")
        return index.within(x, y, radius).map(({ row, distance }) => found(row, distance));
      const bubble = view.bubbleAt(x, y, zoom, radius);
      return bubble === null || comesApart(bubble, zoom, view.deepest)
        ? []
        : rowsIn(bubble).map((row) => found(row, 0));
    },
    bubble(x, y, zoom) {
      const bubble = view.bubbleAt(x, y, zoom, 0);
      return bubble !== null && comesApart(bubble, zoom, view.deepest) ? bubble : null;
    },
  };

  function rowsIn({ box }: Bubble): number[] {
    const rows: number[] = [];
    index.forEachIn(box, (row) => rows.push(row));
    return rows;
  }
}

/** Whether a nearer look shows more than one bubble or symbol. */
const comesApart = ({ count, box }: Bubble, zoom: number, deepest: number): boolean =>
  count > 1 && zoom < deepest && (box.maxX - box.minX > 1 || box.maxY - box.minY > 1);
