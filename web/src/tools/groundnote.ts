// The note that the view is nearer than the base map has detail.

import { worldX, worldY } from "../geo/mercator.ts";
import { control, h } from "../ui/dom.ts";
import { t } from "../words/language.ts";

/** Returns the zoom up to which the base map has detail at a place in world units. */
type Depth = (x: number, y: number) => number;

/** Up to this zoom the base map has the roads of OpenStreetMap. */
const ROADS_DEPTH = 12;

/** Add the note to a map; return a function that removes it. */
export function addGroundNote(map: L.Map, depth: Depth): () => void {
  const note = h("div.mm-ground-note", { hidden: "" });
  const added = control("bottomleft", note).addTo(map);
  const update = (): void => {
    const { lat, lng } = map.getCenter().wrap();
    const deepest = depth(worldX(lng), worldY(lat));
    note.hidden = map.getZoom() <= deepest || hasTiles(map);
    const words = deepest === ROADS_DEPTH ? "roadsEnd" : "groundEnds";
    note.textContent = note.hidden ? "" : t(words, { zoom: deepest });
  };
  map.on("moveend layeradd layerremove", update);
  map.whenReady(update);
  return () => {
    map.off("moveend layeradd layerremove", update);
    added.remove();
  };
}

/** Return whether tiles of others cover the base map. */
function hasTiles(map: L.Map): boolean {
  let found = false;
  map.eachLayer((layer) => (found ||= layer instanceof L.TileLayer));
  return found;
}
