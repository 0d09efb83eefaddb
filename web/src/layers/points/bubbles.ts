// Points as bubbles: the number of records in a square, ringed by their classes.

import { safeColor, tokens } from "../../canvas/colors.ts";
import type { SymbolVisitor } from "../../canvas/labels.ts";
import { look, type Pen } from "../../canvas/surface.ts";
import { traceCircle } from "../../canvas/symbols.ts";
import type { Tile } from "../../canvas/tiles.ts";
import { entry } from "../../data/collections.ts";
import type { EntrySpec } from "../../data/spec.ts";
import { type Box, pixelUnits, TILE_SIZE, type TileCoords, tileBox } from "../../geo/mercator.ts";
import type { Steps } from "../../ui/queue.ts";
import { formatShort } from "../../words/format.ts";
import { addTo, type Cell, cellAt } from "./cells.ts";
import { contains, type PointIndex } from "./pointindex.ts";
import type { PointSet } from "./pointset.ts";

/** The side of a bubble's square, in CSS pixels. */
export const CELL = 64;
const CELLS = TILE_SIZE / CELL;

/** A square with points, and the number of each style. */
export interface Bubble extends Cell {
  styles: Map<number, number>;
}

/**
 * Return the bubbles whose squares lie in a tile or beside it. Each is as near to the middle of its
 * points as its square allows, so that none covers another.
 */
export function bubblesOf(index: PointIndex, coords: TileCoords): Bubble[] {
  const { minX, minY, ...rest } = tileBox(coords, CELL);
  const unit = pixelUnits(coords.z);
  const side = CELL * unit;
  const cells = new Map<number, Bubble>();
  index.forEachIn({ minX, minY, ...rest }, (row, shift) => {
    const x = index.xs[row] + shift;
    const y = index.ys[row];
    const key = Math.floor((x - minX) / side) * (CELLS + 2) + Math.floor((y - minY) / side);
    const bubble = entry(cells, key, () => ({ ...cellAt(row, x, y), styles: new Map() }));
    addTo(bubble, x, y);
    const style = index.styles[row];
    bubble.styles.set(style, (bubble.styles.get(style) ?? 0) + 1);
  });
  for (const [key, cell] of cells) {
    if (cell.count === 1) continue;
    const [column, line] = [Math.floor(key / (CELLS + 2)), key % (CELLS + 2)];
    const reach = (bubbleRadius(cell.count) + 1) * unit;
    const within = (at: number, from: number): number =>
      Math.max(from + reach, Math.min(from + side - reach, at));
    cell.x = within(cell.x, minX + column * side);
    cell.y = within(cell.y, minY + line * side);
  }
  return [...cells.values()];
}

/**
 * Visit the bubbles and the lone points in a box: the counts are texts, and names may reach over
 * the rings if they must.
 */
export function visitBubbles(points: PointSet, box: Box, zoom: number, visit: SymbolVisitor): void {
  const { index, marks } = points;
  const size = symbolSize(points.sizeAt(zoom));
  const side = TILE_SIZE * pixelUnits(zoom);
  const [right, bottom] = [Math.ceil(box.maxX / side), Math.ceil(box.maxY / side)];
  for (let y = Math.floor(box.minY / side); y < bottom; y++) {
    for (let x = Math.floor(box.minX / side); x < right; x++) {
      const tile = tileBox({ x, y, z: zoom });
      for (const bubble of bubblesOf(index, { x, y, z: zoom })) {
        if (!contains(tile, bubble.x, bubble.y)) continue;
        const radius = bubbleRadius(bubble.count);
        const isLone = bubble.count === 1;
        visit(bubble.x, bubble.y, isLone ? marks.radius(bubble.row, size) : radius + 1);
        if (!isLone) visit(bubble.x, bubble.y, radius - RING_PX, "text");
      }
    }
  }
}

/** Return the usual diameter of the symbols of lone points, which are no smaller than this. */
const symbolSize = (size: number): number => Math.max(size, 7);

/** The width of the ring of a bubble, in CSS pixels. */
export const RING_PX = 4;

/** Return the radius of a bubble, which grows with its count but never beyond its square. */
export const bubbleRadius = (count: number): number =>
  Math.min(CELL / 2 - 2, 11 + 3.6 * Math.log10(count));

export function* paintBubbles({ pen, coords, ratio }: Tile, points: PointSet): Steps {
  const { index, spec, marks } = points;
  const { entries } = spec.legend;
  const { minX, minY } = tileBox(coords);
  const unit = pixelUnits(coords.z);
  const spriteOf = marks.sprites(symbolSize(points.sizeAt(coords.z)), ratio);
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
