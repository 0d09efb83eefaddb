// Picking records out: by a box, a free line or a polygon drawn on the map, or all that is in view; and what to do with them.

import { worldX, worldY } from "../geo/mercator.ts";
import { type Place, polygonBox, withinPolygon } from "../geo/polygon.ts";
import type { PointLayer } from "../layers/points/view.ts";
import { button, control, h, svg } from "../ui/dom.ts";
import { withRetry } from "../ui/retry.ts";
import { tool } from "../ui/toolbutton.ts";
import { boxOfView } from "../ui/viewport.ts";
import { formatCount } from "../words/format.ts";
import { t } from "../words/language.ts";
import { downloadRecords } from "./export.ts";
import type { MapTool, Picker } from "./picker.ts";

const SHAPES = ["box", "lasso", "polygon"] as const;
type Shape = (typeof SHAPES)[number];

/** Pixels between two points of a free line. */
const STEP_PX = 4;
/** A shape smaller than this is a click that went nowhere. */
const LEAST_PX = 3;
/** So near to its first corner a click closes a polygon. */
const CLOSE_PX = 10;

export class PickTool implements MapTool {
  private readonly map: L.Map;
  private readonly picker: Picker;
  private readonly layers = new Set<PointLayer>();
  private readonly toggleButton: HTMLButtonElement;
  private readonly menu: HTMLElement;
  private readonly bar: HTMLElement;
  private readonly status = h("span", { "aria-live": "polite" });
  private readonly help = h("p.mm-draw__help", { role: "status" });
  private readonly surface = h("div.mm-draw");
  private readonly path = svg("path", { class: "mm-draw__line" });
  private shape: Shape | null = null;
  /** The corners lie on the ground: the map may be moved and zoomed between two of them. */
  private drawn: L.LatLng[] = [];
  private stops = new Map<PointLayer, () => void>();

