// The shaded relief over the land of the base map: blocks of grey pictures at a few levels, which
// are joined and laid over a tile, the finest there on top.

import { tokens } from "../canvas/colors.ts";
import { applyMask, type Extent, fadeMask, type IsCovered, isWithin } from "../canvas/fading.ts";
import { type Pen, penOf } from "../canvas/surface.ts";
import { readTable, required, type Store, type Table } from "../data/payload.ts";
import type { ReliefSpec } from "../data/spec.ts";
import {
  boxCopies,
  pixelUnits,
  TILE_SIZE,
  type TileCoords,
  tileBox,
  WORLD,
} from "../geo/mercator.ts";
import type { Steps } from "../ui/queue.ts";

/** Blocks that are joined between two pauses. */
const AT_ONCE = 6;
/** Blocks fade over this share of their side into the coarser ones beside them. */
const BAND = 1 / 2;
/** Pixels of a block's side in the mask of a level, which is enlarged. */
const MASK_SIZE = 16;

/** A block; one of flat land has no picture. */
type Block = { level: number; x: number; y: number; picture: ImageBitmap | null };

/** Lays the relief over the land of a tile. */
export type ReliefPainter = (pen: Pen, coords: TileCoords) => Steps;

/** Return the relief of a page; nothing where the browser cannot read its pictures. */
export async function readRelief(spec: ReliefSpec, store: Store): Promise<ReliefPainter> {
  const table = await readTable(store, spec.payload);
  const blocks = await decodedBlocks(table).catch(() => []);
  const levels = [...new Set(blocks.map((block) => block.level))].sort((a, b) => a - b);
  const joined = levels.map((level) => {
    return new JoinedLevel(
      level,
      blocks.filter((block) => block.level === level),
      spec,
    );
  });
  let scratch: Pen | null = null;
  /** The tile whose relief is in `scratch`: parts of one tile are painted one after the other. */
  let held: TileCoords | null = null;
  return function* (pen, coords) {
    const [blend, strength] = tokens("relief")[0].split(" ");
    const opacity = Number(strength);
    const seen = joined.filter((level) => level.shareAt(coords.z) > 0);
    if (!(opacity > 0) || seen.length === 0) return;
    scratch ??= penOf(TILE_SIZE, TILE_SIZE);
    if (held !== coords) {
      held = null;
      scratch.clearRect(0, 0, TILE_SIZE, TILE_SIZE);
      const first = seen.findLastIndex((level) => level.isWhole(coords));
      for (const level of seen.slice(Math.max(0, first))) yield* level.paint(scratch, coords);
      held = coords;
    }
    pen.save();
    pen.globalAlpha = opacity;
    pen.globalCompositeOperation = blend as GlobalCompositeOperation;
    pen.drawImage(scratch.canvas, 0, 0, TILE_SIZE, TILE_SIZE);
    pen.restore();
  };
}

/** Return how much of a level's relief is left at a number of zoom levels beyond it. */
export const shareAt = (beyond: number, [whole, none]: [number, number]): number =>
  Math.min(1, Math.max(0, (none - beyond) / (none - whole)));

/** Return the column after the widest gap; column `count` is column 0 again. */
export function firstColumn(columns: Iterable<number>, count: number): number {
  const sorted = [...new Set(columns)].sort((a, b) => a - b);
  const gapBefore = (x: number, i: number): number => x - (sorted[i - 1] ?? sorted.at(-1)! - count);
  const gaps = sorted.map(gapBefore);
  return sorted[gaps.indexOf(Math.max(...gaps))];
}

function decodedBlocks(table: Table): Promise<Block[]> {
  const [levels, xs, ys] = ["level", "x", "y"].map((name) => required(table, name));
  const pictures = table.getChild("picture")!;
  return Promise.all(
    Array.from(levels, async (level, i) => {
      const bytes = pictures.at(i) as Uint8Array<ArrayBuffer>;
      const isFlat = bytes.length === 0;
      const picture = isFlat ? null : await decodedPicture(bytes);
      return { level, x: xs[i], y: ys[i], picture };
    }),
  );
}

const WEBP = "image/webp";

/** Return a picture, by the faster way where the browser has it: it reads no blob. */
async function decodedPicture(data: Uint8Array<ArrayBuffer>): Promise<ImageBitmap> {
  if (typeof ImageDecoder === "undefined")
    return createImageBitmap(new Blob([data], { type: WEBP }));
  const decoder = new ImageDecoder({ data, type: WEBP });
  const { image } = await decoder.decode();
  const picture = await createImageBitmap(image);
  image.close();
  decoder.close();
  return picture;
}

/** The blocks of a level as one picture, so that they have no seams where they are enlarged. */
class JoinedLevel {
  /** World units of a side of a block. */
  private readonly side: number;
  /** The blocks' part of the world, counted in blocks; its east may pass that of the world. */
  private readonly extent: Extent;
  private readonly isCovered: IsCovered;
  private readonly todo: Block[];
  private readonly pen: Pen;
  /** The mask that fades the picture's edges; null where the level has the whole world. */
  private readonly mask: OffscreenCanvas | null;
  private readonly shades: Uint32Array;
  private readonly level: number;
  private readonly spec: ReliefSpec;

