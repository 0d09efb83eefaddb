// Occurrences on the map: tiles stamped with sprites, and their records under the cursor.

import { pixelUnits, TILE_SIZE, tileBox } from "./mercator.ts";
import { required, undelta, type Table } from "./payload.ts";
import type { Pickable } from "./pick.ts";
import { PointIndex } from "./points.ts";
import type { Records, RecordsSpec } from "./records.ts";
import { spriteOf, stamp, symbolSize } from "./symbols.ts";
import { CanvasTiles, type Tile } from "./tiles.ts";

/** Symbols stamped between two pauses: about a millisecond. */
const STAMPS = 1500;

export function pointIndex(table: Table): PointIndex {
  return new PointIndex(undelta(required(table, "_x")), undelta(required(table, "_y")), new Uint8Array(required(table, "_style")));
}

/** The level of detail of a zoom: one symbol for each square of about half its own size. */
export function drawnLevel(zoom: number, size: number): number {
  return Math.log2(pixelUnits(zoom)) + (size >= 8 ? 2 : 1);
}

/** How far a symbol reaches from its place, in CSS pixels. */
const reachOf = (size: number): number => Math.ceil(size * 0.66 + 2);

/** How much larger than usual the largest symbols of a layer are. */
const largestOf = (spec: RecordsSpec): number => Math.max(1, ...spec.legend.entries.map(({ size }) => size ?? 1));

export function pointTiles(index: PointIndex, spec: RecordsSpec, options: L.GridLayerOptions): CanvasTiles {
  const sizeAt = (zoom: number): number => symbolSize(zoom, index.length);
  const largest = largestOf(spec);
  return new CanvasTiles({
    ...options,
    isEmpty: (coords) => !index.meets(tileBox(coords, reachOf(sizeAt(coords.z) * largest))),
    paint: (tile) => paintPoints(tile, index, spec, sizeAt(tile.coords.z)),
  });
}

let scratch = new ImageData(1, 1);

function* paintPoints({ pen, coords, ratio }: Tile, index: PointIndex, spec: RecordsSpec, size: number): Generator<void, void, void> {
  const sprites = spec.legend.entries.map((entry) => spriteOf(entry.shape, entry.color, Math.round(size * (entry.size ?? 1) * ratio), ratio));
  const { xs, ys, styles } = index;
  const tile = tileBox(coords);
  const scale = ratio / pixelUnits(coords.z);
  const rows: number[] = [];
  const shifts: number[] = [];
  index.forEachDrawn(tileBox(coords, reachOf(size * largestOf(spec))), drawnLevel(coords.z, size), (row, shift) => {
    rows.push(row);
    shifts.push(shift);
  });
  // One image serves all tiles: the queue finishes a tile before it starts the next.
  const side = Math.ceil(TILE_SIZE * ratio);
  if (scratch.width !== side) scratch = new ImageData(side, side);
  const words = new Uint32Array(scratch.data.buffer);
  words.fill(0);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    const sprite = sprites[styles[row]];
    if (sprite === undefined) continue;
    const x = Math.floor((xs[row] + shifts[i] - tile.minX) * scale);
    const y = Math.floor((ys[row] - tile.minY) * scale);
    stamp(sprite, scratch, words, x, y);
    if (i % STAMPS === STAMPS - 1) yield;
  }
  pen.putImageData(scratch, 0, 0);
}

/** The records of a point layer, for the cursor. */
export function pointPicks(index: PointIndex, records: Records, rank: number): Pickable {
  return {
    rank,
    reach: (zoom) => Math.max(5, symbolSize(zoom, index.length) / 2 + 2),
    near: (x, y, radius) =>
      index.within(x, y, radius).map(({ row, distance }) => ({
        distance,
        hit: { records, row, place: [index.xs[row], index.ys[row]] },
      })),
  };
}
