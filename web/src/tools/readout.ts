// The coordinates under the cursor, and the values of the rasters there.

import type { Reader } from "../layers/content.ts";
import { control, h } from "../ui/dom.ts";
import { formatPlace } from "../words/format.ts";

/** More rasters over each other are not read. */
const LINES = 3;

export class Readout {
  readonly readers = new Set<Reader>();

  constructor(map: L.Map) {
    const readout = h("div.mm-coordinates", { "aria-hidden": "true" });
    readout.hidden = true;
    control("bottomleft", readout).addTo(map);
    map.on("mousemove", (event: L.LeafletMouseEvent) => {
      const { lat, lng } = event.latlng.wrap();
      const lines = this.read(lat, lng).map((text) => h("div.mm-coordinates__value", text));
      readout.replaceChildren(...lines, formatPlace(lat, lng));
      readout.hidden = false;
    });
    map.on("mouseout", () => (readout.hidden = true));
  }

  /** Return the values at a place, those of the topmost layers first. */
  private read(lat: number, lon: number): string[] {
    const sorted = [...this.readers].sort((a, b) => b.rank - a.rank);
    const values = sorted.map((reader) => reader.at(lat, lon)).filter((text) => text !== null);
    return values.slice(0, LINES);
  }
}
