// The records under the cursor, over all layers of a map: points first, the nearest first.

import type { Place } from "../geo/featureindex.ts";
import { latOf, lonBeside, lonOf, pixelUnits, worldX, worldY } from "../geo/mercator.ts";
import { type BubbleHit, type Hit, hoverCard, type Pickable } from "../layers/hit.ts";
import { busy, Delayed } from "../ui/busy.ts";
import { withRetry } from "../ui/retry.ts";
import { clearance } from "../ui/viewport.ts";
import { formatCount } from "../words/format.ts";
import { plural, t } from "../words/language.ts";
import { recordCard } from "./popup.ts";
import type { RouteOverlay } from "./routeoverlay.ts";

/** A tool that takes the clicks of a map, such as the ruler. */
export interface MapTool {
  /** Stop, since another tool begins. */
  end(): void;
  /** Take the place of a marker that was opened from the keyboard. */
  place?(at: L.LatLng): void;
}

/** The records of the popup that is open or about to open, and the one that it shows. */
type Open = { popup: L.Popup; hits: Hit[]; seen: Hit; at: L.LatLng };

/** Additional reach for a fingertip, and for the middle of the map as the keyboard's cursor. */
const FINGER_PX = 8;
const KEYBOARD_PX = 16;
/** The width of a popup around its text. */
const POPUP_RIM_PX = 36;
const HOVER_MS = 50;

export class Picker {
  /** Gets each record that a popup shows. */
  opened: (hit: Hit) => void = () => {};
  private activeTool: MapTool | null = null;
  private readonly map: L.Map;
  /** The layers whose records are under the cursor. */
  readonly layers = new Set<Pickable>();
  private readonly tooltip: L.Tooltip;
  private readonly routeOverlay: RouteOverlay;
  private open: Open | null = null;
  private hover: L.LatLng | null = null;
  private readonly hovering = new Delayed(HOVER_MS, () => this.showHover());

  constructor(map: L.Map, routeOverlay: RouteOverlay) {
    this.map = map;
    this.routeOverlay = routeOverlay;
    const options: L.TooltipOptions = { direction: "top", offset: [0, -6], opacity: 1 };
    this.tooltip = L.tooltip({ className: "mm-tooltip", ...options });
    map.on("click", (event: L.LeafletMouseEvent) => this.click(event.latlng, 0));
    map.on("mousemove", ({ latlng, originalEvent }: L.LeafletMouseEvent) => {
      // A marker or a shape of another layer has a tooltip of its own.
      const target = originalEvent.target as Element | null;
      if (target?.closest?.(".leaflet-interactive")) this.endHover();
      else {
        this.hover = latlng;
        if (!this.hovering.isWaiting) this.hovering.start();
      }
    });
    map.on("unload", () => this.hovering.cancel());
    map.on("mouseout movestart zoomstart", () => this.endHover());
    const container = map.getContainer();
    container.addEventListener("keydown", (event) => this.key(event));
    // Leaflet focuses the map on a click; only the keyboard gets the mark of the middle.
    for (const type of ["keyup", "keydown", "pointerdown"]) {
      const isKey = type !== "pointerdown";
      const mark = (): void => void container.classList.toggle("mm-keyboard", isKey);
      container.addEventListener(type, mark, { capture: !isKey });
    }
  }

  /** Send clicks to a tool; end the tool that received them before. */
  activate(tool: MapTool): void {
    this.activeTool?.end();
    this.activeTool = tool;
  }

  deactivate(tool: MapTool): void {
    if (this.activeTool === tool) this.activeTool = null;
  }

  /** Show the record of a marker, or give its place to the active tool. */
  openMarker(hit: Hit, at: L.LatLng, focus: boolean): void {
    if (this.activeTool === null) void this.show([hit], at, focus);
    else this.activeTool.place?.(at);
  }

  /** Show records in a popup at a place, once the first to be seen is loaded. */
  show(hits: Hit[], at: L.LatLng, focus = false, seen = hits[0]): Promise<void> {
    const carded = hits.filter(hasPopup);
    if (carded.length === 0) {
      this.opened(seen);
      return Promise.resolve();
    }
    const first = hasPopup(seen) ? seen : carded[0];
    return withRetry(this.map.getContainer(), () => this.present(carded, at, focus, first));
  }

