// The user's raster, already warped to the map: an image, or cells that the page colours and reads under the cursor.

import { readBytes, type Store } from "../data/payload.ts";
import type { CellsSpec, RasterSpec } from "../data/spec.ts";
import { h } from "../ui/dom.ts";
import { formatReading } from "../words/format.ts";
import { t, term } from "../words/language.ts";
import { type Content, type Draft, type LayerContext, PANES, type Reader } from "./content.ts";
import { rasterLegend } from "./legend.ts";
import { type Codes, cellAt, cellValue, colourCells, decodeCells } from "./rastercells.ts";

export interface Raster {
  overlay: L.ImageOverlay;
  /** What tells the value under the cursor; an image has none. */
  reader: Reader | null;
}

/** The picture is made from its bytes straight onto a canvas: even an address made in the page would be a request. */
export async function raster(
  spec: RasterSpec,
  store: Store,
  pane: string,
  zIndex: number,
): Promise<Raster> {
  const { cells, legend } = spec;
  const codes = cells ? decodeCells(await readBytes(store, cells.payload), cells) : null;
  const picture =
    cells && codes && legend
      ? await createImageBitmap(
          new ImageData(colourCells(codes, cells, legend), cells.width, cells.height),
        )
      : await createImageBitmap(
          new Blob([(await readBytes(store, spec.payload!)) as Uint8Array<ArrayBuffer>], {
            type: spec.mime,
          }),
        );
  const canvas = document.createElement("canvas");
  canvas.width = picture.width;
  canvas.height = picture.height;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", spec.name);
  canvas.getContext("bitmaprenderer")?.transferFromImageBitmap(picture);
  // Leaflet's overlay of an element of the page; that it is called after SVG does not matter to it.
  const overlay = L.svgOverlay(canvas as unknown as SVGElement, spec.bounds, {
    className: spec.pixelated ? "mm-pixelated" : "",
    opacity: spec.opacity,
    pane,
    zIndex,
  }) as unknown as L.ImageOverlay;
  return { overlay, reader: cells && codes ? readerOf(spec, cells, codes, zIndex) : null };
}

function readerOf(spec: RasterSpec, cells: CellsSpec, codes: Codes, rank: number): Reader {
  const { name, bounds, legend } = spec;
  const text = (code: number): string => {
    if (cells.step !== null)
      return formatReading(cellValue(code, cells), cells.digits, legend?.unit ?? null);
    return term(legend && "entries" in legend ? (legend.entries[code - 1]?.label ?? "") : "");
  };
  return {
    rank,
    at(lat, lon) {
      const code = codes[cellAt(lat, lon, cells, bounds)] ?? 0;
      return code === 0 ? null : t("ofColumn", { name, value: text(code) });
    },
  };
}

export function rasterDraft(spec: RasterSpec, { zIndex, store }: LayerContext): Draft {
  let { opacity } = spec;
  let apply = (): void => {};
  const parts = [
    ...(spec.legend ? [rasterLegend(spec.legend)] : []),
    opacitySlider(spec.name, opacity, (value) => {
      opacity = value;
      apply();
    }),
  ];
  const content = async (): Promise<Content> => {
    const { overlay, reader } = await raster(spec, store, PANES.raster.name, zIndex);
    apply = () => overlay.setOpacity(opacity);
    apply();
    return { layers: [overlay], picks: [], labels: [], readers: reader === null ? [] : [reader] };
  };
  return { parts, content: content() };
}

/** A slider for how much of a layer shows. */
function opacitySlider(
  name: string,
  opacity: number,
  change: (opacity: number) => void,
): HTMLElement {
  const input = h("input", {
    type: "range",
    min: "0",
    max: "100",
    step: "5",
    value: String(Math.round(opacity * 100)),
    "aria-label": t("opacityOf", { name }),
  });
  input.addEventListener("input", () => change(input.valueAsNumber / 100));
  return h("label.mm-opacity", h("span", t("opacity")), input);
}
