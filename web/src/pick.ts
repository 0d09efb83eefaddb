// What is under the cursor, over all layers of a map: points before lines and areas, the nearest first.

import { lonOf, pixelUnits, worldX, worldY, latOf } from "./mercator.ts";
import { hoverCard, recordCard, type Hit } from "./popup.ts";
import { formatCount } from "./text.ts";
import type { Trail } from "./trail.ts";
import { say } from "./words.ts";

/** Records near a place, each with its distance in world units. */
export interface Pickable {
  /** Layers with a higher rank are asked first. */
  rank: number;
  /** How far, in CSS pixels, the cursor may be from a record at a zoom. */
  reach(zoom: number): number;
  near(x: number, y: number, radius: number): { hit: Hit; distance: number }[];
  /** A second line for the tooltip, if the layer has one. */
  hint?(hit: Hit): string | null;
  /** Whether the layer is drawn record by record; one that is not has nothing under the cursor. */
  isAsked?(): boolean;
  /** What stands for many records at a place, to be looked at from nearer. */
  nearer?(x: number, y: number, zoom: number): { x: number; y: number } | null;
}

/** Extra reach for a fingertip, in CSS pixels. */
const FINGER = 8;
/** From the keyboard the middle of the map is aimed at, less exactly. */
const AIM = 16;
/** The width of the buttons on the map's left, and of what a popup has around its text. */
const BUTTONS_PX = 50;
const POPUP_RIM_PX = 44;
/** The height of the closed panel with its margin. */
const CLOSED_PANEL_PX = 56;
const HOVER_EVERY_MS = 50;

export class Picker {
  /** While a tool such as the ruler takes the clicks. */
  paused = false;
  /** Told of each record that a popup shows. */
  opened: (hit: Hit) => void = () => {};
  private readonly map: L.Map;
  private readonly layers = new Set<Pickable>();
  private readonly tooltip: L.Tooltip;
  private readonly covered: () => number;
  private readonly trail: Trail;
  private hover: L.LatLng | null = null;
  private timer = 0;

  /** `covered` tells how much of the map's right side something lies over, in CSS pixels. */
  constructor(map: L.Map, covered: () => number, trail: Trail) {
    this.map = map;
    this.trail = trail;
    this.covered = covered;
    this.tooltip = L.tooltip({ className: "mm-tooltip", direction: "top", offset: [0, -6], opacity: 1 });
    map.on("click", (event: L.LeafletMouseEvent) => this.click(event.latlng, 0));
    map.on("mousemove", (event: L.LeafletMouseEvent) => {
      // A marker or a shape of another layer speaks for itself.
      const taken = (event.originalEvent.target as Element | null)?.closest?.(".leaflet-interactive");
      if (taken) this.endHover();
      else this.hoverSoon(event.latlng);
    });
    map.on("unload", () => clearTimeout(this.timer));
    map.on("mouseout movestart zoomstart", () => this.endHover());
    const container = map.getContainer();
    container.addEventListener("keydown", (event) => this.key(event));
    // Leaflet focuses the map on a click, which browsers take for the keyboard's doing.
    for (const type of ["keyup", "keydown"]) container.addEventListener(type, () => container.classList.add("mm-keyboard"));
    container.addEventListener("pointerdown", () => container.classList.remove("mm-keyboard"), { capture: true });
  }

  add(layer: Pickable): void {
    this.layers.add(layer);
  }

  remove(layer: Pickable): void {
    this.layers.delete(layer);
  }

