// Square cells of a zoom into which the base map is cut.

import { TILE_SIZE, type TileCoords } from "../geo/mercator.ts";

export interface Cells {
  zoom: number;
  /** The cells that have features, as "x y". */
  keys: ReadonlySet<string>;
}

const key = (x: number, y: number): string => `${x} ${y}`;

export const cellKeys = (xs: ArrayLike<number>, ys: ArrayLike<number>): Set<string> =>
  new Set(Array.from(xs, (x, i) => key(x, ys[i])));

export type Square = { x: number; y: number; size: number };

/** Return the squares of a tile that cells cover, in CSS pixels. */
export function coveredParts(coords: TileCoords, cells: Cells): Square[] {
  // A tile is as large as a cell of the zoom log2(tile size / 256) above its own.
  const deeper = cells.zoom - coords.z + Math.log2(TILE_SIZE / 256);
  if (deeper <= 0) {
    const scale = 2 ** deeper;
    const covered = cells.keys.has(key(Math.floor(coords.x * scale), Math.floor(coords.y * scale)));
    return covered ? [{ x: 0, y: 0, size: TILE_SIZE }] : [];
  }
  const count = 2 ** deeper;
  const size = TILE_SIZE / count;
  const parts: Square[] = [];
  for (let j = 0; j < count; j++) {
    for (let i = 0; i < count; i++) {
      if (cells.keys.has(key(coords.x * count + i, coords.y * count + j)))
        parts.push({ x: i * size, y: j * size, size });
    }
  }
  return parts;
}
