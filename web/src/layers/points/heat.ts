// Points as heat: their density, blurred.

import { tokens } from "../../canvas/colors.ts";
import { penOf } from "../../canvas/surface.ts";
import type { Tile } from "../../canvas/tiles.ts";
import { pixelUnits, TILE_SIZE, tileBox } from "../../geo/mercator.ts";
import type { Steps } from "../../ui/queue.ts";
import type { PointIndex } from "./pointindex.ts";

/**
 * The side of a square in CSS pixels, the squares over which a blur spreads heat, and the blurs.
 */
const BIN = 4;
const SPREAD = 4;
const BLURS = 5;
/** Squares around a tile whose heat reaches into it. */
const MARGIN = BLURS * SPREAD;

/** The side in CSS pixels of a square about as large as the heat of one place, and the area of that
 * heat in squares: 2 pi times the variance of the blur, which is that of its boxes. */
const SPOT_PX = 64;
const SPOT_AREA = 2 * Math.PI * BLURS * (((2 * SPREAD + 1) ** 2 - 1) / 12);

/** Heat begins to show, and shows fully, from these parts of the greatest heat of one record. */
const SEEN = 0.03;
const PLAIN = 0.3;
const OPACITY = 205;

/** Return the alpha of a heat. */
export function opacityOf(heat: number): number {
  const part = Math.min(1, Math.max(0, (heat * SPOT_AREA - SEEN) / (PLAIN - SEEN)));
  return Math.round(OPACITY * part * part * (3 - 2 * part));
}

/** Return about the greatest heat at a zoom. */
export const hottest = (index: PointIndex, zoom: number): number =>
  Math.max(1, densest(index, zoom)) / SPOT_AREA;

/** Return the most records in one square at a zoom: in Z-order each square is one run of rows. */
export function densest(index: PointIndex, zoom: number): number {
  const shift = Math.max(0, Math.round(Math.log2(SPOT_PX * pixelUnits(zoom))));
  let [most, count, lastX, lastY] = [0, 0, -1, -1];
  for (let row = 0; row < index.length; row++) {
    if (!index.isShown(row)) continue;
    const x = index.xs[row] >> shift;
    const y = index.ys[row] >> shift;
    count = x === lastX && y === lastY ? count + 1 : 1;
    lastX = x;
    lastY = y;
    if (count > most) most = count;
  }
  return most;
}

/** Paint heat; at `top` the colours end. */
export function* paintHeat({ pen, coords }: Tile, index: PointIndex, top: number): Steps {
  const side = TILE_SIZE / BIN + 2 * MARGIN;
  const box = tileBox(coords, MARGIN * BIN);
  const unit = BIN * pixelUnits(coords.z);
  let heat = new Float32Array(side * side);
  index.forEachIn(box, (row, shift) => {
    const x = Math.floor((index.xs[row] + shift - box.minX) / unit);
    const y = Math.floor((index.ys[row] - box.minY) / unit);
    if (x < side && y < side) heat[y * side + x]++;
  });
  yield;
  // Repeated box blurs come close to a Gaussian one (Wells 1986); five look round.
  for (let turn = 0; turn < BLURS; turn++) heat = blurred(blurred(heat, side), side);
  // One more square on each side, so that the edges of two tiles are smoothed alike.
  const image = new ImageData(TILE_SIZE / BIN + 2, TILE_SIZE / BIN + 2);
  const ramp = heatRamp(tokens("heat-1", "heat-2", "heat-3", "heat-4"));
  for (let y = 0; y < image.height; y++) {
    for (let x = 0; x < image.width; x++) {
      const value = heat[(y + MARGIN - 1) * side + x + MARGIN - 1];
      const level = Math.min(255, Math.round(255 * Math.sqrt(value / top)));
      const at = 4 * (y * image.width + x);
      image.data.set(ramp.subarray(4 * level, 4 * level + 3), at);
      image.data[at + 3] = opacityOf(value);
    }
  }
  const small = penOf(image.width, image.height);
  small.putImageData(image, 0, 0);
  pen.imageSmoothingQuality = "high";
  pen.drawImage(small.canvas, -BIN, -BIN, TILE_SIZE + 2 * BIN, TILE_SIZE + 2 * BIN);
}

/** Blur a square along its rows and transpose it, so that the next turn blurs its columns. */
function blurred(heat: Float32Array, side: number): Float32Array<ArrayBuffer> {
  const result = new Float32Array(side * side);
  const width = 2 * SPREAD + 1;
  for (let y = 0; y < side; y++) {
    let sum = 0;
    for (let x = -SPREAD; x < side; x++) {
      if (x + SPREAD < side) sum += heat[y * side + x + SPREAD];
      if (x - SPREAD - 1 >= 0) sum -= heat[y * side + x - SPREAD - 1];
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
