// Points as heat: their density, blurred.

import { tokens } from "../../canvas/colors.ts";
import { penOf } from "../../canvas/surface.ts";
import type { Tile } from "../../canvas/tiles.ts";
import { pixelUnits, TILE_SIZE, tileBox } from "../../geo/mercator.ts";
import type { Steps } from "../../ui/queue.ts";
import { COLORS } from "./cells.ts";
import { countsOf } from "./crowding.ts";
import type { PointIndex } from "./pointindex.ts";

/** The side of a square in CSS pixels, and the blurs that spread heat over squares. */
const BIN = 4;
const BLURS = 5;

/** How far heat spreads, from 1 to 12 squares at each blur, and its opacity, in per cent. */
export interface HeatLook {
  spread: number;
  opacity: number;
}
export const USUAL_HEAT: HeatLook = { spread: 3, opacity: 80 };
export const MOST_SPREAD = 12;

/** Return the area of the heat of one place in squares: 2 pi times the variance of its blurs. */
const areaOf = (spread: number): number => 2 * Math.PI * BLURS * (((2 * spread + 1) ** 2 - 1) / 12);

/**
 * Return where on the colour ramp, from 0 to 1, a number of records is; the cube root spreads small
 * numbers.
 */
export const shareOfRamp = (records: number, top: number): number =>
  Math.min(1, Math.cbrt(Math.max(0, records) / top));

/** A lone record among many has about this opacity at its place. */
const FAINT = 0.35;

/** Return the alpha, 0 to 1, of the heat of this many records at one place. */
export const alphaOf = (records: number, top: number): number =>
  (1 - Math.exp(-2 * Math.max(0, records))) * (FAINT + (1 - FAINT) * shareOfRamp(records, top));

/** The colours end at no fewer records, so that a lone one is cool. */
const LEAST_TOP = 5;

/** The most records in one square, and its side in world units. */
export interface Densest {
  count: number;
  side: number;
}

/** Return the level of the squares whose side is nearest to one in world units. */
export const levelOfSide = (side: number): number =>
  Math.max(0, Math.min(30, Math.round(Math.log2(side))));

/** Return the level of the squares about as large as the heat of one place at a zoom. */
export const heatLevel = (zoom: number, spread = USUAL_HEAT.spread): number =>
  levelOfSide(BIN * Math.sqrt(areaOf(spread)) * pixelUnits(zoom));

/** Return the most records in one square of a level: in Z-order each square is one run of rows. */
export function densest(index: PointIndex, level: number): Densest {
  return { count: Math.max(0, ...countsOf(index, level).keys()), side: 2 ** level };
}

/** Return the number of records at which the colours of heat end. */
export const topOf = ({ count }: Densest): number => Math.max(LEAST_TOP, count);

/** Return how many squares around a tile its heat comes from. */
const marginOf = (spread: number): number => BLURS * spread;
/** Return how far, in CSS pixels, heat reaches from its place. */
export const heatReach = (spread: number): number => BIN * marginOf(spread);

/** Paint heat; the colours end at a number of records at one place. */
export function* paintHeat(
  { pen, coords }: Tile,
  index: PointIndex,
  { spread, opacity }: HeatLook,
  top: number,
): Steps {
  // The heat of squares around a tile reaches into it.
  const margin = marginOf(spread);
  const side = TILE_SIZE / BIN + 2 * margin;
  const box = tileBox(coords, margin * BIN);
  const unit = BIN * pixelUnits(coords.z);
  let heat = new Float32Array(side * side);
  index.forEachIn(box, (row, shift) => {
    const x = Math.floor((index.xs[row] + shift - box.minX) / unit);
    const y = Math.floor((index.ys[row] - box.minY) / unit);
    if (x < side && y < side) heat[y * side + x]++;
  });
  yield;
  // Repeated box blurs come close to a Gaussian one (Wells 1986); five look round.
  for (let turn = 0; turn < BLURS; turn++) {
    heat = blurred(blurred(heat, side, spread), side, spread);
    yield;
  }
  // One more square on each side, so that the edges of two tiles are smoothed alike.
  const image = new ImageData(TILE_SIZE / BIN + 2, TILE_SIZE / BIN + 2);
  const area = areaOf(spread);
  const ramp = heatRamp(tokens(...COLORS.slice(1)));
  for (let y = 0; y < image.height; y++) {
    for (let x = 0; x < image.width; x++) {
      const records = area * heat[(y + margin - 1) * side + x + margin - 1];
      const level = Math.round(255 * shareOfRamp(records, top));
      const at = 4 * (y * image.width + x);
      image.data.set(ramp.subarray(4 * level, 4 * level + 3), at);
      image.data[at + 3] = Math.round(2.55 * opacity * alphaOf(records, top));
    }
  }
  const small = penOf(image.width, image.height);
  small.putImageData(image, 0, 0);
  pen.imageSmoothingQuality = "high";
  pen.drawImage(small.canvas, -BIN, -BIN, TILE_SIZE + 2 * BIN, TILE_SIZE + 2 * BIN);
}

/** Blur a square along its rows and transpose it, so that the next turn blurs its columns. */
function blurred(heat: Float32Array, side: number, spread: number): Float32Array<ArrayBuffer> {
  const result = new Float32Array(side * side);
  const width = 2 * spread + 1;
  for (let y = 0; y < side; y++) {
    let sum = 0;
    for (let x = -spread; x < side; x++) {
      if (x + spread < side) sum += heat[y * side + x + spread];
      if (x - spread - 1 >= 0) sum -= heat[y * side + x - spread - 1];
      if (x >= 0) result[x * side + y] = sum / width;
    }
  }
  return result;
}

/** Return 256 colours, four bytes each, from the coolest to the hottest. */
function heatRamp(stops: string[]): Uint8ClampedArray {
  const pen = penOf(256, 1);
  const gradient = pen.createLinearGradient(0, 0, 256, 0);
  stops.forEach((color, i) => gradient.addColorStop(i / (stops.length - 1), color));
  pen.fillStyle = gradient;
  pen.fillRect(0, 0, 256, 1);
  return pen.getImageData(0, 0, 256, 1).data;
}
