// The shaded relief over the land of the base map: blocks of grey pictures at a few levels, which
// are joined and laid over a tile, the finest there on top.

import { tokens } from "../canvas/colors.ts";
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
const AT_ONCE = 2;

/** A block; one of flat land has no picture. */
type Block = { level: number; x: number; y: number; picture: ImageBitmap | null };

type Place = { x: number; y: number };

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
    const opacity = Number(strength) * shareAt(coords.z, spec.fades);
    if (!(opacity > 0)) return;
    scratch ??= penOf(TILE_SIZE, TILE_SIZE);
    if (held !== coords) {
      held = null;
      scratch.clearRect(0, 0, TILE_SIZE, TILE_SIZE);
      let first = joined.length - 1;
      while (first > 0 && !joined[first].isWhole(coords)) first--;
      for (const level of joined.slice(Math.max(0, first))) yield* level.paint(scratch, coords);
      held = coords;
    }
    pen.save();
    pen.globalAlpha = opacity;
    pen.globalCompositeOperation = blend as GlobalCompositeOperation;
    pen.drawImage(scratch.canvas, 0, 0, TILE_SIZE, TILE_SIZE);
    pen.restore();
  };
}

/** Return how much of the relief is left at a zoom. */
export const shareAt = (zoom: number, [whole, none]: [number, number]): number =>
  Math.min(1, Math.max(0, (none - zoom) / (none - whole)));

/** Return the first of the columns, in a row of `count` that closes, after the widest gap. */
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
      const picture = isFlat
        ? null
        : await createImageBitmap(new Blob([bytes], { type: "image/webp" }));
      return { level, x: xs[i], y: ys[i], picture };
    }),
  );
}

/** The blocks of a level as one picture, so that they have no seams where they are enlarged. */
class JoinedLevel {
  /** World units of a side of a block. */
  private readonly side: number;
  private readonly pixels: number;
  /** The north-west corner and the blocks, counted from the west of the world; x may pass its east. */
  private readonly corner: Place;
  private readonly places: Place[];
  private readonly todo: Block[];
  private readonly pen: Pen;
  private readonly shades: Uint32Array;

  constructor(level: number, blocks: Block[], spec: ReliefSpec) {
    const { side } = spec;
    const count = 2 ** level;
    this.side = WORLD / count;
    this.pixels = side;
    const first = firstColumn(
      blocks.map(({ x }) => x),
      count,
    );
    this.todo = blocks.map((block) => ({ ...block, x: block.x + (block.x < first ? count : 0) }));
    this.places = this.todo.map(({ x, y }) => ({ x, y }));
    const [xs, ys] = [this.places.map(({ x }) => x), this.places.map(({ y }) => y)];
    this.corner = { x: first, y: Math.min(...ys) };
    const across = Math.max(...xs) + 1 - this.corner.x;
    this.pen = penOf(across * side, (Math.max(...ys) + 1 - this.corner.y) * side);
    this.shades = shadesOf(spec);
  }

  /** Return whether the level has every block of a tile. */
  isWhole(coords: TileCoords): boolean {
    const size = this.side / pixelUnits(coords.z);
    let area = 0;
    for (const { blocks } of this.met(coords)) {
      for (const { x, y } of blocks) area += within(x, size) * within(y, size);
    }
    return area > TILE_SIZE ** 2 - 1;
  }

  /** Paint the level where it has blocks, in place of what is there. */
  *paint(pen: Pen, coords: TileCoords): Steps {
    const size = this.side / pixelUnits(coords.z);
    for (const { blocks, corner } of this.met(coords)) {
      yield* this.join();
      this.draw(pen, blocks, size, corner);
    }
  }

  /** Return the blocks that meet a tile and the corner of the level, in CSS pixels of the tile. */
  private met(coords: TileCoords): { blocks: Place[]; corner: Place }[] {
    const unit = pixelUnits(coords.z);
    const size = this.side / unit;
    const copies = boxCopies(tileBox(coords)).flatMap(({ box }) =>
      [0, WORLD].map((turn) => {
        const at = ({ x, y }: Place): Place => {
          const [left, top] = [x * this.side - turn - box.minX, y * this.side - box.minY];
          return { x: left / unit, y: top / unit };
        };
        const blocks = this.places.map(at);
        const isMet = ({ x, y }: Place): boolean => within(x, size) > 0 && within(y, size) > 0;
        return { blocks: blocks.filter(isMet), corner: at(this.corner) };
      }),
    );
    return copies.filter(({ blocks }) => blocks.length > 0);
  }

  private draw(pen: Pen, blocks: Place[], size: number, corner: Place): void {
    const { canvas } = this.pen;
    const scale = size / this.pixels;
    pen.save();
    pen.beginPath();
    for (const { x, y } of blocks) pen.rect(x, y, size, size);
    pen.clip();
    pen.clearRect(0, 0, TILE_SIZE, TILE_SIZE);
    // Better qualities cost many times as much, and make no difference near the picture's own scale.
    pen.imageSmoothingQuality = scale < 0.5 ? "medium" : "low";
    pen.drawImage(canvas, corner.x, corner.y, canvas.width * scale, canvas.height * scale);
    pen.restore();
  }

  /** Join the blocks that are not yet part of the picture. */
  private *join(): Steps {
    const { corner, pen, pixels, shades, todo } = this;
    while (todo.length > 0) {
      for (const { x, y, picture } of todo.splice(0, AT_ONCE)) {
        if (picture === null) continue;
        const [left, top] = [(x - corner.x) * pixels, (y - corner.y) * pixels];
        pen.drawImage(picture, left, top);
        picture.close();
        const image = pen.getImageData(left, top, pixels, pixels);
        const words = new Uint32Array(image.data.buffer);
        for (let i = 0; i < words.length; i++) words[i] = shades[image.data[4 * i]];
        pen.putImageData(image, left, top);
      }
      yield;
    }
  }
}

/** Return the length of a side of a block that is within a tile. */
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
