// The ring around the place of the open record.

import { AIDS_PANE, pane } from "../ui/dom.ts";

const SIDE_PX = 32;

export class RecordRing {
  private readonly map: L.Map;
  private marker: L.Marker | null = null;

  constructor(map: L.Map) {
    this.map = map;
    pane(map, AIDS_PANE, 448);
  }

  /** Draw the ring around a place; a line or an area, without a place, has none. */
  show(at: L.LatLng | null): void {
    this.marker?.remove();
    this.marker = null;
    if (at === null) return;
    const icon = L.divIcon({ className: "mm-ring", html: "", iconSize: [SIDE_PX, SIDE_PX] });
    const options = { icon, pane: AIDS_PANE, interactive: false, keyboard: false };
    this.marker = L.marker(at, options).addTo(this.map);
    const element = this.marker.getElement()!;
    element.removeAttribute("role");
    element.setAttribute("aria-hidden", "true");
  }
}
