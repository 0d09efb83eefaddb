// Points as bubbles: the number of records in a square, ringed by their classes.

import { safeColor, tokens } from "../../canvas/colors.ts";
import { look, type Pen } from "../../canvas/surface.ts";
import { traceCircle } from "../../canvas/symbols.ts";
import type { Tile } from "../../canvas/tiles.ts";
import { entry } from "../../data/collections.ts";
import type { EntrySpec } from "../../data/spec.ts";
import { type Box, pixelUnits, TILE_SIZE, type TileCoords, tileBox } from "../../geo/mercator.ts";
import type { Steps } from "../../ui/queue.ts";
import { formatShort } from "../../words/format.ts";
import type { PointIndex } from "./pointindex.ts";
import type { PointSet } from "./pointset.ts";

/** The side of a bubble's square, in CSS pixels. */
export const CELL = 64;
const CELLS = TILE_SIZE / CELL;

/** The points of a square: the number of each style, their middle and their box in world units. */
export interface Bubble {
  count: number;
  /** The first of the points. */
  row: number;
  styles: Map<number, number>;
  x: number;
  y: number;
  box: Box;
}

/** Return the bubbles whose squares lie in a tile or beside it. */
export function bubblesOf(index: PointIndex, coords: TileCoords): Bubble[] {
  const { minX, minY, ...rest } = tileBox(coords, CELL);
  const side = CELL * pixelUnits(coords.z);
  const cells = new Map<number, Bubble>();
  index.forEachIn({ minX, minY, ...rest }, (row, shift) => {
    const x = index.xs[row] + shift;
    const y = index.ys[row];
    const key = Math.floor((x - minX) / side) * (CELLS + 2) + Math.floor((y - minY) / side);
    const bubble = entry(cells, key, () => {
      const box = { minX: x, minY: y, maxX: x + 1, maxY: y + 1 };
      return { count: 0, row, styles: new Map(), x, y, box };
    });
    addTo(bubble, x, y, index.styles[row]);
  });
  return [...cells.values()];
}

function addTo(bubble: Bubble, x: number, y: number, style: number): void {
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

/** The width of the ring of a bubble, in CSS pixels. */
export const RING_PX = 4;

/** Return the radius of a bubble, which grows with its count but never beyond its square. */
export const bubbleRadius = (count: number): number =>
  Math.min(CELL / 2 - 2, 11 + 3.6 * Math.log10(count));

export function* paintBubbles(
  { pen, coords, ratio }: Tile,
  { index, spec, marks }: PointSet,
): Steps {
  const { entries } = spec.legend;
  const { minX, minY } = tileBox(coords);
  const unit = pixelUnits(coords.z);
  const spriteOf = marks.sprites(Math.max(marks.usual(coords.z), 7), ratio);
  for (const bubble of bubblesOf(index, coords)) {
    const x = (bubble.x - minX) / unit;
    const y = (bubble.y - minY) / unit;
    if (bubble.count > 1) {
      drawBubble(pen, bubble, x, y, entries);
      yield;
      continue;
    }
    const image = spriteOf(bubble.row);
    if (image === undefined) continue;
    pen.globalAlpha = marks.alpha(bubble.row);
    const side = image.width / ratio;
    pen.drawImage(image, x - side / 2, y - side / 2, side, side);
    pen.globalAlpha = 1;
  }
}

function drawBubble(pen: Pen, bubble: Bubble, x: number, y: number, entries: EntrySpec[]): void {
  const { count, styles } = bubble;
  const [surface, ink, font] = tokens("surface", "ink", "font");
  const radius = bubbleRadius(count);
  traceCircle(pen, x, y, radius + 1);
  pen.fillStyle = surface;
  pen.fill();
  let angle = -Math.PI / 2;
  pen.lineWidth = RING_PX;
  for (const [style, number] of [...styles].sort(([a], [b]) => a - b)) {
    const end = angle + (2 * Math.PI * number) / count;
    pen.beginPath();
    pen.arc(x, y, radius - RING_PX / 2, angle, end);
    pen.strokeStyle = safeColor(entries[style]?.color ?? "");
    pen.stroke();
    angle = end;
  }
  const centred = { textAlign: "center", textBaseline: "middle" } as const;
  look(pen, { fillStyle: ink, font: `600 11px ${font}`, ...centred });
  pen.fillText(formatShort(count), x, y + 0.5);
}
