// The user's raster as an image, already warped to the map.

import { readBytes, type Store } from "./payload.ts";
import type { RasterSpec } from "./spec.ts";

/** The image is decoded from its bytes straight onto a canvas: even an address made in the page would be a request. */
export async function rasterOverlay(spec: RasterSpec, store: Store, pane: string, zIndex: number): Promise<L.ImageOverlay> {
  const bytes = (await readBytes(store, spec.payload)) as Uint8Array<ArrayBuffer>;
  const picture = await createImageBitmap(new Blob([bytes], { type: spec.mime }));
  const canvas = document.createElement("canvas");
  canvas.width = picture.width;
  canvas.height = picture.height;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", spec.name);
  canvas.getContext("bitmaprenderer")?.transferFromImageBitmap(picture);
  // Leaflet's overlay of an element of the page; that it is called after SVG does not matter to it.
  const overlay = L.svgOverlay(canvas as unknown as SVGElement, spec.bounds, {
    className: spec.pixelated ? "mm-pixelated" : "", opacity: spec.opacity, pane, zIndex,
  });
  return overlay as unknown as L.ImageOverlay;
}
