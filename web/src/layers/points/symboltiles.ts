// Tiles of symbols: the sprites of the points stamped on them.

import { tokens } from "../../canvas/colors.ts";
import { ringSprite, spriteOf, symbolSize } from "../../canvas/symbols.ts";
import { CanvasTiles, type Tile } from "../../canvas/tiles.ts";
import type { RecordsSpec } from "../../data/records.ts";
import { pixelUnits, tileBox } from "../../geo/mercator.ts";
import type { Steps } from "../../ui/queue.ts";
import type { PointSet } from "./pointset.ts";

/** Symbols stamped between two pauses, which takes about a millisecond. */
const STEP = 1500;
/** How much wider than its symbol the ring around a selected record is, in CSS pixels. */
const RING_PX = 4;

/** Return the level of detail of a zoom: one symbol for each square of about half its size. */
const drawnLevel = (zoom: number, size: number): number =>
  Math.log2(pixelUnits(zoom)) + (size >= 8 ? 2 : 1);

/** Return the distance that a symbol reaches from its place, in CSS pixels. */
const reachOf = (size: number): number => Math.ceil(size * 0.66 + 2);

/** Return how much larger than usual the largest symbols of a layer are. */
const largestOf = (spec: RecordsSpec): number =>
  Math.max(1, ...spec.legend.entries.map(({ size }) => size ?? 1));

export function symbolTiles(points: PointSet, options: L.GridLayerOptions): CanvasTiles {
  const { index, spec } = points;
  const sizeAt = (zoom: number): number => symbolSize(zoom, index.length);
  const largest = largestOf(spec);
  return new CanvasTiles({
    ...options,
    isEmpty: (coords) => !index.meets(tileBox(coords, reachOf(sizeAt(coords.z) * largest))),
    paint: (tile) => paintSymbols(tile, points, sizeAt(tile.coords.z)),
  });
}

function* paintSymbols({ pen, coords, ratio }: Tile, points: PointSet, size: number): Steps {
  const { index, spec, selection } = points;
  const sprites = spec.legend.entries.map(({ shape, color, size: factor = 1 }) =>
    spriteOf(shape, color, Math.round(size * factor * ratio), ratio),
  );
  const { xs, ys, styles } = index;
  const tile = tileBox(coords);
  const scale = ratio / pixelUnits(coords.z);
  const rows: number[] = [];
  const shifts: number[] = [];
  const reach = reachOf(size * largestOf(spec));
  index.forEachDrawn(tileBox(coords, reach), drawnLevel(coords.z, size), (row, shift) => {
    rows.push(row);
    shifts.push(shift);
  });
  const pixelOf = (row: number, shift: number): [x: number, y: number] => [
    Math.floor((xs[row] + shift - tile.minX) * scale),
    Math.floor((ys[row] - tile.minY) * scale),
  ];
  const stamp = (sprite: ImageBitmap, x: number, y: number): void => {
    const reach = (sprite.width - 1) / 2;
    pen.drawImage(sprite, x - reach, y - reach);
  };
  // In device pixels, so that no sprite is blurred.
  pen.setTransform(1, 0, 0, 1, 0, 0);
  for (let i = 0; i < rows.length; i++) {
    const sprite = sprites[styles[rows[i]]];
    if (sprite !== undefined) stamp(sprite, ...pixelOf(rows[i], shifts[i]));
    if (i % STEP === STEP - 1) yield;
  }
  if (selection.picked === null) return;
  const box = tileBox(coords, reachOf(size) + RING_PX);
  const ring = ringSprite(Math.max(size, 5) + RING_PX, ratio, tokens("picked", "surface"));
  // Ring the selected records, also those under the symbols of others, one for each pixel.
  const ringed = new Set<number>();
  index.forEachIn(box, (row, shift) => {
    if (!selection.isPicked(row)) return;
    const [x, y] = pixelOf(row, shift);
    const key = (y + 4096) * 16384 + x + 4096;
    if (!ringed.has(key)) stamp(ring, x, y);
    ringed.add(key);
  });
}
