// Occurrences on the map: tiles stamped with sprites, and their records under the cursor.

import { tokens } from "../../canvas/colors.ts";
import { ringSprite, type Sprite, spriteOf, stamp, symbolSize } from "../../canvas/symbols.ts";
import { CanvasTiles, type Tile } from "../../canvas/tiles.ts";
import type { RecordsSpec } from "../../data/records.ts";
import type { Selection } from "../../data/selection.ts";
import { type Box, pixelUnits, TILE_SIZE, tileBox } from "../../geo/mercator.ts";
import type { Steps } from "../../ui/queue.ts";
import type { PointIndex } from "./pointindex.ts";

/** Symbols stamped between two pauses: about a millisecond. */
const STAMPS = 1500;

/** The level of detail of a zoom: one symbol for each square of about half its own size. */
export function drawnLevel(zoom: number, size: number): number {
  return Math.log2(pixelUnits(zoom)) + (size >= 8 ? 2 : 1);
}

/** How far a symbol reaches from its place, in CSS pixels. */
const reachOf = (size: number): number => Math.ceil(size * 0.66 + 2);

/** How much larger than usual the largest symbols of a layer are. */
const largestOf = (spec: RecordsSpec): number =>
  Math.max(1, ...spec.legend.entries.map(({ size }) => size ?? 1));

export function pointTiles(
  index: PointIndex,
  spec: RecordsSpec,
  options: L.GridLayerOptions,
  selection: Selection,
): CanvasTiles {
  const sizeAt = (zoom: number): number => symbolSize(zoom, index.length);
  const largest = largestOf(spec);
  return new CanvasTiles({
    ...options,
    isEmpty: (coords) => !index.meets(tileBox(coords, reachOf(sizeAt(coords.z) * largest))),
    paint: (tile) => paintPoints(tile, index, spec, sizeAt(tile.coords.z), selection),
  });
}

let scratch = new ImageData(1, 1);

function* paintPoints(
  { pen, coords, ratio }: Tile,
  index: PointIndex,
  spec: RecordsSpec,
  size: number,
  selection: Selection,
): Steps {
  const sprites = spec.legend.entries.map((entry) =>
    spriteOf(entry.shape, entry.color, Math.round(size * (entry.size ?? 1) * ratio), ratio),
  );
  const { xs, ys, styles } = index;
  const tile = tileBox(coords);
  const scale = ratio / pixelUnits(coords.z);
  const rows: number[] = [];
  const shifts: number[] = [];
  index.forEachDrawn(
    tileBox(coords, reachOf(size * largestOf(spec))),
    drawnLevel(coords.z, size),
    (row, shift) => {
      rows.push(row);
      shifts.push(shift);
    },
  );
  // One image serves all tiles: the queue finishes a tile before it starts the next.
  const side = Math.ceil(TILE_SIZE * ratio);
  if (scratch.width !== side) scratch = new ImageData(side, side);
  const words = new Uint32Array(scratch.data.buffer);
  words.fill(0);
  const at = (row: number, shift: number): [x: number, y: number] => [
    Math.floor((xs[row] + shift - tile.minX) * scale),
    Math.floor((ys[row] - tile.minY) * scale),
  ];
  for (let i = 0; i < rows.length; i++) {
    const sprite = sprites[styles[rows[i]]];
    if (sprite === undefined) continue;
    stamp(sprite, scratch, words, ...at(rows[i], shifts[i]));
    if (i % STAMPS === STAMPS - 1) yield;
  }
  if (selection.picked !== null)
    stampRings(
      index,
      tileBox(coords, reachOf(size) + RING_PX),
      selection,
      ringOf(size, ratio),
      words,
      at,
    );
  pen.putImageData(scratch, 0, 0);
}

/** How much wider than its symbol the ring around a picked record is, in CSS pixels. */
const RING_PX = 4;

const ringOf = (size: number, ratio: number): Sprite =>
  ringSprite(Math.max(size, 5) + RING_PX, ratio, tokens("picked", "surface"));

/** Ring the records that are picked out, one for each pixel, also those under another's symbol. */
function stampRings(
  index: PointIndex,
  box: Box,
  selection: Selection,
  ring: Sprite,
  words: Uint32Array,
  at: (row: number, shift: number) => [number, number],
): void {
  const seen = new Set<number>();
  index.forEachIn(box, (row, shift) => {
    if (!selection.isPicked(row)) return;
    const [x, y] = at(row, shift);
    const key = (y + 4096) * 16384 + x + 4096;
    if (seen.has(key)) return;
    seen.add(key);
    stamp(ring, scratch, words, x, y);
  });
}