  constructor(level: number, blocks: Block[], spec: ReliefSpec) {
    const count = 2 ** level;
    this.level = level;
    this.spec = spec;
    this.side = WORLD / count;
    const first = firstColumn(
      blocks.map(({ x }) => x),
      count,
    );
    this.todo = blocks.map((block) => ({ ...block, x: block.x + (block.x < first ? count : 0) }));
    const [xs, ys] = [this.todo.map(({ x }) => x), this.todo.map(({ y }) => y)];
    const [across, top] = [Math.max(...xs) + 1 - first, Math.min(...ys)];
    this.extent = { x: first, y: top, across, down: Math.max(...ys) + 1 - top };
    const keys = new Set(blocks.map(({ x, y }) => y * count + x));
    // Beyond its north and south the world does not end in coarser blocks.
    this.isCovered = (x, y) =>
      y < 0 || y >= count || keys.has(y * count + x - count * Math.floor(x / count));
    this.pen = penOf(across * spec.side, this.extent.down * spec.side);
    const isWorld = isWithin({ x: 0, y: 0, across: count, down: count }, this.isCovered, 0);
    this.mask = isWorld ? null : fadeMask(this.extent, MASK_SIZE, this.isCovered, BAND);
    this.shades = shadesOf(spec);
  }

  /** Return how much of the level's relief is left at a zoom of the page. */
  shareAt(zoom: number): number {
    return shareAt(zoom - this.level, this.spec.fades);
  }

  /** Return whether nothing coarser is seen in a tile. */
  isWhole(coords: TileCoords): boolean {
    const across = (TILE_SIZE * pixelUnits(coords.z)) / this.side;
    const extent = { x: coords.x * across, y: coords.y * across, across, down: across };
    return isWithin(extent, this.isCovered, BAND);
  }

  /** Paint the level where it has blocks, in place of what is there. */
  *paint(pen: Pen, coords: TileCoords): Steps {
    const size = this.side / pixelUnits(coords.z);
    const { across, down } = this.extent;
    const [width, height] = [across * size, down * size];
    for (const { x, y } of this.corners(coords)) {
      if (within(x, width) <= 0 || within(y, height) <= 0) continue;
      yield* this.join();
      const place = { x, y, width, height };
      if (this.mask) applyMask(pen, this.mask, false, place);
      pen.save();
      pen.globalAlpha = this.shareAt(coords.z);
      // Better qualities cost many times as much, and make no difference near the picture's own scale.
      pen.imageSmoothingQuality = size < this.spec.side / 2 ? "medium" : "low";
      pen.drawImage(this.pen.canvas, x, y, width, height);
      pen.restore();
    }
  }

  /** Return the corner of the picture in each copy of the world, in CSS pixels of a tile. */
  private corners(coords: TileCoords): { x: number; y: number }[] {
    const unit = pixelUnits(coords.z);
    return boxCopies(tileBox(coords)).flatMap(({ box }) =>
      [0, WORLD].map((turn) => ({
        x: (this.extent.x * this.side - turn - box.minX) / unit,
        y: (this.extent.y * this.side - box.minY) / unit,
      })),
    );
  }

  /** Join the blocks that are not yet part of the picture. */
  private *join(): Steps {
    const { extent, pen, shades, todo } = this;
    const { side } = this.spec;
    if (todo.length === 0) return;
    while (todo.length > 0) {
      for (const { x, y, picture } of todo.splice(0, AT_ONCE)) {
        if (picture === null) continue;
        const [left, top] = [(x - extent.x) * side, (y - extent.y) * side];
        pen.drawImage(picture, left, top);
        picture.close();
        const image = pen.getImageData(left, top, side, side);
        const words = new Uint32Array(image.data.buffer);
        // The lowest byte is that of red.
        for (let i = 0; i < words.length; i++) words[i] = shades[words[i] & 255];
        pen.putImageData(image, left, top);
      }
      yield;
    }
    const place = { x: 0, y: 0, width: pen.canvas.width, height: pen.canvas.height };
    if (this.mask) applyMask(pen, this.mask, true, place);
  }
}

/** Return the length of a side that is within a tile. */
const within = (from: number, size: number): number =>
  Math.min(TILE_SIZE, from + size) - Math.max(0, from);

type Shading = Pick<ReliefSpec, "flat" | "still" | "contrast">;

/** Return black or white of the opacity of each grey, as it lies in memory; flat land is clear. */
export function shadesOf({ flat, still, contrast }: Shading): Uint32Array {
  const shades = new Uint8ClampedArray(256 * 4);
  for (let grey = 0; grey < 256; grey++) {
    const light = grey > flat ? 255 : 0;
    const opacity = contrast * Math.max(0, Math.abs(grey - flat) - still);
    shades.set([light, light, light, opacity], 4 * grey);
  }
  return new Uint32Array(shades.buffer);
}
