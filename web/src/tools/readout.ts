// The coordinates under the cursor, and the values of the rasters there.

import type { Reader } from "../layers/content.ts";
import { control, h } from "../ui/dom.ts";
import { formatPlace } from "../words/format.ts";

/** More rasters over each other are not read. */
const LINES = 3;
/** The place behind one of these is not meant. */
const ABOVE = ".leaflet-control, .leaflet-popup, .mm-table";

/** Add the readout to a map; return the set of the layers that it reads, the topmost first. */
export function addReadout(map: L.Map): Set<Reader> {
  const readers = new Set<Reader>();
  const readout = h("div.mm-coordinates", { "aria-hidden": "true", hidden: "" });
  control("bottomleft", readout).addTo(map);
  const hide = (): void => {
    cursor = null;
    readout.hidden = true;
  };
  let cursor: L.Point | null = null;
  const show = (): void => {
    if (cursor === null) return;
    const { lat, lng } = map.containerPointToLatLng(cursor).wrap();
    const sorted = [...readers].sort((a, b) => b.rank - a.rank);
    const values = sorted.map((reader) => reader.at(lat, lng)).filter((text) => text !== null);
    const lines = values.slice(0, LINES).map((text) => h("div.mm-coordinates__value", text));
    readout.replaceChildren(...lines, formatPlace(lat, lng));
    readout.hidden = false;
  };
  map.on("mousemove", ({ originalEvent, containerPoint }: L.LeafletMouseEvent) => {
    if ((originalEvent.target as Element).closest(ABOVE)) return hide();
    cursor = containerPoint;
    show();
  });
  map.on("mouseout", hide);
  // Another place may be below a cursor that stays where it is.
  map.on("moveend", show);
  // Below a finger the map moves away.
  if (matchMedia("(hover: none)").matches) map.on("movestart", hide);
  return readers;
}
