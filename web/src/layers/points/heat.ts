// Many points as heat: how dense they are, blurred.

import type { Tile } from "../../canvas/tiles.ts";
import { pixelUnits, TILE_SIZE, tileBox } from "../../geo/mercator.ts";
import type { Steps } from "../../ui/queue.ts";
import type { PointIndex } from "./pointindex.ts";

/** The side of a square in CSS pixels, how many of them a blur spreads heat, and how many blurs there are. */
const BIN = 4;
const SPREAD = 4;
const BLURS = 5;
/** Squares around a tile whose heat reaches into it. */
const MARGIN = BLURS * SPREAD;

/** The side in CSS pixels of a square of about what the heat of one place covers, and the area of that in heat's squares:
 * 2 pi times the variance of the blur, which is that of its boxes. */
const SPOT_PX = 64;
const SPOT_AREA = 2 * Math.PI * BLURS * (((2 * SPREAD + 1) ** 2 - 1) / 12);

/** The heat of one record alone, as a part of its own greatest, from which it is seen and from which it is seen fully; a spot so is round. */
const SEEN = 0.03;
const PLAIN = 0.3;
const OPACITY = 205;

/** How opaque heat is. */
export function opacityOf(heat: number): number {
  const part = Math.min(1, Math.max(0, (heat * SPOT_AREA - SEEN) / (PLAIN - SEEN)));
  return Math.round(OPACITY * part * part * (3 - 2 * part));
}

/** The greatest heat at a zoom, all but exactly. */
export const hottest = (index: PointIndex, zoom: number): number =>
  Math.max(1, densest(index, zoom)) / SPOT_AREA;

/** The most records in one square at a zoom: the squares follow one another in Z-order. */
export function densest(index: PointIndex, zoom: number): number {
  const shift = Math.max(0, Math.round(Math.log2(SPOT_PX * pixelUnits(zoom))));
  let most = 0,
    count = 0,
    lastX = -1,
    lastY = -1;
  for (let row = 0; row < index.length; row++) {
    if (!index.isShown(row)) continue;
    const x = index.xs[row] >> shift;
    const y = index.ys[row] >> shift;
    if (x === lastX && y === lastY) count++;
    else {
      count = 1;
      lastX = x;
      lastY = y;
    }
    if (count > most) most = count;
  }
  return most;
}

/** `top` is the heat at which the colours end; `ramp` gives a colour for 0 to 255. */
export function* paintHeat(
  { pen, coords }: Tile,
  index: PointIndex,
  top: number,
  ramp: Uint8ClampedArray,
): Steps {
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
  // A few box blurs are all but a Gaussian one (Wells 1986), and five are as good as round.
  for (let turn = 0; turn < BLURS; turn++) heat = blurred(blurred(heat, side), side);
  // A rim of what lies beside the tile, so that it is smoothed alike on both sides of its edge.
  const image = new ImageData(TILE_SIZE / BIN + 2, TILE_SIZE / BIN + 2);
  for (let y = 0; y < image.height; y++) {
    for (let x = 0; x < image.width; x++) {
      const value = heat[(y + MARGIN - 1) * side + x + MARGIN - 1];
      const level = Math.min(255, Math.round(255 * Math.sqrt(value / top)));
      const at = 4 * (y * image.width + x);
      image.data.set(ramp.subarray(4 * level, 4 * level + 3), at);
      image.data[at + 3] = opacityOf(value);
    }
  }
  const paper = new OffscreenCanvas(image.width, image.height);
  paper.getContext("2d")!.putImageData(image, 0, 0);
  pen.imageSmoothingQuality = "high";
  pen.drawImage(paper, -BIN, -BIN, TILE_SIZE + 2 * BIN, TILE_SIZE + 2 * BIN);
}

/** A square blurred along its rows, and turned over its diagonal so that the next turn blurs its columns. */
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

/** Colours from the coolest to the hottest as bytes, 256 steps. */
export function heatRamp(stops: string[]): Uint8ClampedArray {
  const pen = new OffscreenCanvas(256, 1).getContext("2d", { willReadFrequently: true })!;
  const gradient = pen.createLinearGradient(0, 0, 256, 0);
  stops.forEach((color, i) => gradient.addColorStop(i / (stops.length - 1), color));
  pen.fillStyle = gradient;
  pen.fillRect(0, 0, 256, 1);
  return pen.getImageData(0, 0, 256, 1).data;
}
