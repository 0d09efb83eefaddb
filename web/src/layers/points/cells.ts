// Cells of the map: how many records each holds, and where.

import type { Box } from "../../geo/mercator.ts";

/** The names of the colours of density, from that of few records. */
export const COLORS = [1, 2, 3, 4, 5, 6, 7].map((n) => `dense-${n}`);

/** The points of a cell: their number, their middle and their box in world units. */
export interface Cell {
  count: number;
  /** The first of the points. */
  row: number;
  x: number;
  y: number;
  box: Box;
  /** The number of a hexagon in its grid; undefined for a square. */
  code?: number;
}

/** Return a cell that begins at a point. */
export function cellAt(row: number, x: number, y: number): Cell {
  const box = { minX: x, minY: y, maxX: x + 1, maxY: y + 1 };
  return { count: 0, row, x, y, box };
}

export function addTo(cell: Cell, x: number, y: number): void {
  const { box } = cell;
  cell.count++;
  cell.x += (x - cell.x) / cell.count;
  cell.y += (y - cell.y) / cell.count;
  if (x < box.minX) box.minX = x;
  if (y < box.minY) box.minY = y;
  if (x >= box.maxX) box.maxX = x + 1;
  if (y >= box.maxY) box.maxY = y + 1;
}
