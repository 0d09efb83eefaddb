// Circles within which records lie, as wide on the ground as their places are uncertain.

import { tokens } from "../../canvas/colors.ts";
import { look } from "../../canvas/surface.ts";
import { traceCircle } from "../../canvas/symbols.ts";
import { CanvasTiles, type Tile } from "../../canvas/tiles.ts";
import { pixelUnits, TILE_SIZE, tileBox, unitsPerMetre, WORLD } from "../../geo/mercator.ts";
import type { PointIndex } from "./pointindex.ts";

type Metres = ArrayLike<number>;

/** A smaller circle is not drawn, in CSS pixels. */
const LEAST_PX = 1.5;

/**
 * Return the largest radius of the records that are shown, in metres, and in CSS pixels at a zoom;
 * zeros if none has a radius.
 */
export function largestCircle(index: PointIndex, metres: Metres, zoom: number) {
  const unit = pixelUnits(zoom);
  const largest = { metres: 0, pixels: 0 };
  for (let row = 0; row < index.length; row++) {
    if (!(metres[row] > 0) || !index.isShown(row)) continue;
    largest.metres = Math.max(largest.metres, metres[row]);
    const pixels = (metres[row] * unitsPerMetre(index.ys[row])) / unit;
    largest.pixels = Math.max(largest.pixels, pixels);
  }
  return largest;
}

/** Return tiles of circles; `metres` has the radius of each. */
export function uncertaintyTiles(index: PointIndex, metres: Metres, options: L.GridLayerOptions) {
  let reach = 0;
  for (let row = 0; row < index.length; row++) {
    if (metres[row] > 0) reach = Math.max(reach, metres[row] * unitsPerMetre(index.ys[row]));
  }
  // Limit the reach to half the world, even if the table has larger radii.
  reach = Math.min(reach, WORLD / 2);
  return new CanvasTiles({
    ...options,
    isEmpty: (coords) => !index.meets(tileBox(coords, reach / pixelUnits(coords.z))),
    paint: (tile) => paintCircles(tile, index, metres, reach),
  });
}

function* paintCircles({ pen, coords }: Tile, index: PointIndex, metres: Metres, reach: number) {
  const tile = tileBox(coords);
  const unit = pixelUnits(coords.z);
  const seen = new Set<string>();
  const [color] = tokens("uncertainty");
  look(pen, { strokeStyle: color, fillStyle: color, lineWidth: 1 });
  pen.setLineDash([4, 3]);
  index.forEachIn(tileBox(coords, reach / unit), (row, shift) => {
    const radius = (metres[row] * unitsPerMetre(index.ys[row])) / unit;
    const x = (index.xs[row] + shift - tile.minX) / unit;
    const y = (index.ys[row] - tile.minY) / unit;
    const isBeside = Math.min(x, y) + radius < 0 || Math.max(x, y) - radius > TILE_SIZE;
    const key = [x, y, radius].map(Math.round).join(" ");
    if (!(radius >= LEAST_PX) || isBeside || seen.has(key)) return;
    seen.add(key);
    traceCircle(pen, x, y, radius);
    pen.globalAlpha = 0.07;
    pen.fill();
    pen.globalAlpha = 0.75;
    pen.stroke();
  });
  pen.setLineDash([]);
  pen.globalAlpha = 1;
  yield;
}
