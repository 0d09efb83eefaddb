// What is under the cursor, over all layers of a map: points before lines and areas, the nearest first.

import { latOf, lonOf, pixelUnits, worldX, worldY } from "../geo/mercator.ts";
import { type Hit, hoverCard, type Pickable } from "../layers/hit.ts";
import { busy, Delayed } from "../ui/busy.ts";
import { withRetry } from "../ui/retry.ts";
import { clearance, coveredBelow } from "../ui/viewport.ts";
import { formatCount } from "../words/format.ts";
import { plural, t } from "../words/language.ts";
import { recordCard } from "./popup.ts";
import type { RouteOverlay } from "./routeoverlay.ts";

/** A tool that takes the clicks of a map, such as the ruler. */
export interface MapTool {
  /** Another tool begins. */
  end(): void;
  /** A marker was opened from the keyboard. */
  place?(at: L.LatLng): void;
}

/** The records of the popup that is open or about to be. */
interface Open {
  popup: L.Popup;
  hits: Hit[];
  /** The one of them that is in front. */
  seen: Hit;
  at: L.LatLng;
}

/** Extra reach for a fingertip, in CSS pixels. */
const FINGER = 8;
/** From the keyboard the middle of the map is aimed at, less exactly. */
const AIM = 16;
/** The width of what a popup has around its text. */
const POPUP_RIM_PX = 36;
const HOVER_EVERY_MS = 50;

export class Picker {
  private activeTool: MapTool | null = null;
  /** Told of each record that a popup shows. */
  opened: (hit: Hit) => void = () => {};
  private readonly map: L.Map;
  private readonly layers = new Set<Pickable>();
  private readonly tooltip: L.Tooltip;
  private readonly covered: () => number;
  private readonly routeOverlay: RouteOverlay;
  private open: Open | null = null;
  private hover: L.LatLng | null = null;
  private readonly hovering = new Delayed(HOVER_EVERY_MS, () => this.showHover());

  /** `covered` tells how much of the map's right side something lies over, in CSS pixels. */
  constructor(map: L.Map, covered: () => number, routeOverlay: RouteOverlay) {
    this.map = map;
    this.routeOverlay = routeOverlay;
    this.covered = covered;
    this.tooltip = L.tooltip({
      className: "mm-tooltip",
      direction: "top",
      offset: [0, -6],
      opacity: 1,
    });
    map.on("click", (event: L.LeafletMouseEvent) => this.click(event.latlng, 0));
    map.on("mousemove", (event: L.LeafletMouseEvent) => {
      // A marker or a shape of another layer speaks for itself.
      const taken = (event.originalEvent.target as Element | null)?.closest?.(
        ".leaflet-interactive",
      );
      if (taken) this.endHover();
      else this.hoverSoon(event.latlng);
    });
    map.on("unload", () => this.hovering.cancel());
    map.on("mouseout movestart zoomstart", () => this.endHover());
    const container = map.getContainer();
    container.addEventListener("keydown", (event) => this.key(event));
    // Leaflet focuses the map on a click, which browsers take for the keyboard's doing.
    for (const type of ["keyup", "keydown"])
      container.addEventListener(type, () => container.classList.add("mm-keyboard"));
    container.addEventListener("pointerdown", () => container.classList.remove("mm-keyboard"), {
      capture: true,
    });
  }

  add(layer: Pickable): void {
    this.layers.add(layer);
  }

  remove(layer: Pickable): void {
    this.layers.delete(layer);
  }

  /** Give the clicks to a tool; one that has them ends. */
  activate(tool: MapTool): void {
    this.activeTool?.end();
    this.activeTool = tool;
  }

  deactivate(tool: MapTool): void {
    if (this.activeTool === tool) this.activeTool = null;
  }

  /** A marker was pressed: its place is for the tool that has the clicks, else its record is shown. */
  openMarker(hit: Hit, at: L.LatLng, focus: boolean): void {
    if (this.activeTool === null) void this.show([hit], at, focus);
    else this.activeTool.place?.(at);
  }

  /** Show records in a popup at a place, once the one to be in front is at hand. */
  show(hits: Hit[], at: L.LatLng, focus = false, seen = hits[0]): Promise<void> {
    return withRetry(this.map.getContainer(), () => this.present(hits, at, focus, seen));
  }

