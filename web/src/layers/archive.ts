// Tiles of the author's own file beside the page, over its base map.

import { PictureTiles } from "../canvas/picturetiles.ts";
import { readers } from "../data/loader.ts";
import { pictureSize } from "../data/picturesize.ts";
import type { ArchiveSpec } from "../data/spec.ts";
import { MAX_ZOOM, type TileCoords } from "../geo/mercator.ts";
import { h } from "../ui/dom.ts";
import { t } from "../words/language.ts";
import type { Draft, LayerContext } from "./content.ts";
import { creditedTiles } from "./creditedtiles.ts";

/** The most pixels of a side of a tile: a small file may become a picture of any size. */
const MOST_PIXELS = 2048;

/** Return whether a tile is a picture of a sensible size. */
export function isTile(bytes: ArrayBuffer): boolean {
  const size = pictureSize(bytes);
  return size !== null && Math.max(size.width, size.height) <= MOST_PIXELS;
}

export function archiveDraft(spec: ArchiveSpec, context: LayerContext): Draft {
  const name = { name: spec.url };
  if (location.protocol === "file:") {
    const note = h("p.mm-note.mm-note--alert", { role: "status" }, t("noFileOnDisk", name));
    return { parts: [note], content: Promise.resolve({ layers: [] }) };
  }
  const words = {
    needs: t("needsFile", name),
    missing: t("noFile", name),
    missingHere: t("noFileHere", name),
  };
  return creditedTiles(archiveTiles(spec, context.options), spec.attribution, words, context);
}

function archiveTiles(spec: ArchiveSpec, options: LayerContext["options"]): L.GridLayer {
  const { url, mime, min_zoom: minZoom, max_zoom: maxNativeZoom } = spec;
  const read = readers.archive?.(encodeURIComponent(url));
  const pictureOf = async (coords: TileCoords): Promise<ImageBitmap | null> => {
    if (read === undefined) throw new Error("This page has no reader for its files.");
    const bytes = await read(coords);
    if (bytes === null) return null;
    if (!isTile(bytes)) throw new Error("A tile is no picture, or too large.");
    return createImageBitmap(new Blob([bytes], { type: mime }));
  };
  return new PictureTiles(pictureOf, { ...options, minZoom, maxNativeZoom, maxZoom: MAX_ZOOM });
}
