// The user's raster, already warped to the map: an image, or cells that the page colours and reads.

import { readBytes } from "../data/payload.ts";
import type { CellsSpec, RasterSpec } from "../data/spec.ts";
import { h } from "../ui/dom.ts";
import { formatReading } from "../words/format.ts";
import { t, term } from "../words/language.ts";
import type { Content, Draft, LayerContext, Reader } from "./content.ts";
import { rasterLegend } from "./legend.ts";
import { type Codes, cellAt, cellValue, colourCells, decodeCells } from "./rastercells.ts";

/** Return the overlay of a raster, and a reader of its values; an image has none. */
async function readRaster(
  spec: RasterSpec,
  { options: tileOptions, rank, store }: LayerContext,
): Promise<{ overlay: L.ImageOverlay; readers: Reader[] }> {
  const { cells, legend, bounds, opacity } = spec;
  const codes = cells ? decodeCells(await readBytes(store, cells.payload), cells) : null;
  const read = async (): Promise<Blob> => {
    const bytes = (await readBytes(store, spec.payload!)) as Uint8Array<ArrayBuffer>;
    return new Blob([bytes], { type: spec.mime });
  };
  const source =
    cells && codes
      ? new ImageData(colourCells(codes, cells, legend), cells.width, cells.height)
      : await read();
  // Straight from the bytes to a canvas: the address of an image would be a request.
  const picture = await createImageBitmap(source);
  const canvas = document.createElement("canvas");
  canvas.width = picture.width;
  canvas.height = picture.height;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", spec.name);
  canvas.getContext("bitmaprenderer")?.transferFromImageBitmap(picture);
  const className = spec.pixelated ? "mm-pixelated" : "";
  const options = { ...tileOptions, className, opacity };
  // Leaflet's overlay of an element takes any element, not only SVG.
  const element = canvas as unknown as SVGElement;
  const overlay = L.svgOverlay(element, bounds, options) as unknown as L.ImageOverlay;
  return { overlay, readers: cells && codes ? [readerOf(spec, cells, codes, rank)] : [] };
}

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

export function rasterDraft(spec: RasterSpec, context: LayerContext): Draft {
  let { opacity } = spec;
  let overlay: L.ImageOverlay | null = null;
  const slider = opacitySlider(spec.name, opacity, (value) => {
    opacity = value;
    overlay?.setOpacity(opacity);
  });
  const load = async (): Promise<Content> => {
    const raster = await readRaster(spec, context);
    overlay = raster.overlay;
    overlay.setOpacity(opacity);
    return { layers: [overlay], readers: raster.readers };
  };
  return { parts: [rasterLegend(spec.legend), slider], content: load() };
}

function opacitySlider(name: string, opacity: number, change: (value: number) => void) {
  const value = String(Math.round(opacity * 100));
  const range = { type: "range", min: "0", max: "100", step: "5", value };
  const input = h("input", { ...range, "aria-label": t("opacityOf", { name }) });
  input.addEventListener("input", () => change(input.valueAsNumber / 100));
  return h("label.mm-opacity", h("span", t("opacity")), input);
}
