// The ruler: shortest distances on the WGS84 ellipsoid, drawn as the curves they are on this map.

import { geodesic } from "../geo/geodesic.ts";
import { control, h, pane } from "../ui/dom.ts";
import { tool } from "../ui/toolbutton.ts";
import { formatKm } from "../words/format.ts";
import { t } from "../words/language.ts";
import type { MapTool, Picker } from "./picker.ts";

export class Ruler implements MapTool {
  private readonly map: L.Map;
  private readonly picker: Picker;
  private readonly toggleButton: HTMLButtonElement;
  private readonly readout = h("output.mm-ruler__readout", { "aria-live": "polite" });
  private readonly drawn = L.layerGroup();
  private readonly preview: L.Polyline;
  private places: L.LatLng[] = [];
  private metres = 0;
  private measuring = false;

  constructor(map: L.Map, picker: Picker) {
    this.map = map;
    this.picker = picker;
    const paneName = pane(map, "mm-ruler", 620);
    this.preview = L.polyline([], {
      className: "mm-ruler__line mm-ruler__line--preview",
      interactive: false,
      pane: paneName,
    });
    this.toggleButton = tool("ruler", t("measure"), () =>
      this.measuring || this.places.length > 0 ? this.clear() : this.begin(),
    );
    this.toggleButton.setAttribute("aria-pressed", "false");
    this.readout.hidden = true;
    control("topleft", h("div.leaflet-bar.mm-ruler", this.toggleButton, this.readout)).addTo(map);
    map.on("click", (event: L.LeafletMouseEvent) => this.place(event.latlng));
    map.on("dblclick", () => this.end());
    map.on("mousemove", (event: L.LeafletMouseEvent) => this.look(event.latlng));
    map.getContainer().addEventListener("keydown", (event) => this.key(event));
  }

  private begin(): void {
    this.clear();
    this.measuring = true;
    this.picker.activate(this);
    this.map.doubleClickZoom.disable();
    this.map.getContainer().classList.add("mm-measuring");
    this.map.getContainer().focus();
    this.toggleButton.setAttribute("aria-pressed", "true");
    this.drawn.addTo(this.map);
    this.preview.addTo(this.map);
    this.showText(t("measureHelp"));
  }

  place(latlng: L.LatLng): void {
    if (!this.measuring) return;
    const before = this.places.at(-1);
    // The second click of a double click is at the same place.
    if (before?.equals(latlng)) return;
    this.places.push(latlng);
    const options = { pane: "mm-ruler", interactive: false };
    L.circleMarker(latlng, { ...options, radius: 3.5, className: "mm-ruler__dot" }).addTo(
      this.drawn,
    );
    if (before === undefined) return;
    const { metres, line } = segment(before, latlng);
    this.metres += metres;
    L.polyline(line, { ...options, className: "mm-ruler__line" })
      .addTo(this.drawn)
      .bindTooltip(h("span", formatKm(metres)), {
        permanent: true,
        direction: "center",
        className: "mm-ruler__label",
        opacity: 1,
      });
    this.showText(t("total", { length: formatKm(this.metres) }));
  }

  private look(latlng: L.LatLng): void {
    const before = this.places.at(-1);
    if (!this.measuring || before === undefined) return;
    const { metres, line } = segment(before, latlng);
    this.preview.setLatLngs(line);
    this.showText(
      t("stepAndTotal", { step: formatKm(metres), total: formatKm(this.metres + metres) }),
    );
  }

  /** Stop adding points; what was measured stays on the map until it is cleared. */
  end(): void {
    if (!this.measuring) return;
    this.stop();
    if (this.places.length < 2) this.clear();
    else this.showText(t("total", { length: formatKm(this.metres) }));
  }

  private stop(): void {
    this.measuring = false;
    this.picker.deactivate(this);
    this.map.doubleClickZoom.enable();
    this.map.getContainer().classList.remove("mm-measuring");
    this.preview.setLatLngs([]).remove();
  }

  private clear(): void {
    if (this.measuring) this.stop();
    this.places = [];
    this.metres = 0;
    this.drawn.clearLayers().remove();
    this.toggleButton.setAttribute("aria-pressed", "false");
    this.readout.hidden = true;
  }

  private key(event: KeyboardEvent): void {
    if (event.key === "Escape" && (this.measuring || this.places.length > 0)) this.clear();
    else if (!this.measuring || event.target !== this.map.getContainer()) return;
    else if (event.key === "Enter") this.end();
    else if (event.key === " ") {
      event.preventDefault();
      this.place(this.map.getCenter());
    }
  }

  private showText(text: string): void {
    this.readout.textContent = text;
    this.readout.hidden = false;
  }
}

function segment(from: L.LatLng, to: L.LatLng): { metres: number; line: L.LatLngTuple[] } {
  const { metres, line } = geodesic({ lat: from.lat, lon: from.lng }, { lat: to.lat, lon: to.lng });
  return { metres, line: line.map(({ lat, lon }) => [lat, lon]) };
}