  private async present(hits: Hit[], at: L.LatLng, focus: boolean, seen: Hit): Promise<void> {
    const popup = L.popup();
    const open = { popup, hits, seen, at };
    this.open = open;
    await seen.records.cells.rows([seen.row]);
    // Other records may have been opened by now, or these have left the map.
    if (this.open !== open) return;
    // The route is shown as long as the popup.
    popup.on("remove", () => {
      this.routeOverlay.clear(popup);
      if (this.open?.popup === popup) this.open = null;
    });
    const card = recordCard(hits, hits.indexOf(seen), (hit) => {
      open.seen = hit;
      this.opened(hit);
      return this.routeOverlay.show(popup, hit, at);
    });
    card.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      this.map.closePopup();
      this.map.getContainer().focus();
    });
    this.endHover();
    const { left, top, right, bottom } = clearance(this.map);
    const maxWidth = Math.min(320, this.map.getSize().x - left - right - POPUP_RIM_PX);
    L.setOptions(popup, {
      ...{ className: "mm-popup", maxWidth, minWidth: Math.min(240, maxWidth) },
      autoPanPaddingTopLeft: L.point(left, top),
      autoPanPaddingBottomRight: L.point(right, bottom),
    });
    popup.setLatLng(at).setContent(card).openOn(this.map);
    if (focus) card.querySelector<HTMLElement>("[tabindex], button")?.focus();
  }

  /** Move the popup into view after the free space has changed. */
  fit(): void {
    this.open?.popup.update();
  }

  /** Remove records that are no longer on the map from the popup and the tooltip. */
  review(): void {
    this.endHover();
    if (this.open === null) return;
    const { hits, seen, at } = this.open;
    const left = hits.filter((hit) => hit.isShown());
    if (left.length === 0) {
      this.open = null;
      this.map.closePopup();
    } else if (left.length < hits.length) {
      void this.show(left, at, false, left.includes(seen) ? seen : left[0]);
    }
  }

  private click(latlng: L.LatLng, extra: number): void {
    if (this.activeTool !== null) return;
    const hits = this.find(latlng, extra).map(({ hit }) => hit);
    if (hits.length === 0) {
      this.zoomInto(this.bubbleAt(latlng), latlng);
      return;
    }
    const { place } = hits[0];
    void this.show(hits, place === null ? latlng : nearestCopy(place, latlng), extra > 0);
  }

  private key(event: KeyboardEvent): void {
    if (event.key === "Escape") this.map.closePopup();
    if (event.key !== "Enter" || event.target !== this.map.getContainer()) return;
    this.click(this.map.getCenter(), KEYBOARD_PX);
  }

  /** Zoom so far that a bubble splits. */
  private zoomInto(bubble: BubbleHit | null, latlng: L.LatLng): void {
    if (bubble === null) return;
    const { map } = this;
    const { minX, minY, maxX, maxY } = bubble.box;
    const box = L.latLngBounds([latOf(maxY), lonOf(minX)], [latOf(minY), lonOf(maxX)]);
    const { left, top, right, bottom } = clearance(map);
    const fitting = map.getBoundsZoom(box, false, L.point(left + right, top + bottom));
    const zoom = Math.min(Math.max(map.getZoom() + 1, fitting), map.getMaxZoom());
    map.setView(nearestCopy([bubble.x, bubble.y], latlng), zoom);
  }

  private bubbleAt(latlng: L.LatLng): BubbleHit | null {
    const { lng, lat } = latlng;
    const zoom = this.map.getZoom();
    const bubbles = [...this.layers].map((layer) => layer.bubble?.(worldX(lng), worldY(lat), zoom));
    return bubbles.find((bubble) => bubble != null) ?? null;
  }

  /** Return all records at a place: by the rank of the layer, then by distance. */
  private find(latlng: L.LatLng, extra: number): { hit: Hit; distance: number; layer: Pickable }[] {
    const zoom = this.map.getZoom();
    const [x, y] = [worldX(latlng.lng), worldY(latlng.lat)];
    if (!Number.isFinite(y)) return [];
    const finger = matchMedia("(pointer: coarse)").matches ? FINGER_PX : 0;
    const found = [...this.layers].flatMap((layer) => {
      const radius = (layer.reach(zoom) + finger + extra) * pixelUnits(zoom);
      return layer.near(x, y, radius, zoom).map((near) => ({ ...near, layer }));
    });
    return found.sort((a, b) => b.layer.rank - a.layer.rank || a.distance - b.distance);
  }

  private showHover(): void {
    const { map, hover, tooltip } = this;
    const { dragging } = map as { dragging?: { moving?(): boolean } };
    const at = this.activeTool !== null || dragging?.moving?.() ? null : hover;
    const under = at === null ? [] : this.find(at, 0);
    const bubble = at === null || under.length > 0 ? null : this.bubbleAt(at);
    const canOpen = bubble !== null || under.some(({ hit }) => hasPopup(hit));
    map.getContainer().classList.toggle("mm-over-record", canOpen);
    const found = under.filter(({ hit }) => hit.records.spec.tooltip !== null);
    if (at === null || (found.length === 0 && bubble === null)) {
      map.closeTooltip(tooltip);
      return;
    }
    const show = (card: HTMLElement, place: Place | null): void => {
      tooltip.setContent(card).setLatLng(place === null ? at : nearestCopy(place, at));
      map.openTooltip(tooltip);
    };
    if (bubble !== null) {
      const { count, x, y } = bubble;
      show(hoverCard(plural("records", count, formatCount(count))), [x, y]);
      return;
    }
    const { hit, layer } = found[0];
    const { records, row, place } = hit;
    if (!records.cells.has(row)) {
      // The tooltip comes when its record is loaded, if the cursor is still there.
      const again = (): void => void (this.hover === hover && this.showHover());
      const loading = records.cells.rows([row]).finally(busy());
      loading.then(again, () => {});
      return;
    }
    const others = found.filter((other) => other.layer === layer).length - 1;
    const more = others > 0 ? t("moreHere", { n: formatCount(others) }) : null;
    const { tooltip: rows } = records.spec;
    const { title, lines } = rows
      ? records.hoverOf(row, rows)
      : { title: records.titleOf(row), lines: [layer.hint?.(hit)].flat() };
    show(hoverCard(title, ...lines, more), place);
  }

  private endHover(): void {
    this.hover = null;
    this.map.getContainer().classList.remove("mm-over-record");
    this.map.closeTooltip(this.tooltip);
  }
}

const hasPopup = ({ records }: Hit): boolean => records.spec.popup !== null;

/** Return the place of a record in the copy of the world where the cursor is. */
const nearestCopy = ([x, y]: Place, cursor: L.LatLng): L.LatLng =>
  L.latLng(latOf(y), lonBeside(lonOf(x), cursor.lng));
