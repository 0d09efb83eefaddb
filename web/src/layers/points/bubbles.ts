// Many points as bubbles: how many there are in a square, ringed by what they are.

import type { Pen } from "../../canvas/surface.ts";
import { imageOf, safeColor, spriteOf, symbolSize } from "../../canvas/symbols.ts";
import type { Tile } from "../../canvas/tiles.ts";
import type { EntrySpec } from "../../data/spec.ts";
import { type Box, pixelUnits, TILE_SIZE, type TileCoords, tileBox } from "../../geo/mercator.ts";
import type { Steps } from "../../ui/queue.ts";
import { formatShort } from "../../words/format.ts";
import type { PointIndex } from "./pointindex.ts";

/** The side of a bubble's square, in CSS pixels. */
export const CELL = 64;
const CELLS = TILE_SIZE / CELL;

/** The points of a square: how many of each style, their middle and what they span in world units. */
export interface Bubble {
  count: number;
  styles: Map<number, number>;
  x: number;
  y: number;
  box: Box;
}

/** The bubbles whose squares lie in a tile or beside it. */
export function bubblesOf(index: PointIndex, coords: TileCoords): Bubble[] {
  const box = tileBox(coords, CELL);
  const side = CELL * pixelUnits(coords.z);
  const cells = new Map<number, Bubble>();
  index.forEachIn(box, (row, shift) => {
    const x = index.xs[row] + shift;
    const y = index.ys[row];
    const key = Math.floor((x - box.minX) / side) * (CELLS + 2) + Math.floor((y - box.minY) / side);
    let bubble = cells.get(key);
    if (bubble === undefined)
      cells.set(
        key,
        (bubble = {
          count: 0,
          styles: new Map(),
          x,
          y,
          box: { minX: x, minY: y, maxX: x + 1, maxY: y + 1 },
        }),
      );
    join(bubble, x, y, index.styles[row]);
  });
  return [...cells.values()];
}

function join(bubble: Bubble, x: number, y: number, style: number): void {
  const { box, styles } = bubble;
  bubble.count++;
  bubble.x += (x - bubble.x) / bubble.count;
  bubble.y += (y - bubble.y) / bubble.count;
  styles.set(style, (styles.get(style) ?? 0) + 1);
  if (x < box.minX) box.minX = x;
  if (y < box.minY) box.minY = y;
  if (x >= box.maxX) box.maxX = x + 1;
  if (y >= box.maxY) box.maxY = y + 1;
}

/** A bubble grows with how many records it stands for, and never beyond its square. */
export const bubbleRadius = (count: number): number =>
  Math.min(CELL / 2 - 2, 11 + 3.6 * Math.log10(count));

export interface BubbleColors {
  surface: string;
  ink: string;
  font: string;
}

export function* paintBubbles(
  { pen, coords, ratio }: Tile,
  index: PointIndex,
  entries: EntrySpec[],
  ink: BubbleColors,
): Steps {
  const tile = tileBox(coords);
  const unit = pixelUnits(coords.z);
  const size = symbolSize(coords.z, index.length);
  for (const bubble of bubblesOf(index, coords)) {
    const x = (bubble.x - tile.minX) / unit;
    const y = (bubble.y - tile.minY) / unit;
    if (bubble.count === 1) {
      const entry = entries[[...bubble.styles.keys()][0]];
      if (entry !== undefined) drawSymbol(pen, entry, x, y, size, ratio);
      continue;
    }
    drawBubble(pen, bubble, x, y, (style) => safeColor(entries[style]?.color ?? ""), ink);
    yield;
  }
}

function drawSymbol(
  pen: Pen,
  { shape, color }: EntrySpec,
  x: number,
  y: number,
  size: number,
  ratio: number,
): void {
  const image = imageOf(spriteOf(shape, color, Math.round(Math.max(size, 7) * ratio), ratio));
  const side = image.width / ratio;
  pen.drawImage(image, x - side / 2, y - side / 2, side, side);
}

function drawBubble(
  pen: Pen,
  { count, styles }: Bubble,
  x: number,
  y: number,
  color: (style: number) => string,
  ink: BubbleColors,
): void {
  const radius = bubbleRadius(count);
  pen.beginPath();
  pen.arc(x, y, radius + 1, 0, 2 * Math.PI);
  pen.fillStyle = ink.surface;
  pen.fill();
  let angle = -Math.PI / 2;
  pen.lineWidth = 4;
  for (const [style, number] of [...styles].sort(([a], [b]) => a - b)) {
    const end = angle + (2 * Math.PI * number) / count;
    pen.beginPath();
    pen.arc(x, y, radius - 2, angle, end);
    pen.strokeStyle = color(style);
    pen.stroke();
    angle = end;
  }
  pen.fillStyle = ink.ink;
  pen.font = `600 11px ${ink.font}`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(formatShort(count), x, y + 0.5);
}
