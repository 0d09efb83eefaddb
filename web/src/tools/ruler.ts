// The ruler: shortest distances on the WGS 84 ellipsoid, drawn as the curves they are on the map.

import { geodesic } from "../geo/geodesic.ts";
import { pixelUnits, unitsPerMetre, worldY } from "../geo/mercator.ts";
import { control, h, pane } from "../ui/dom.ts";
import { toolButton } from "../ui/icons.ts";
import { isTouched, TAP_PX } from "../ui/pointer.ts";
import { formatMeasured } from "../words/format.ts";
import { t } from "../words/language.ts";
import type { MapTool, Picker } from "./picker.ts";

/** Two clicks that are meant for one place are nearer than this, in CSS pixels. */
const CLICK_PX = 3;

export class Ruler implements MapTool {
  private readonly map: L.Map;
  private readonly picker: Picker;
  private readonly toggleButton: HTMLButtonElement;
  private readonly readout = h("output.mm-ruler__readout", { "aria-live": "polite", hidden: "" });
  private readonly drawn = L.layerGroup();
  private readonly options: L.PolylineOptions;
  private readonly preview: L.Polyline;
  private places: L.LatLng[] = [];
  private metres = 0;
  /** The coarsest pixel at which a place was set, in metres. */
  private pixel = 0;
  private isMeasuring = false;

  constructor(map: L.Map, picker: Picker) {
    this.map = map;
    this.picker = picker;
    this.options = { pane: pane(map, "mm-ruler", 620), interactive: false };
    const className = "mm-ruler__line mm-ruler__line--preview";
    this.preview = L.polyline([], { ...this.options, className });
    this.toggleButton = toolButton("ruler", t("measure"), () =>
      this.isMeasuring || this.places.length > 0 ? this.clear() : this.begin(),
    );
    this.toggleButton.setAttribute("aria-pressed", "false");
    const root = h("div.leaflet-bar.mm-ruler", this.toggleButton, this.readout);
    control("topleft", root).addTo(map);
    map.on("click", ({ latlng }: L.LeafletMouseEvent) => this.place(latlng));
    map.on("dblclick", ({ latlng }: L.LeafletMouseEvent) => {
      // Leaflet tells of two quick taps before it tells of the second one.
      this.place(latlng);
      if (this.places.length > 1) this.end();
    });
    map.on("mousemove", ({ latlng }: L.LeafletMouseEvent) => this.showPreview(latlng));
    map.getContainer().addEventListener("keydown", (event) => this.key(event));
  }

  private begin(): void {
    const { map } = this;
    this.clear();
    this.isMeasuring = true;
    this.picker.activate(this);
    map.doubleClickZoom.disable();
    map.getContainer().classList.add("mm-measuring");
    map.getContainer().focus();
    this.toggleButton.setAttribute("aria-pressed", "true");
    this.drawn.addTo(map);
    this.preview.addTo(map);
    this.showText(t(isTouched() ? "measureTouch" : "measureHelp"));
  }

  place(latlng: L.LatLng): void {
    const before = this.places.at(-1);
    if (!this.isMeasuring || (before !== undefined && this.isSame(before, latlng))) return;
    this.places.push(latlng);
    this.pixel = Math.max(this.pixel, this.pixelAt(latlng));
    const dot = { ...this.options, radius: 3.5, className: "mm-ruler__dot" };
    L.circleMarker(latlng, dot).addTo(this.drawn);
    if (before === undefined) return;
    const { metres, line } = geodesic(before, latlng);
    this.metres += metres;
    const label: L.TooltipOptions = { permanent: true, direction: "center", opacity: 1 };
    const length = h("span", formatMeasured(metres, this.pixel));
    L.polyline(line, { ...this.options, className: "mm-ruler__line" })
      .addTo(this.drawn)
      .bindTooltip(length, { ...label, className: "mm-ruler__label" });
    this.showTotal();
  }

  /** Return whether two places are those of a double click or a double tap. */
  private isSame(before: L.LatLng, after: L.LatLng): boolean {
    const [a, b] = [before, after].map((place) => this.map.latLngToContainerPoint(place));
    return a.distanceTo(b) < (isTouched() ? TAP_PX : CLICK_PX);
  }

  private showPreview(latlng: L.LatLng): void {
    const before = this.places.at(-1);
    if (!this.isMeasuring || before === undefined) return;
    const { metres, line } = geodesic(before, latlng);
    this.preview.setLatLngs(line);
    const pixel = Math.max(this.pixel, this.pixelAt(latlng));
    const [step, total] = [metres, this.metres + metres].map((m) => formatMeasured(m, pixel));
    this.showText(t("stepAndTotal", { step, total }));
  }

  /** Add no further points. The line stays on the map until it is cleared. */
  end(): void {
    if (!this.isMeasuring) return;
    this.stop();
    if (this.places.length < 2) this.clear();
    else this.showTotal();
  }

  private stop(): void {
    this.isMeasuring = false;
    this.picker.deactivate(this);
    this.map.doubleClickZoom.enable();
    this.map.getContainer().classList.remove("mm-measuring");
    this.preview.setLatLngs([]).remove();
  }

  private clear(): void {
    if (this.isMeasuring) this.stop();
    this.places = [];
    this.metres = this.pixel = 0;
    this.drawn.clearLayers().remove();
    this.toggleButton.setAttribute("aria-pressed", "false");
    this.readout.hidden = true;
  }

  private key(event: KeyboardEvent): void {
    const isUsed = this.isMeasuring || this.places.length > 0;
    if (event.key === "Escape" && isUsed) this.clear();
    else if (!this.isMeasuring || event.target !== this.map.getContainer()) return;
    else if (event.key === "Enter") this.end();
    else if (event.key === " ") {
      event.preventDefault();
      this.place(this.map.getCenter());
    }
  }

  /** Return how long a pixel of the map is at a place, in metres. */
  private pixelAt({ lat }: L.LatLng): number {
    return pixelUnits(this.map.getZoom()) / unitsPerMetre(worldY(lat));
  }

  private showTotal(): void {
    this.showText(t("total", { length: formatMeasured(this.metres, this.pixel) }));
  }

  private showText(text: string): void {
    this.readout.textContent = text;
    this.readout.hidden = false;
  }
}
