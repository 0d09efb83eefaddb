// Circles within which records lie, as wide on the ground as their places are uncertain.

import type { Tile } from "../../canvas/tiles.ts";
import { pixelUnits, TILE_SIZE, tileBox, WORLD } from "../../geo/mercator.ts";
import type { Steps } from "../../ui/queue.ts";
import type { PointIndex } from "./pointindex.ts";

/** How wide the world is in metres at a latitude: WGS 84's equator, shrunk as Mercator stretches it. */
const EQUATOR_M = 2 * Math.PI * 6378137;

/** World units of a metre at a place. */
export function unitsPerMetre(y: number): number {
  const northing = Math.PI * (1 - (2 * y) / WORLD);
  return (WORLD / EQUATOR_M) * Math.cosh(northing);
}

/** Circles within which the records lie; `metres` gives their radius. */
export function* paintUncertainty(
  { pen, coords }: Tile,
  index: PointIndex,
  metres: ArrayLike<number>,
  reach: number,
  color: string,
): Steps {
  const tile = tileBox(coords);
  const unit = pixelUnits(coords.z);
  const box = {
    minX: tile.minX - reach,
    minY: tile.minY - reach,
    maxX: tile.maxX + reach,
    maxY: tile.maxY + reach,
  };
  const seen = new Set<string>();
  pen.strokeStyle = color;
  pen.fillStyle = color;
  index.forEachIn(box, (row, shift) => {
    const y = index.ys[row];
    const radius = (metres[row] * unitsPerMetre(y)) / unit;
    if (!(radius >= 1.5)) return;
    const px = (index.xs[row] + shift - tile.minX) / unit;
    const py = (y - tile.minY) / unit;
    if (px + radius < 0 || py + radius < 0 || px - radius > TILE_SIZE || py - radius > TILE_SIZE)
      return;
    const key = `${Math.round(px)} ${Math.round(py)} ${Math.round(radius)}`;
    if (seen.has(key)) return;
    seen.add(key);
    pen.beginPath();
    pen.arc(px, py, radius, 0, 2 * Math.PI);
    pen.globalAlpha = 0.07;
    pen.fill();
    pen.globalAlpha = 0.75;
    pen.lineWidth = 1;
    pen.setLineDash([4, 3]);
    pen.stroke();
  });
  pen.globalAlpha = 1;
  yield;
}