  constructor(map: L.Map, picker: Picker, openTable: () => void) {
    this.map = map;
    this.picker = picker;
    this.toggleButton = tool("lasso", t("pick"), () => this.toggle());
    this.toggleButton.setAttribute("aria-expanded", "false");
    this.menu = h(
      "div.mm-menu",
      { role: "group", "aria-label": t("pick") },
      ...SHAPES.map((shape) =>
        button(t(shape), { class: "mm-menu__item" }, () => this.begin(shape)),
      ),
      button(t("pickView"), { class: "mm-menu__item" }, () => this.pickView()),
      button(t("pickNone"), { class: "mm-menu__item" }, () => this.clear()),
    );
    this.menu.hidden = true;
    const root = h("div.leaflet-bar.mm-tools.mm-picktool", this.toggleButton, this.menu);
    root.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || this.menu.hidden) return;
      event.stopPropagation();
      this.openMenu(false);
      this.toggleButton.focus();
    });
    root.addEventListener(
      "focusout",
      ({ relatedTarget }) =>
        relatedTarget instanceof Node && !root.contains(relatedTarget) && this.openMenu(false),
    );
    map.on("click dragstart", () => this.openMenu(false));
    control("topleft", root).addTo(map);
    this.bar = this.makeBar(openTable);
    control("bottomleft", this.bar).addTo(map);
    const picture = svg("svg", { width: "100%", height: "100%", "aria-hidden": "true" });
    picture.append(this.path);
    this.surface.append(picture, this.help);
    this.listen();
  }

  /** What there is to do with the picked records. */
  private makeBar(openTable: () => void): HTMLElement {
    const bar = h(
      "div.mm-picked",
      { role: "region", "aria-label": t("pickedRecords") },
      this.status,
      button(t("table"), { class: "mm-button" }, openTable),
      button("CSV", { class: "mm-button", "aria-label": t("saveAs", { kind: "CSV" }) }, () =>
        this.save("csv"),
      ),
      button(
        "GeoJSON",
        { class: "mm-button", "aria-label": t("saveAs", { kind: "GeoJSON" }) },
        () => this.save("geojson"),
      ),
      button("×", { class: "mm-button", "aria-label": t("pickNone") }, () => this.clear()),
    );
    bar.hidden = true;
    return bar;
  }

  add(layer: PointLayer): void {
    this.layers.add(layer);
    this.stops.set(
      layer,
      layer.points.selection.on(() => this.updateStatus()),
    );
    this.updateStatus();
  }

  remove(layer: PointLayer): void {
    this.layers.delete(layer);
    this.stops.get(layer)?.();
    this.stops.delete(layer);
    this.updateStatus();
  }

  /** The button opens and closes the menu; while a shape is drawn it cancels, where there is no Escape. */
  private toggle(): void {
    if (this.shape !== null) this.end();
    else this.openMenu(this.menu.hidden === true);
  }

  private openMenu(open: boolean): void {
    this.menu.hidden = !open;
    this.toggleButton.setAttribute("aria-expanded", String(open));
    if (open) this.menu.querySelector("button")?.focus();
  }

  private begin(shape: Shape): void {
    this.openMenu(false);
    this.shape = shape;
    this.drawn = [];
    this.picker.activate(this);
    this.map.closePopup();
    this.redraw();
    this.map.getContainer().append(this.surface);
    this.help.textContent = t(`${shape}Help`);
    this.toggleButton.setAttribute("aria-pressed", "true");
    this.map.getContainer().focus();
  }

  /** Draw no further. */
  end(): void {
    this.shape = null;
    this.picker.deactivate(this);
    this.toggleButton.removeAttribute("aria-pressed");
    this.surface.remove();
  }

  private listen(): void {
    const { surface } = this;
    // What happens on the surface does not reach the map below it.
    for (const type of ["click", "dblclick", "mousedown", "mousemove", "wheel"])
      surface.addEventListener(type, (event) => event.stopPropagation());
    this.map.on("move zoom resize", () => this.shape !== null && this.redraw());
    surface.addEventListener("pointerdown", (event) => this.down(event));
    surface.addEventListener("pointermove", (event) => this.move(event));
    surface.addEventListener("pointerup", (event) => this.up(event));
    surface.addEventListener(
      "dblclick",
      (event) => this.shape === "polygon" && this.finish(event.shiftKey),
    );
    this.map.getContainer().addEventListener(
      "keydown",
      (event) => {
        if (this.shape === null) return;
        if (event.key === "Escape") this.end();
        else if (event.key === "Enter" && this.shape === "polygon") this.finish(event.shiftKey);
        else return;
        event.stopPropagation();
      },
      { capture: true },
    );
  }

  private at(event: PointerEvent): L.Point {
    const { left, top } = this.surface.getBoundingClientRect();
    return L.point(event.clientX - left, event.clientY - top);
  }

  private onScreen(corner: L.LatLng): L.Point {
    return this.map.latLngToContainerPoint(corner);
  }

  private distance(corner: L.LatLng | undefined, at: L.Point): number {
    return corner === undefined ? Infinity : this.onScreen(corner).distanceTo(at);
  }

  private down(event: PointerEvent): void {
    event.preventDefault();
    if (event.button !== 0 || !event.isPrimary) return;
    this.surface.setPointerCapture(event.pointerId);
    const at = this.at(event);
    const corner = this.map.containerPointToLatLng(at);
    if (this.shape !== "polygon") this.drawn = [corner, corner];
    else if (this.drawn.length > 2 && this.distance(this.drawn[0], at) < CLOSE_PX) {
      this.finish(event.shiftKey);
      return;
      // The second click of a double click is at the same place.
    } else if (this.distance(this.drawn.at(-1), at) >= 1) this.drawn.push(corner);
    this.redraw();
  }

  private move(event: PointerEvent): void {
    if (this.drawn.length === 0 || !event.isPrimary) return;
    const at = this.at(event);
    const corner = this.map.containerPointToLatLng(at);
    if (this.shape === "box") this.drawn[1] = corner;
    else if (this.shape === "lasso" && this.distance(this.drawn.at(-1), at) >= STEP_PX)
      this.drawn.push(corner);
    this.redraw(this.shape === "polygon" ? at : undefined);
  }

  private up(event: PointerEvent): void {
    if (this.shape !== "polygon" && this.drawn.length > 1 && event.isPrimary)
      this.finish(event.shiftKey);
  }

  private corners(): L.LatLng[] {
    if (this.shape !== "box") return this.drawn;
    const [a, b] = this.drawn;
    return a === undefined || b === undefined
      ? []
      : [a, L.latLng(a.lat, b.lng), b, L.latLng(b.lat, a.lng)];
  }

  private redraw(next?: L.Point): void {
    const corners = [
      ...this.corners().map((corner) => this.onScreen(corner)),
      ...(next ? [next] : []),
    ];
    this.path.setAttribute(
      "d",
      corners.map(({ x, y }, i) => `${i === 0 ? "M" : "L"}${x} ${y}`).join("") +
        (corners.length > 2 ? "Z" : ""),
    );
  }

  private finish(beside: boolean): void {
    const corners = this.corners();
    this.end();
    if (corners.length < 3) return;
    const { x, y } = L.bounds(corners.map((corner) => this.onScreen(corner))).getSize();
    if (Math.max(x, y) < LEAST_PX) return;
    const ring = corners.map(({ lat, lng }): Place => [worldX(lng), worldY(lat)]);
    const box = polygonBox(ring);
    for (const { points } of this.layers) {
      const rows: number[] = [];
      points.index.forEachIn(box, (row, shift) => {
        const [x, y] = points.placeOf(row);
        if (withinPolygon(ring, x + shift, y)) rows.push(row);
      });
      points.selection.pick(rows, beside);
    }
  }

  private pickView(): void {
    this.openMenu(false);
    for (const { points } of this.layers) {
      const rows: number[] = [];
      points.index.forEachIn(boxOfView(this.map), (row) => rows.push(row));
      points.selection.pick(rows);
    }
  }

  private clear(): void {
    this.openMenu(false);
    for (const { points } of this.layers) points.selection.pick(null);
  }

  private save(ending: "csv" | "geojson"): void {
    for (const { points } of this.layers)
      if (points.selection.pickedCount > 0)
        void withRetry(this.bar, () => downloadRecords(points, ending));
  }

  private updateStatus(): void {
    let total = 0,
      shown = 0;
    for (const {
      points: { selection },
    } of this.layers) {
      total += selection.pickedCount;
      shown += selection.pickedCount > 0 ? count(selection.meant()) : 0;
    }
    this.bar.hidden = total === 0;
    const text = t(shown < total ? "pickedShown" : "pickedCount", {
      n: formatCount(total),
      shown: formatCount(shown),
    });
    this.status.textContent = total === 0 ? "" : text;
  }
}

function count(rows: Iterable<number>): number {
  let number = 0;
  for (const _ of rows) number++;
  return number;
}
