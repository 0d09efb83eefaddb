// Tiles of symbols: the sprites of the points stamped on them.

import { tokens } from "../../canvas/colors.ts";
import { PixelBoard, pixelsOf } from "../../canvas/pixelboard.ts";
import type { Pen } from "../../canvas/surface.ts";
import { dotSprite, REACH, ringSprite } from "../../canvas/symbols.ts";
import { CanvasTiles, type Tile } from "../../canvas/tiles.ts";
import { type Box, pixelUnits, TILE_SIZE, type TileCoords, tileBox } from "../../geo/mercator.ts";
import type { Steps } from "../../ui/queue.ts";
import { forEachSquare, levelAt } from "./crowding.ts";
import type { PointIndex } from "./pointindex.ts";
import type { PointSet } from "./pointset.ts";
import type { SymbolMarks } from "./symbolmarks.ts";

/** Pixels stamped between two pauses, in about two milliseconds. */
const STEP = 400_000;
/** How much wider than its symbol the ring around a selected record is, in CSS pixels. */
const WIDER_PX = 4;
/** The least diameter of a symbol that is ringed, in CSS pixels. */
const RINGED_PX = 5;

/** Return the level of detail of a zoom: one symbol for each square of about half its size. */
const drawnLevel = (zoom: number, size: number): number =>
  Math.round(Math.log2(pixelUnits(zoom))) + (size >= 24 ? 3 : size >= 8 ? 2 : 1);

/** Return the distance that the largest symbols reach from their places, in CSS pixels. */
const tileReach = (size: number, { largest, rimWidth }: SymbolMarks): number =>
  Math.ceil(size * largest * REACH + 1 + rimWidth);

export function symbolTiles(points: PointSet, options: L.GridLayerOptions): CanvasTiles {
  const { index, marks } = points;
  const sizeAt = (zoom: number): number => points.sizeAt(zoom);
  return new CanvasTiles({
    ...options,
    isEmpty: (coords) => !index.meets(tileBox(coords, tileReach(sizeAt(coords.z), marks))),
    paint: (tile) => paintSymbols(tile, points, sizeAt(tile.coords.z)),
  });
}

/** Symbols to draw: their rows, the copies of the world they are in, and their opacities. */
class Drawn {
  readonly rows: number[] = [];
  readonly shifts: number[] = [];
  readonly alphas: number[] = [];

  add(row: number, shift: number, alpha: number): void {
    this.rows.push(row);
    this.shifts.push(shift);
    this.alphas.push(alpha);
  }
}

/** Return the symbols that are seen in a tile: one for each square. */
function drawnIn(coords: TileCoords, points: PointSet, size: number): Drawn {
  const { index, marks } = points;
  const drawn = new Drawn();
  const box = tileBox(coords, tileReach(size, marks));
  const shade = points.crowding.shadeAt(coords.z);
  if (shade !== null) {
    forEachSquare(index, box, levelAt(coords.z), marks.wishedRanks, (row, shift, count) =>
      drawn.add(row, shift, shade.alpha(count)),
    );
    return drawn;
  }
  const level = drawnLevel(coords.z, size * marks.smallest);
  index.forEachDrawn(box, level, (row, shift) => {
    // Of large symbols fewer are needed: the square of each is larger.
    if (index.levels[row] < drawnLevel(coords.z, marks.diameter(row, size))) return;
    drawn.add(row, shift, marks.alpha(row));
  });
  return drawn;
}

/** Stamps sprites on a tile in device pixels, so that none is blurred. */
class Stamp {
  private readonly board: PixelBoard;
  private readonly index: PointIndex;
  private readonly corner: Box;
  private readonly scale: number;

  constructor({ coords, ratio }: Tile, index: PointIndex) {
    const side = Math.round(TILE_SIZE * ratio);
    this.board = new PixelBoard(side, side);
    this.index = index;
    this.corner = tileBox(coords);
    this.scale = ratio / pixelUnits(coords.z);
  }

  pixelOf(row: number, shift: number): [x: number, y: number] {
    const { index, corner, scale } = this;
    return [
      Math.floor((index.xs[row] + shift - corner.minX) * scale),
      Math.floor((index.ys[row] - corner.minY) * scale),
    ];
  }

  at([x, y]: [x: number, y: number], sprite: ImageBitmap, opacity = 1): void {
    const reach = (sprite.width - 1) / 2;
    this.board.stamp(pixelsOf(sprite), x - reach, y - reach, opacity);
  }

  show(pen: Pen): void {
    this.board.show(pen);
  }
}

function* paintSymbols(tile: Tile, points: PointSet, size: number): Steps {
  const { pen, coords, ratio } = tile;
  const { marks } = points;
  const spriteOf = marks.sprites(size, ratio);
  const { rows, shifts, alphas } = drawnIn(coords, points, size);
  const stamp = new Stamp(tile, points.index);
  const order = marks.order(rows);
  let stamped = 0;
  for (let i = 0; i < rows.length; i++) {
    const at = order === null ? i : order[i];
    const sprite = spriteOf(rows[at]);
    if (sprite === undefined) continue;
    stamp.at(stamp.pixelOf(rows[at], shifts[at]), sprite, alphas[at]);
    stamped += sprite.width ** 2;
    if (stamped < STEP) continue;
    stamped = 0;
    yield;
  }
  if (points.selection.picked !== null) ringPicked(stamp, tile, points, size);
  stamp.show(pen);
}

/**
 * Ring the selected records, also those under the symbols of others, one for each pixel. Rings around
 * tiny symbols would hide each other: these become dots of the rings' colour.
 */
function ringPicked(stamp: Stamp, { coords, ratio }: Tile, points: PointSet, size: number): void {
  const { index, marks, selection } = points;
  const colors = tokens("picked", "surface");
  const ringOf = (row: number): ImageBitmap => {
    const diameter = Math.round(marks.diameter(row, size));
    if (diameter < RINGED_PX) return dotSprite(diameter + 1, ratio, colors[0]);
    return ringSprite(diameter + WIDER_PX, ratio, colors);
  };
  const ringed = new Set<number>();
  index.forEachIn(tileBox(coords, tileReach(size, marks) + WIDER_PX), (row, shift) => {
    if (!selection.isPicked(row)) return;
    const [x, y] = stamp.pixelOf(row, shift);
    const key = (y + 4096) * 16384 + x + 4096;
    if (!ringed.has(key)) stamp.at([x, y], ringOf(row));
    ringed.add(key);
  });
}
