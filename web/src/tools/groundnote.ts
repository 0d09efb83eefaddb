// The note that the view is nearer than the base map has detail.

import { worldX, worldY } from "../geo/mercator.ts";
import type { Depth } from "../layers/content.ts";
import { control, h } from "../ui/dom.ts";
import { t } from "../words/language.ts";

/** Add the note to a map; return a function that removes it. */
export function addGroundNote(map: L.Map, depthAt: (x: number, y: number) => Depth): () => void {
  const note = h("div.mm-ground-note", { hidden: "" });
  const added = control("bottomleft", note).addTo(map);
  const update = (): void => {
    const { lat, lng } = map.getCenter().wrap();
    const { zoom, hasRoads } = depthAt(worldX(lng), worldY(lat));
    note.hidden = map.getZoom() <= zoom || hasTiles(map);
    note.textContent = note.hidden ? "" : t(hasRoads ? "roadsEnd" : "groundEnds", { zoom });
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
