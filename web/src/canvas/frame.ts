// The part of the world on a canvas.

import type { Edges } from "../geo/clip.ts";
import { type Box, pixelUnits } from "../geo/mercator.ts";

/**
 * The part of the world on a canvas: its corner in pixels of the zoom, and its size. `seen` is the
 * part of the canvas that the map shows, `free` that without panel and table, and `covered` are
 * buttons over it, in CSS pixels of the canvas.
 */
export type Frame = {
  corner: L.Point;
  extent: L.Point;
  zoom: number;
  seen?: Edges;
  free?: Edges;
  covered?: Edges[];
};

/** Return the part of the world on a frame, in world units. */
export function boxOfFrame({ corner, extent, zoom }: Frame): Box {
  const unit = pixelUnits(zoom);
  const [minX, minY] = [corner.x * unit, corner.y * unit];
  return { minX, minY, maxX: minX + extent.x * unit, maxY: minY + extent.y * unit };
}
