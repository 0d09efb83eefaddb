// Points as hexagons of one area on the ground, coloured by their number of records.

import { tokens } from "../../canvas/colors.ts";
import { look } from "../../canvas/surface.ts";
import type { Tile } from "../../canvas/tiles.ts";
import { type HexGrid, WIDTH } from "../../geo/hexgrid.ts";
import { type Box, latOf, pixelUnits, tileBox, unitsPerMetre, worldY } from "../../geo/mercator.ts";
import type { Steps } from "../../ui/queue.ts";
import { addTo, type Cell, COLORS, cellAt } from "./cells.ts";
import type { PointIndex } from "./pointindex.ts";

/** A hexagon is at least this wide, in CSS pixels, at the latitude of most records. */
const LEAST_PX = 15;
const OPACITY = 0.8;
/** How many records are looked at to find the latitude of most. */
const SAMPLE = 999;

/** The hexagons of a zoom: their grid, their area, and the least number of each class. */
export interface Hexagons {
  grid: HexGrid;
  km2: number;
  from: number[];
}

/** Return the latitude of the middle record, to five degrees, whose hexagons have a usual size. */
export function middleLatitude({ ys, length }: PointIndex): number {
  const step = Math.max(1, Math.floor(length / SAMPLE));
  const sample = ys.filter((_, row) => row % step === 0).sort();
  const lat = sample.length === 0 ? 0 : latOf(sample[sample.length >> 1]);
  return Math.max(-70, Math.min(70, 5 * Math.round(lat / 5)));
}

/** Return an area of the series 1, 3, 10, 30 ... km2 whose hexagons are wide enough at a zoom. */
export function areaAt(zoom: number, lat: number): number {
  const metres = (LEAST_PX * pixelUnits(zoom)) / unitsPerMetre(worldY(lat));
  const least = (metres / 1000 / WIDTH) ** 2;
  const power = Math.floor(Math.log10(least));
  const areas = ["1", "3", "10"].map((digits) => Number(`${digits}e${power}`));
  return areas.find((area) => area >= least) ?? areas[2];
}

/** Return the least numbers of classes up to a number: 1, 2, 4, 11, 31, 101 ..., or by tens. */
export function classesTo(most: number): number[] {
  const limits = (factors: number[]): number[] => {
    const ends = [1];
    for (let ten = 1; ends[ends.length - 1] < most; ten *= 10)
      for (const factor of factors) ends.push(factor * ten);
    return [...new Set(ends)].filter((end, i) => i === 0 || end < most);
  };
  const fine = limits([1, 3, 10]);
  const ends = fine.length < COLORS.length ? fine : limits([1, 10]).slice(0, COLORS.length - 1);
  return [1, ...ends.map((end) => end + 1)].filter((from) => from <= Math.max(1, most));
}

type CellsByCode = Map<number, Cell>;

/** Count the records of a box in their hexagons. */
function count(index: PointIndex, grid: HexGrid, box: Box, cells: CellsByCode): void {
  let cell: Cell | undefined;
  index.forEachIn(box, (row, shift) => {
    const x = index.xs[row] + shift;
    const y = index.ys[row];
    const code = grid.codeAt(x, y);
    // In Z-order the next point is mostly in the same hexagon.
    if (cell?.code !== code) {
      cell = cells.get(code);
      if (cell === undefined) cells.set(code, (cell = { ...cellAt(row, x, y), code }));
    }
    addTo(cell, x, y);
  });
}

/** Records that are counted between two pauses, in a few milliseconds. */
const STEP = 5000;

/**
 * Count, in steps, the hexagons that meet a box. Those partly outside it may be incomplete.
 */
export const countHexagons = (
  index: PointIndex,
  grid: HexGrid,
  box: Box,
  cells: CellsByCode,
): Steps => countIn(index, grid, grid.around(box), cells);

/** Count the records of a box; where they are many, those of each quarter. */
function* countIn(index: PointIndex, grid: HexGrid, box: Box, cells: CellsByCode): Steps {
  const { minX, minY, maxX, maxY } = box;
  const [x, y] = [Math.round((minX + maxX) / 2), Math.round((minY + maxY) / 2)];
  const isSmall = maxX - minX < 2 || maxY - minY < 2;
  if (isSmall || index.count(box) <= STEP) {
    count(index, grid, box, cells);
    yield;
    return;
  }
  yield* countIn(index, grid, { minX, minY, maxX: x, maxY: y }, cells);
  yield* countIn(index, grid, { minX: x, minY, maxX, maxY: y }, cells);
  yield* countIn(index, grid, { minX, minY: y, maxX: x, maxY }, cells);
  yield* countIn(index, grid, { minX: x, minY: y, maxX, maxY }, cells);
}

/** Return the hexagon at a place; null where it has no records. */
export function hexagonAt(index: PointIndex, grid: HexGrid, x: number, y: number): Cell | null {
  const code = grid.codeAt(x, y);
  const cells: CellsByCode = new Map();
  count(index, grid, grid.around({ minX: x, minY: y, maxX: x, maxY: y }), cells);
  return cells.get(code) ?? null;
}

/** Return the names of the colours of this many classes, spread over all colours. */
export const colorsOf = (classes: number): string[] =>
  Array.from(
    { length: classes },
    (_, i) => COLORS[Math.round((i * (COLORS.length - 1)) / Math.max(1, classes - 1))],
  );

export function* paintHexagons(
  { pen, coords }: Tile,
  index: PointIndex,
  { grid, from }: Hexagons,
): Steps {
  const box = tileBox(coords);
  const unit = pixelUnits(coords.z);
  const fills = tokens(...colorsOf(from.length));
  const [strokeStyle] = tokens("surface");
  const cells: CellsByCode = new Map();
  yield* countHexagons(index, grid, box, cells);
  look(pen, { globalAlpha: OPACITY, strokeStyle, lineWidth: 0.75 });
  for (const [code, { count }] of cells) {
    pen.beginPath();
    for (const [x, y] of grid.cornersOf(code))
      pen.lineTo((x - box.minX) / unit, (y - box.minY) / unit);
    pen.closePath();
    pen.fillStyle = fills[from.findLastIndex((least) => count >= least)];
    pen.fill();
    pen.stroke();
  }
  pen.globalAlpha = 1;
}
