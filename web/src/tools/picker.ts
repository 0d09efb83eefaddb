// The records under the cursor, over all layers of a map: points first, the nearest first.

import { latOf, lonBeside, lonOf, pixelUnits, worldX, worldY } from "../geo/mercator.ts";
import type { Place } from "../geo/polyline.ts";
import { RANK } from "../layers/content.ts";
import { type BubbleHit, type Hit, hoverCard, type Pickable } from "../layers/hit.ts";
import { busy, Delayed } from "../ui/busy.ts";
import { isTouched } from "../ui/pointer.ts";
import { clearance } from "../ui/viewport.ts";
import { formatCount } from "../words/format.ts";
import { plural, t } from "../words/language.ts";
import { PairReview } from "./pairreview.ts";
import { RecordCard } from "./popup.ts";
import { adjust, enlarge, hasSheet, isSheet, openPopup } from "./recordpopup.ts";
import { RecordRing } from "./recordring.ts";
import type { RouteOverlay } from "./routeoverlay.ts";
import { keepClear } from "./tooltip.ts";

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
  readonly pairs: PairReview;
  private readonly ring: RecordRing;
  private open: Open | null = null;
  private hover: L.LatLng | null = null;
  private readonly hovering = new Delayed(HOVER_MS, () => this.showHover());

  constructor(map: L.Map, routeOverlay: RouteOverlay) {
    this.map = map;
    this.routeOverlay = routeOverlay;
    this.ring = new RecordRing(map);
    this.pairs = new PairReview(map);
    this.tooltip = L.tooltip({ className: "mm-tooltip", opacity: 1 });
    map.on("click", (event: L.LeafletMouseEvent) => this.click(event.latlng, 0));
    map.on("mousemove", ({ latlng, originalEvent }: L.LeafletMouseEvent) => {
      // A marker or a shape of another layer has a tooltip of its own; a finger leaves none behind.
      const target = originalEvent.target as Element | null;
      if (isTouched() || target?.closest?.(".leaflet-interactive")) this.endHover();
      else {
        this.hover = latlng;
        if (!this.hovering.isWaiting) this.hovering.start();
      }
    });
    map.on("unload", () => this.hovering.cancel());
    map.on("resize", () => this.turn());
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

  /**
   * Show the record of a marker, or give its place to the active tool. Occurrences within reach of
   * the press come first.
   */
  openMarker(hit: Hit, at: L.LatLng, pressed: MouseEvent | null): void {
    if (this.activeTool !== null) {
      this.activeTool.place?.(at);
      return;
    }
    const found = pressed === null ? [] : this.find(this.map.mouseEventToLatLng(pressed), 0);
    const before = found.filter(({ layer }) => layer.rank >= RANK.points).map((one) => one.hit);
    const place = before[0]?.place;
    const focus = pressed === null || hasSheet(this.map);
    this.show([...before, hit], place ? nearestCopy(place, at) : at, focus);
  }

  /** Show records in a popup at a place. */
  show(hits: Hit[], at: L.LatLng, focus = false, seen = hits[0]): void {
    const carded = hits.filter(hasPopup);
    if (carded.length === 0) this.opened(seen);
    else this.present(carded, at, focus, hasPopup(seen) ? seen : carded[0]);
  }

  private present(hits: Hit[], at: L.LatLng, focus: boolean, seen: Hit): void {
    const { map } = this;
    const popup = L.popup();
    const open = { popup, hits, seen, at };
    this.open = open;
    // The places of a pair have letters instead of a ring.
    const mark = ({ place, records }: Hit): void =>
      this.ring.show(records.spec.pair ? null : place && nearestCopy(place, at));
    // The route, the pair and the ring are shown as long as the popup.
    popup.on("remove", () => {
      this.routeOverlay.clear(popup);
      const hadPair = this.pairs.clear(popup);
      if (this.open !== null && this.open.popup !== popup) return;
      this.open = null;
      this.ring.show(null);
      const { activeElement } = document;
      const hadFocus = activeElement === document.body || card.element.contains(activeElement);
      this.pairs.closed({ hadPair, hadFocus });
    });
    const card = new RecordCard(hits, seen, {
      shown: (hit) => {
        open.seen = hit;
        mark(hit);
        this.opened(hit);
        return this.pairs.show(popup, hit, at) ?? this.routeOverlay.show(popup, hit, at);
      },
      resized: () => adjust(map, popup),
      enlarged: (isTall) => enlarge(map, popup, isTall),
    });
    this.endHover();
    openPopup(map, popup, card, at);
    this.pairs.fit();
    mark(seen);
    if (focus) card.focus();
    card.load();
  }

  /** Show the records anew where the map has become narrow or wide. */
  private turn(): void {
    if (this.open === null) return;
    const { popup, hits, seen, at } = this.open;
    if (isSheet(popup) === hasSheet(this.map, seen.records.spec.pair !== undefined)) return;
    this.show(hits, at, false, seen);
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
      this.show(left, at, false, left.includes(seen) ? seen : left[0]);
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
    const focus = extra > 0 || hasSheet(this.map);
    this.show(hits, place === null ? latlng : nearestCopy(place, latlng), focus);
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

  private bubbleAt(latlng: L.LatLng, layers = [...this.layers]): BubbleHit | null {
    const { lng, lat } = latlng;
    const zoom = this.map.getZoom();
    const bubbles = layers.map((layer) => layer.bubble?.(worldX(lng), worldY(lat), zoom));
    return bubbles.find((bubble) => bubble != null) ?? null;
  }

  /** Return all records at a place: by the rank of the layer, then by distance. */
  private find(latlng: L.LatLng, extra: number): { hit: Hit; distance: number; layer: Pickable }[] {
    const zoom = this.map.getZoom();
    const [x, y] = [worldX(latlng.lng), worldY(latlng.lat)];
    if (!Number.isFinite(y)) return [];
    const finger = isTouched() ? FINGER_PX : 0;
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
    // A hexagon tells its count also where a click shows its records.
    const first = under.slice(0, 1).map(({ layer }) => layer);
    const bubble = at === null ? null : this.bubbleAt(at, first.length > 0 ? first : undefined);
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
      keepClear(map, tooltip);
    };
    if (bubble !== null) {
      const { count, x, y, note } = bubble;
      show(hoverCard(plural("records", count, formatCount(count)), note), [x, y]);
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
