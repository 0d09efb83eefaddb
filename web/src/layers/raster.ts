// The user's raster, already warped to the map: an image, or cells that the page colours and reads.

import { showPicture } from "../canvas/surface.ts";
import { readBytes } from "../data/payload.ts";
import type { BoundsSpec, CellsSpec, ClassesSpec, RampSpec, RasterSpec } from "../data/spec.ts";
import { bisect } from "../geo/bisection.ts";
import { worldY } from "../geo/mercator.ts";
import { h } from "../ui/dom.ts";
import { formatReading } from "../words/format.ts";
import { t, term } from "../words/language.ts";
import type { Content, Draft, LayerContext, Reader } from "./content.ts";
import { rasterLegend } from "./legend.ts";

function readerOf(spec: RasterSpec, cells: CellsSpec, codes: Codes, rank: number): Reader {
  const { name, bounds, legend } = spec;
  const text = (code: number): string => {
    const unit = legend.unit;
    if (cells.step !== null) return formatReading(cellValue(code, cells), cells.digits, unit);
    return term(legend.entries[code - 1]?.label ?? "");
  };
  const at = (lat: number, lon: number): string | null => {
    const code = codes[cellAt(lat, lon, cells, bounds)] ?? 0;
    return code === 0 ? null : t("ofColumn", { name, value: text(code) });
  };
  return { rank, at };
}

export function rasterDraft(spec: RasterSpec, { options, rank, store }: LayerContext): Draft {
  const { name, cells, legend, bounds, opacity } = spec;
  const canvas = h("canvas", { role: "img", "aria-label": name });
  const className = spec.pixelated ? "mm-pixelated" : "";
  // Leaflet's overlay of an element takes any element, not only SVG.
  const element = canvas as unknown as SVGElement;
  const overlay = L.svgOverlay(element, bounds, { ...options, className, opacity });
  // Straight from the bytes to a canvas: the address of an image would be a request.
  const show = async (source: ImageBitmapSource): Promise<void> =>
    showPicture(canvas, await createImageBitmap(source));
  const load = async (): Promise<Content> => {
    const bytes = (await readBytes(store, cells?.payload ?? spec.payload!)) as Bytes;
    if (!cells) {
      await show(new Blob([bytes], { type: spec.mime }));
      return { layers: [overlay] };
    }
    const codes = decodeCells(bytes, cells);
    const shades = cells.shades && ((await readBytes(store, cells.shades)) as Bytes);
    const pixels = shades ? shadeCells(shades, cells) : colourCells(codes, cells, legend);
    await show(new ImageData(pixels, cells.width, cells.height));
    return { layers: [overlay], readers: [readerOf(spec, cells, codes, rank)] };
  };
  const colors = rasterLegend(legend);
  fadeColors(colors, opacity);
  const slider = opacitySlider(name, opacity, (value) => {
    overlay.setOpacity(value);
    fadeColors(colors, value);
  });
  return { parts: [colors, slider], content: load() };
}

/** Give the colours of a legend the opacity of the raster; the print sheet copies them. */
function fadeColors(legend: HTMLElement, opacity: number): void {
  for (const part of legend.querySelectorAll<HTMLElement>(".mm-swatch, .mm-ramp__bar"))
    part.style.opacity = String(opacity);
}

function opacitySlider(name: string, opacity: number, change: (value: number) => void) {
  const value = String(Math.round(opacity * 100));
  const range = { type: "range", min: "0", max: "100", step: "5", value };
  const input = h("input", { ...range, "aria-label": t("opacityOf", { name }) });
  input.addEventListener("input", () => change(input.valueAsNumber / 100));
  return h("label.mm-opacity", h("span", t("opacity")), input);
}

type Bytes = Uint8Array<ArrayBuffer>;

export type Codes = Uint8Array | Int32Array;

/** Return one code a cell, rows from the north; minmap/rasters/image.py describes the packing. */
export function decodeCells(bytes: Uint8Array, { width, height, planes }: CellsSpec): Codes {
  const count = width * height;
  const expected = count * planes;
  if (bytes.length !== expected)
    throw new Error(`The raster has ${bytes.length} bytes instead of ${expected}.`);
  if (planes === 1) return bytes;
  const codes = new Int32Array(count);
  for (let row = 0, at = 0; row < height; row++) {
    let sum = 0;
    for (let column = 0; column < width; column++, at++) {
      const low = bytes[at] | (bytes[count + at] << 8);
      const folded = low | (bytes[2 * count + at] << 16) | (bytes[3 * count + at] << 24);
      sum = (sum + ((folded >>> 1) ^ -(folded & 1))) | 0;
      codes[at] = row === 0 ? sum : (codes[at - width] + sum) | 0;
    }
  }
  return codes;
}

export const cellValue = (code: number, { least, step }: CellsSpec): number =>
  (least ?? 0) + (code - 1) * (step ?? 1);

/** Return red, green, blue and alpha of each cell; transparent where there is no data. */
export function colourCells(codes: Codes, cells: CellsSpec, legend: RampSpec | ClassesSpec) {
  const pixels = new Uint8ClampedArray(codes.length * 4);
  const words = new Uint32Array(pixels.buffer);
  const colors = cells.colors.map(wordOf);
  const last = colors.length - 1;
  const [low, span] = "ramp" in legend ? [legend.min, legend.max - legend.min || 1] : [0, 1];
  const limits = cells.limits && Float64Array.from(cells.limits);
  for (let at = 0; at < codes.length; at++) {
    if (codes[at] === 0) continue;
    let place = codes[at] - 1;
    if (limits) place = placeAmong(limits, cellValue(codes[at], cells));
    else if (cells.step !== null)
      place = Math.round(((cellValue(codes[at], cells) - low) / span) * last);
    words[at] = colors[Math.max(0, Math.min(last, place))];
  }
  return pixels;
}

/** Return red, green, blue and alpha of cells whose colours are numbered from 1. */
export function shadeCells(shades: Uint8Array, cells: CellsSpec) {
  const pixels = new Uint8ClampedArray(shades.length * 4);
  const words = new Uint32Array(pixels.buffer);
  const colors = Uint32Array.of(0, ...cells.colors.map(wordOf));
  for (let at = 0; at < shades.length; at++) words[at] = colors[shades[at]];
  return pixels;
}

/** Return how many limits, which rise, a value passes. */
const placeAmong = (limits: Float64Array, value: number): number =>
  bisect(0, limits.length, (at) => limits[at] >= value);

/** Return the four bytes of "#rrggbb", opaque, as they lie in memory. */
function wordOf(color: string): number {
  const number = parseInt(color.slice(1), 16);
  return new Uint32Array(Uint8Array.of(number >> 16, number >> 8, number, 255).buffer)[0];
}

/** Return the cell at a place; -1 outside. */
export function cellAt(lat: number, lon: number, cells: CellsSpec, bounds: BoundsSpec): number {
  const { width, height } = cells;
  const [[south, west], [north, east]] = bounds;
  const across = ((((lon - west) % 360) + 360) % 360) / (east - west);
  const top = worldY(north);
  const down = (worldY(lat) - top) / (worldY(south) - top);
  if (!(across >= 0 && across < 1 && down >= 0 && down < 1)) return -1;
  return Math.floor(down * height) * width + Math.floor(across * width);
}