  private async present(hits: Hit[], at: L.LatLng, focus: boolean, seen: Hit): Promise<void> {
    const popup = L.popup();
    const open = (this.open = { popup, hits, seen, at });
    await seen.records.ready([seen.row]);
    // Others may be asked for by now, or these have left the map.
    if (this.open !== open) return;
    // The way shows as long as the popup does.
    popup.on("remove", () => {
      this.routeOverlay.clear(popup);
      if (this.open?.popup === popup) this.open = null;
    });
    const card = recordCard(hits, hits.indexOf(seen), (hit) => {
      open.seen = hit;
      this.opened(hit);
      return this.routeOverlay.show(popup, hit, at);
    });
    const container = this.map.getContainer();
    card.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      this.map.closePopup();
      container.focus();
    });
    this.endHover();
    const room = clearance(this.map, this.covered());
    const maxWidth = Math.min(320, this.map.getSize().x - room.left - room.right - POPUP_RIM_PX);
    L.setOptions(popup, {
      className: "mm-popup",
      maxWidth,
      minWidth: Math.min(240, maxWidth),
      autoPanPaddingTopLeft: L.point(room.left, room.top),
      autoPanPaddingBottomRight: L.point(room.right, room.bottom + coveredBelow(this.map)),
    });
    popup.setLatLng(at).setContent(card).openOn(this.map);
    if (focus) card.querySelector<HTMLElement>("[tabindex], button")?.focus();
  }

  /** Bring the popup into view again where the room for it has changed. */
  fit(): void {
    this.open?.popup.update();
  }

  /** Take out of the popup, and from beside the cursor, what is no longer on the map. */
  review(): void {
    this.endHover();
    if (this.open === null) return;
    const { hits, seen, at } = this.open;
    const left = hits.filter((hit) => hit.isShown());
    if (left.length === 0) {
      this.open = null;
      this.map.closePopup();
    } else if (left.length < hits.length)
      void this.show(left, at, false, left.includes(seen) ? seen : left[0]);
  }

  private click(latlng: L.LatLng, extra: number): void {
    if (this.activeTool !== null) return;
    const found = this.find(latlng, extra);
    if (found.length === 0) {
      this.goNearer(latlng);
      return;
    }
    const first = found[0].hit.place;
    void this.show(
      found.map(({ hit }) => hit),
      first === null ? latlng : nearestCopy(first, latlng),
      extra > 0,
    );
  }

  private key(event: KeyboardEvent): void {
    if (event.key === "Escape") this.map.closePopup();
    if (event.key !== "Enter" || event.target !== this.map.getContainer()) return;
    this.click(this.map.getCenter(), AIM);
  }

  /** Look at a bubble from so near that it comes apart. */
  private goNearer(latlng: L.LatLng): void {
    const { map } = this;
    const bubble = this.bubbleAt(latlng);
    if (bubble === null) return;
    const { minX, minY, maxX, maxY } = bubble.box;
    const box = L.latLngBounds([latOf(maxY), lonOf(minX)], [latOf(minY), lonOf(maxX)]);
    const { left, top, right, bottom } = clearance(map, this.covered());
    const fitting = map.getBoundsZoom(
      box,
      false,
      L.point(left + right, top + bottom + coveredBelow(map)),
    );
    map.setView(
      nearestCopy([bubble.x, bubble.y], latlng),
      Math.min(Math.max(map.getZoom() + 1, fitting), map.getMaxZoom()),
    );
  }

  private bubbleAt(latlng: L.LatLng): ReturnType<NonNullable<Pickable["bubble"]>> {
    const { lng, lat } = latlng.wrap();
    const zoom = this.map.getZoom();
    for (const layer of this.layers) {
      const bubble = layer.bubble?.(worldX(lng), worldY(lat), zoom);
      if (bubble) return bubble;
    }
    return null;
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
      .flatMap((layer) =>
        layer
          .near(x, y, (layer.reach(zoom) + finger + extra) * unit, zoom)
          .map((near) => ({ ...near, layer })),
      )
      .sort((a, b) => b.layer.rank - a.layer.rank || a.distance - b.distance);
  }

  private hoverSoon(latlng: L.LatLng): void {
    this.hover = latlng;
    if (!this.hovering.isWaiting) this.hovering.start();
  }

  private showHover(): void {
    const { map, hover, tooltip } = this;
    const dragging = (map.dragging as { moving?(): boolean } | undefined)?.moving?.() === true;
    const at = this.activeTool !== null || dragging ? null : hover;
    const found = at === null ? [] : this.find(at, 0);
    const bubble = at === null || found.length > 0 ? null : this.bubbleAt(at);
    map.getContainer().classList.toggle("mm-over-record", found.length > 0 || bubble !== null);
    if (at === null || (found.length === 0 && bubble === null)) {
      map.closeTooltip(tooltip);
      return;
    }
    if (bubble !== null) {
      const many = plural("records", bubble.count, formatCount(bubble.count));
      map.openTooltip(
        tooltip.setContent(hoverCard(many)).setLatLng(nearestCopy([bubble.x, bubble.y], at)),
      );
      return;
    }
    const { hit, layer } = found[0];
    if (!hit.records.has(hit.row)) {
      // The tooltip follows when its record is there, if the cursor still is; one that does not come is not missed.
      hit.records
        .ready([hit.row])
        .then(
          () => this.hover === hover && this.showHover(),
          () => {},
        )
        .finally(busy());
      return;
    }
    const others = found.filter((other) => other.layer === layer).length - 1;
    const more = others > 0 ? t("moreHere", { n: formatCount(others) }) : null;
    tooltip
      .setContent(
        hoverCard(hit.records.titleOf(hit.row), ...[layer.hint?.(hit) ?? null].flat(), more),
      )
      .setLatLng(hit.place === null ? at : nearestCopy(hit.place, at));
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
