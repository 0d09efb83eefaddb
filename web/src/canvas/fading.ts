// Masks that fade covered squares of a grid out towards uncovered ones.

import { type Pen, penOf } from "./surface.ts";

/** Return whether a square of a grid is covered, by its column and row. */
export type IsCovered = (x: number, y: number) => boolean;

/** A part of a grid, in squares. */
export type Extent = { x: number; y: number; across: number; down: number };

const NEIGHBOURS = [-1, 0, 1].flatMap((dy) => [-1, 0, 1].map((dx) => [dx, dy] as const));

/** Return whether all squares within `band` of an extent are covered. */
export function isWithin({ x, y, across, down }: Extent, isCovered: IsCovered, band: number) {
  for (let j = Math.floor(y - band); j < y + down + band; j++) {
    for (let i = Math.floor(x - band); i < x + across + band; i++) {
      if (!isCovered(i, j)) return false;
    }
  }
  return true;
}

/** Return the share of a covered square's content at a place; it fades over `band` squares. */
export function shareAround(isCovered: IsCovered, band: number): (x: number, y: number) => number {
  let [column, row] = [Number.NaN, Number.NaN];
  let open: (readonly [dx: number, dy: number])[] = [];
  return (x, y) => {
    const [i, j] = [Math.floor(x), Math.floor(y)];
    if (i !== column || j !== row) {
      [column, row] = [i, j];
      open = NEIGHBOURS.filter(([dx, dy]) => !isCovered(i + dx, j + dy));
    }
    const gap = (at: number, side: number): number => (side > 0 ? 1 - at : side < 0 ? at : 0);
    const gaps = open.map(([dx, dy]) => Math.hypot(gap(x - i, dx), gap(y - j, dy)));
    const share = Math.min(band, ...gaps) / band;
    return share * share * (3 - 2 * share);
  };
}

/** Return a mask of an extent, which is clear where nothing is left; a square has `pixels` a side. */
export function fadeMask(
  extent: Extent,
  pixels: number,
  isCovered: IsCovered,
  band: number,
): OffscreenCanvas {
  const [width, height] = [extent.across, extent.down].map((side) => Math.round(side * pixels));
  const pen = penOf(width, height);
  const image = pen.createImageData(width, height);
  const shareAt = shareAround(isCovered, band);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const [x, y] = [extent.x + (column + 0.5) / pixels, extent.y + (row + 0.5) / pixels];
      image.data[4 * (row * width + column) + 3] = 255 * shareAt(x, y);
    }
  }
  pen.putImageData(image, 0, 0);
  return pen.canvas;
}

/** Keep of a picture what a mask leaves, or take away that part of it. */
export function applyMask(pen: Pen, mask: OffscreenCanvas, isKept: boolean, place: Rect): void {
  pen.save();
  pen.globalCompositeOperation = isKept ? "destination-in" : "destination-out";
  pen.drawImage(mask, place.x, place.y, place.width, place.height);
  pen.restore();
}

type Rect = { x: number; y: number; width: number; height: number };