  /** Show records in a popup at a place. */
  show(hits: Hit[], at: L.LatLng, focus = false): void {
    const popup = L.popup();
    // The way shows as long as the popup does.
    popup.on("remove", () => this.trail.clear(popup));
    const card = recordCard(hits, (hit) => {
      this.opened(hit);
      return this.trail.show(popup, hit, at);
    });
    const container = this.map.getContainer();
    card.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      this.map.closePopup();
      container.focus();
    });
    this.endHover();
    const beside = this.covered();
    const room = {
      autoPanPaddingTopLeft: L.point(BUTTONS_PX, beside > 0 ? 16 : CLOSED_PANEL_PX),
      autoPanPaddingBottomRight: L.point(8 + beside, 16),
    };
    const maxWidth = Math.min(320, this.map.getSize().x - BUTTONS_PX - POPUP_RIM_PX);
    L.setOptions(popup, { className: "mm-popup", maxWidth, minWidth: Math.min(240, maxWidth), ...room });
    popup.setLatLng(at).setContent(card).openOn(this.map);
    if (focus) card.querySelector<HTMLElement>("[tabindex], button")?.focus();
  }

  private click(latlng: L.LatLng, extra: number): void {
    if (this.paused) return;
    const found = this.find(latlng, extra);
    if (found.length === 0) {
      this.goNearer(latlng);
      return;
    }
    const first = found[0].hit.place;
    this.show(found.map(({ hit }) => hit), first === null ? latlng : nearestCopy(first, latlng), extra > 0);
  }

  private key(event: KeyboardEvent): void {
    if (event.key === "Escape") this.map.closePopup();
    if (event.key !== "Enter" || event.target !== this.map.getContainer()) return;
    this.click(this.map.getCenter(), AIM);
  }

  /** Look at a bubble from nearer: two zooms take it apart into sixteen. */
  private goNearer(latlng: L.LatLng): void {
    const zoom = this.map.getZoom();
    const wrapped = latlng.wrap();
    for (const layer of this.layers) {
      const bubble = layer.nearer?.(worldX(wrapped.lng), worldY(wrapped.lat), zoom);
      if (!bubble) continue;
      this.map.setView(nearestCopy([bubble.x, bubble.y], latlng), Math.min(zoom + 2, this.map.getMaxZoom()));
      return;
    }
  }

  /** All records at a place: by rank of layer, then by distance. */
  private find(latlng: L.LatLng, extra: number): { hit: Hit; distance: number; layer: Pickable }[] {
    const zoom = this.map.getZoom();
    const x = worldX(latlng.wrap().lng);
    const y = worldY(latlng.lat);
    if (!Number.isFinite(y)) return [];
    const finger = matchMedia("(pointer: coarse)").matches ? FINGER : 0;
    const unit = pixelUnits(zoom);
    return [...this.layers]
      .filter((layer) => layer.isAsked?.() ?? true)
      .flatMap((layer) =>
        layer.near(x, y, (layer.reach(zoom) + finger + extra) * unit).map((near) => ({ ...near, layer })))
      .sort((a, b) => b.layer.rank - a.layer.rank || a.distance - b.distance);
  }

  private hoverSoon(latlng: L.LatLng): void {
    this.hover = latlng;
    if (this.timer !== 0) return;
    this.timer = window.setTimeout(() => {
      this.timer = 0;
      this.showHover();
    }, HOVER_EVERY_MS);
  }

  private showHover(): void {
    const { map, hover, tooltip } = this;
    const dragging = (map.dragging as { moving?(): boolean } | undefined)?.moving?.() === true;
    const found = hover === null || this.paused || dragging ? [] : this.find(hover, 0);
    map.getContainer().classList.toggle("mm-over-record", found.length > 0);
    if (hover === null || found.length === 0) {
      map.closeTooltip(tooltip);
      return;
    }
    const { hit, layer } = found[0];
    const others = found.filter((other) => other.layer === layer).length - 1;
    const more = others > 0 ? say("moreHere", { n: formatCount(others) }) : null;
    tooltip.setContent(hoverCard(hit.records.titleOf(hit.row), layer.hint?.(hit), more))
      .setLatLng(hit.place === null ? hover : nearestCopy(hit.place, hover));
    map.openTooltip(tooltip);
  }

  private endHover(): void {
    this.hover = null;
    this.map.getContainer().classList.remove("mm-over-record");
    this.map.closeTooltip(this.tooltip);
  }
}

/** The place of a record in that copy of the world in which the cursor is. */
function nearestCopy([x, y]: [x: number, y: number], cursor: L.LatLng): L.LatLng {
  const lon = lonOf(x);
  return L.latLng(latOf(y), lon + 360 * Math.round((cursor.lng - lon) / 360));
}
