// The note that the base map has no detail for the view, or for a part of it.

import { worldX, worldY } from "../geo/mercator.ts";
import type { Depth } from "../layers/content.ts";
import { control, h } from "../ui/dom.ts";
import { t } from "../words/language.ts";

/** Returns how far the base map has detail at a place in world units. */
export type DepthAt = (x: number, y: number) => Depth;

/** The zoom from which minor roads are drawn. */
const ROADS_ZOOM = 8;

/** Shares of the view's width and height at which it is looked at. */
const SHARES = [0.1, 0.3, 0.5, 0.7, 0.9];

/** `isMoved` returns whether readers moved the map; `changed` is called after each change. */
type NoteOptions = { isMoved: () => boolean; changed: () => void };

/**
 * Add the note to a map; return a function that removes it. That a part of the view has no detail is
 * said to readers who moved the map: around the data it is of little use.
 */
export function addGroundNote(
  map: L.Map,
  depthAt: DepthAt,
  { isMoved, changed }: NoteOptions,
): () => void {
  const note = h("div.mm-ground-note", { hidden: "" });
  const added = control("bottomleft", note).addTo(map);
  const update = (): void => {
    const words = hasTiles(map) ? "" : noteOf(map, depthAt, isMoved());
    if (note.textContent === words) return;
    note.hidden = words === "";
    note.textContent = words;
    changed();
  };
  map.on("moveend layeradd layerremove", update);
  map.whenReady(update);
  return () => {
    map.off("moveend layeradd layerremove", update);
    added.remove();
  };
}

/** Return what the note says of a view; nothing where all of it has detail. */
function noteOf(map: L.Map, depthAt: DepthAt, isMoved: boolean): string {
  // The zoom in which tiles are painted.
  const zoom = Math.round(map.getZoom());
  const { x: width, y: height } = map.getSize();
  const depth = (across: number, down: number): Depth => {
    const { lat, lng } = map.containerPointToLatLng([across * width, down * height]).wrap();
    return depthAt(worldX(lng), worldY(lat));
  };
  const { waters, roads } = depth(0.5, 0.5);
  if (zoom > waters) return t(roads > waters ? "roadsEnd" : "groundEnds", { zoom: roads, waters });
  const depths = SHARES.flatMap((across) => SHARES.map((down) => depth(across, down)));
  if (isMoved && depths.some((one) => one.waters < zoom)) return t("groundParts");
  const ends = new Set(depths.map((one) => one.roads).filter(Number.isFinite));
  return zoom >= ROADS_ZOOM && ends.size > 1 ? t("roadsParts") : "";
}

/** Return whether tiles of others cover the base map. */
function hasTiles(map: L.Map): boolean {
  let found = false;
  map.eachLayer((layer) => (found ||= layer instanceof L.TileLayer));
  return found;
}
