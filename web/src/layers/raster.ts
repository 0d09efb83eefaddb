// The user's raster, already warped to the map: an image, or cells that the page colours and reads under the cursor.

import { readBytes, type Store } from "../data/payload.ts";
import { cellAt, colourCells, decodeCells, valueOf, type Codes } from "./rastercells.ts";
import type { Reader } from "../tools/readout.ts";
import type { CellsSpec, RasterSpec } from "../data/spec.ts";
import { formatReading } from "../words/format.ts";
import { say, term } from "../words/language.ts";

export interface Raster {
  overlay: L.ImageOverlay;
  /** What tells the value under the cursor; an image has none. */
  reader: Reader | null;
}

/** The picture is made from its bytes straight onto a canvas: even an address made in the page would be a request. */
export async function raster(spec: RasterSpec, store: Store, pane: string, zIndex: number): Promise<Raster> {
  const { cells, legend } = spec;
  const codes = cells ? decodeCells(await readBytes(store, cells.payload), cells) : null;
  const picture = cells && codes && legend
    ? await createImageBitmap(new ImageData(colourCells(codes, cells, legend), cells.width, cells.height))
    : await createImageBitmap(new Blob([(await readBytes(store, spec.payload!)) as Uint8Array<ArrayBuffer>], { type: spec.mime }));
  const canvas = document.createElement("canvas");
  canvas.width = picture.width;
  canvas.height = picture.height;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", spec.name);
  canvas.getContext("bitmaprenderer")?.transferFromImageBitmap(picture);
  // Leaflet's overlay of an element of the page; that it is called after SVG does not matter to it.
  const overlay = L.svgOverlay(canvas as unknown as SVGElement, spec.bounds, {
    className: spec.pixelated ? "mm-pixelated" : "", opacity: spec.opacity, pane, zIndex,
  }) as unknown as L.ImageOverlay;
  return { overlay, reader: cells && codes ? readerOf(spec, cells, codes, zIndex) : null };
}

function readerOf(spec: RasterSpec, cells: CellsSpec, codes: Codes, rank: number): Reader {
  const { name, bounds, legend } = spec;
  const text = (code: number): string => {
    if (cells.step !== null) return formatReading(valueOf(code, cells), cells.digits, legend?.unit ?? null);
    return term(legend && "entries" in legend ? (legend.entries[code - 1]?.label ?? "") : "");
  };
  return {
    rank,
    at(lat, lon) {
      const code = codes[cellAt(lat, lon, cells, bounds)] ?? 0;
      return code === 0 ? null : say("ofColumn", { name, value: text(code) });
    },
  };
}
