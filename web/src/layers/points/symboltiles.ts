// Tiles of symbols: the sprites of the points stamped on them.

import { tokens } from "../../canvas/colors.ts";
import { REACH, ringSprite } from "../../canvas/symbols.ts";
import { CanvasTiles, type Tile } from "../../canvas/tiles.ts";
import { pixelUnits, tileBox } from "../../geo/mercator.ts";
import type { Steps } from "../../ui/queue.ts";
import { forEachSquare, levelAt } from "./crowding.ts";
import type { PointSet } from "./pointset.ts";
import type { SymbolMarks } from "./symbolmarks.ts";

/** Pixels stamped between two pauses: 1500 usual symbols, in about a millisecond. */
const STEP = 1500 * 19 ** 2;
/** How much wider than its symbol the ring around a selected record is, in CSS pixels. */
const RING_PX = 4;

/** Return the level of detail of a zoom: one symbol for each square of about half its size. */
const drawnLevel = (zoom: number, size: number): number =>
  Math.round(Math.log2(pixelUnits(zoom))) + (size >= 24 ? 3 : size >= 8 ? 2 : 1);

/** Return the distance that the largest symbols reach from their places, in CSS pixels. */
const reachOf = (size: number, { largest, rimWidth }: SymbolMarks): number =>
  Math.ceil(size * largest * REACH + 1 + rimWidth);

export function symbolTiles(points: PointSet, options: L.GridLayerOptions): CanvasTiles {
  const { index, marks } = points;
  const sizeAt = (zoom: number): number => points.sizeAt(zoom);
  return new CanvasTiles({
    ...options,
    isEmpty: (coords) => !index.meets(tileBox(coords, reachOf(sizeAt(coords.z), marks))),
    paint: (tile) => paintSymbols(tile, points, sizeAt(tile.coords.z)),
  });
}

function* paintSymbols({ pen, coords, ratio }: Tile, points: PointSet, size: number): Steps {
  const { index, marks, selection } = points;
  const spriteOf = marks.sprites(size, ratio);
  const { xs, ys, levels } = index;
  const tile = tileBox(coords);
  const scale = ratio / pixelUnits(coords.z);
  const rows: number[] = [];
  const shifts: number[] = [];
  const alphas: number[] = [];
  const reach = reachOf(size, marks);
  const shade = points.crowding.shadeAt(coords.z);
  if (shade !== null) {
    const box = tileBox(coords, reach);
    forEachSquare(index, box, levelAt(coords.z), marks.wishedRanks, (row, shift, count) => {
      rows.push(row);
      shifts.push(shift);
      alphas.push(shade.alpha(count));
    });
  } else {
    const level = drawnLevel(coords.z, size * marks.smallest);
    index.forEachDrawn(tileBox(coords, reach), level, (row, shift) => {
      // Of large symbols fewer are needed: the square of each is larger.
      if (levels[row] < drawnLevel(coords.z, marks.diameter(row, size))) return;
      rows.push(row);
      shifts.push(shift);
      alphas.push(marks.alpha(row));
    });
  }
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
  const order = marks.order(rows);
  let stamped = 0;
  for (let i = 0; i < rows.length; i++) {
    const at = order === null ? i : order[i];
    const sprite = spriteOf(rows[at]);
    if (sprite === undefined) continue;
    pen.globalAlpha = alphas[at];
    stamp(sprite, ...pixelOf(rows[at], shifts[at]));
    stamped += Math.max(sprite.width, 19) ** 2;
    if (stamped < STEP) continue;
    stamped = 0;
    yield;
  }
  pen.globalAlpha = 1;
  if (selection.picked === null) return;
  const box = tileBox(coords, reach + RING_PX);
  const colors = tokens("picked", "surface");
  const ringOf = (row: number): ImageBitmap => {
    const diameter = Math.round(marks.diameter(row, size));
    return ringSprite(Math.max(diameter, 5) + RING_PX, ratio, colors);
  };
  // Ring the selected records, also those under the symbols of others, one for each pixel.
  const ringed = new Set<number>();
  index.forEachIn(box, (row, shift) => {
    if (!selection.isPicked(row)) return;
    const [x, y] = pixelOf(row, shift);
    const key = (y + 4096) * 16384 + x + 4096;
    if (!ringed.has(key)) stamp(ringOf(row), x, y);
    ringed.add(key);
  });
}
