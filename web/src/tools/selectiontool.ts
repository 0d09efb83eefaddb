// Selects records by a box, a free line or a polygon drawn on the map, or all in view.

import { all, put } from "../data/collections.ts";
import { polygonBox, withinPolygon } from "../geo/featureindex.ts";
import { type Box, worldX, worldY } from "../geo/mercator.ts";
import type { Place } from "../geo/polyline.ts";
import type { PointLayer } from "../layers/points/view.ts";
import { addTools, button, control, h, svg } from "../ui/dom.ts";
import { toolButton } from "../ui/icons.ts";
import { type Action, Menu } from "../ui/menu.ts";
import { isTouched, TAP_PX } from "../ui/pointer.ts";
import { withRetry } from "../ui/retry.ts";
import { boxOfView } from "../ui/viewport.ts";
import { formatCount } from "../words/format.ts";
import { t } from "../words/language.ts";
import { downloadRecords, type Format, saveButtons } from "./export.ts";
import type { MapTool, Picker } from "./picker.ts";

const SHAPES = ["box", "lasso", "polygon"] as const;
type Shape = (typeof SHAPES)[number];

/** The distance between two points of a free line, in pixels. */
const STEP_PX = 4;
/** A smaller shape is a click without a drag. */
const LEAST_PX = 3;
/** A click this near to the first corner closes a polygon. */
const CLOSE_PX = 10;
/** A press that moves further is not a click. */
const SLIP_PX = 10;

export class SelectionTool implements MapTool {
  private readonly map: L.Map;
  private readonly picker: Picker;
  private readonly layers = new Set<PointLayer>();
  private readonly toggleButton = toolButton("lasso", t("select"), () => this.toggle());
  private readonly menu: Menu;
  /** The bar with the button and the menu of this tool. */
  readonly tools: HTMLElement;
  private readonly bar: HTMLElement;
  private readonly status = h("span", { "aria-live": "polite" });
  private readonly help = h("p.mm-draw__help", { role: "status" });
  private readonly path = svg("path", { class: "mm-draw__line" });
  private readonly surface: HTMLElement;
  private shape: Shape | null = null;
  /** Corners on the ground: the map may be moved and zoomed between two of them. */
  private corners: L.LatLng[] = [];
  /** Where the pointer was pressed; null after it was lifted. */
  private pressed: L.Point | null = null;
  /** Whether the last click was at the place of the last corner. */
  private isAgain = false;

  constructor(map: L.Map, picker: Picker, openTable: () => void) {
    this.map = map;
    this.picker = picker;
    this.menu = new Menu(map, this.toggleButton, t("select"), [
      ...SHAPES.map((shape): Action => [t(shape), () => this.begin(shape)]),
      [t("selectView"), () => this.pick(boxOfView(map), false)],
      [t("selectNone"), () => this.clear()],
    ]);
    this.tools = addTools(map, this.menu.element);
    this.bar = this.makeBar(openTable);
    control("bottomleft", this.bar).addTo(map);
    const size = { width: "100%", height: "100%", "aria-hidden": "true" };
    this.surface = h("div.mm-draw", svg("svg", size, this.path), this.help);
    this.listen();
  }

  /** Return the bar of actions on the selected records. */
  private makeBar(openTable: () => void): HTMLElement {
    const cross = { class: "mm-button", "aria-label": t("selectNone") };
    const none = button("×", cross, () => this.clear());
    return h(
      "div.mm-picked",
      { role: "region", "aria-label": t("selectedRecords"), hidden: "" },
      h("div.mm-picked__count", this.status, none),
      button(t("table"), { class: "mm-button" }, openTable),
      ...saveButtons((format) => this.save(format)),
    );
  }

  /** Select records of a layer too; return a function that ends it. */
  add(layer: PointLayer): () => void {
    const update = (): void => this.updateStatus();
    const ends = [layer.points.selection.on(update), put(this.layers, layer)];
    update();
    return all([...ends, update]);
  }

  /** Open or close the menu; while a shape is drawn, cancel it, for devices without Escape. */
  private toggle(): void {
    if (this.shape !== null) this.end();
    else this.menu.toggle();
  }

  private begin(shape: Shape): void {
    this.shape = shape;
    this.picker.activate(this);
    this.map.closePopup();
    this.restart();
    this.map.getContainer().append(this.surface);
    this.help.textContent = t(`${shape}${isTouched() ? "Touch" : "Help"}`);
    this.toggleButton.setAttribute("aria-pressed", "true");
    this.map.getContainer().focus();
  }

  private restart(): void {
    this.corners = [];
    this.redraw();
  }

  end(): void {
    this.shape = null;
    this.picker.deactivate(this);
    this.toggleButton.removeAttribute("aria-pressed");
    this.surface.remove();
  }

  private listen(): void {
    const { surface } = this;
    // Events on the surface do not reach the map below it; only under a polygon fingers move it.
    for (const type of ["click", "dblclick", "mousedown", "mousemove", "wheel"]) {
      surface.addEventListener(type, (event) => event.stopPropagation());
    }
    for (const type of ["pointerdown", "touchstart"]) {
      surface.addEventListener(type, (event) => {
        if (this.shape !== "polygon") event.stopPropagation();
      });
    }
    this.map.on("move zoom resize", () => this.shape !== null && this.redraw());
    surface.addEventListener("pointerdown", (event) => this.down(event));
    surface.addEventListener("pointermove", (event) => this.move(event));
    surface.addEventListener("pointerup", (event) => this.up(event));
    surface.addEventListener("pointercancel", () => {
      this.pressed = null;
      if (this.shape !== "polygon") this.restart();
    });
    const finishPolygon = (event: MouseEvent | KeyboardEvent): void => {
      if (this.shape === "polygon") this.finish(event.shiftKey);
    };
    // Two quick taps at different places are two corners.
    surface.addEventListener("dblclick", (event) => this.isAgain && finishPolygon(event));
    const key = (event: KeyboardEvent): void => {
      if (this.shape === null) return;
      if (event.key === "Escape") this.end();
      else if (event.key === "Enter" && this.shape === "polygon") finishPolygon(event);
      else return;
      event.stopPropagation();
    };
    this.map.getContainer().addEventListener("keydown", key, { capture: true });
  }

  private onScreen(corner: L.LatLng): L.Point {
    return this.map.latLngToContainerPoint(corner);
  }

  private distance(corner: L.LatLng | undefined, at: L.Point): number {
    return corner === undefined ? Infinity : this.onScreen(corner).distanceTo(at);
  }

  private down(event: PointerEvent): void {
    event.preventDefault();
    this.pressed = null;
    if (event.button !== 0 || !event.isPrimary) return;
    this.pressed = this.map.mouseEventToContainerPoint(event);
    if (this.shape === "polygon") return;
    this.surface.setPointerCapture(event.pointerId);
    const corner = this.map.containerPointToLatLng(this.pressed);
    this.corners = [corner, corner];
    this.redraw();
  }

  private up(event: PointerEvent): void {
    const { pressed } = this;
    if (pressed === null || !event.isPrimary) return;
    this.pressed = null;
    const at = this.map.mouseEventToContainerPoint(event);
    if (this.shape !== "polygon") this.finish(event.shiftKey);
    else if (at.distanceTo(pressed) < SLIP_PX) this.addCorner(pressed, event.shiftKey);
  }

  /** Add a corner of a polygon, or end it at its first one. */
  private addCorner(at: L.Point, isAdded: boolean): void {
    const { corners } = this;
    const [same, close] = isTouched() ? [TAP_PX, TAP_PX] : [1, CLOSE_PX];
    this.isAgain = this.distance(corners.at(-1), at) < same;
    if (corners.length > 2 && this.distance(corners[0], at) < close) this.finish(isAdded);
    else if (!this.isAgain) {
      corners.push(this.map.containerPointToLatLng(at));
      this.redraw();
    }
  }

  private move(event: PointerEvent): void {
    const { corners } = this;
    if (corners.length === 0 || !event.isPrimary) return;
    const at = this.map.mouseEventToContainerPoint(event);
    const corner = this.map.containerPointToLatLng(at);
    if (this.shape === "box") corners[1] = corner;
    const isStep = this.distance(corners.at(-1), at) >= STEP_PX;
    if (this.shape === "lasso" && isStep) corners.push(corner);
    this.redraw(this.shape === "polygon" ? [at] : []);
  }

  private ring(): L.LatLng[] {
    const [a, b] = this.corners;
    if (this.shape !== "box" || a === undefined || b === undefined) return this.corners;
    return [a, L.latLng(a.lat, b.lng), b, L.latLng(b.lat, a.lng)];
  }

  private redraw(next: L.Point[] = []): void {
    const corners = [...this.ring().map((corner) => this.onScreen(corner)), ...next];
    const line = corners.map(({ x, y }, i) => `${i === 0 ? "M" : "L"}${x} ${y}`).join("");
    this.path.setAttribute("d", line + (corners.length > 2 ? "Z" : ""));
  }

  private finish(isAdded: boolean): void {
    const corners = this.ring();
    this.end();
    if (corners.length < 3) return;
    const { x, y } = L.bounds(corners.map((corner) => this.onScreen(corner))).getSize();
    if (Math.max(x, y) < LEAST_PX) return;
    const ring = corners.map(({ lat, lng }): Place => [worldX(lng), worldY(lat)]);
    this.pick(polygonBox(ring), isAdded, (x, y) => withinPolygon(ring, x, y));
  }

  /** Select the shown records in a box that pass a test. */
  private pick(box: Box, isAdded: boolean, passes = (_x: number, _y: number) => true): void {
    for (const { points } of this.layers) {
      const rows: number[] = [];
      points.index.forEachIn(box, (row, shift) => {
        const [x, y] = points.placeOf(row);
        if (passes(x + shift, y)) rows.push(row);
      });
      points.selection.pick(rows, isAdded);
    }
  }

  private clear(): void {
    for (const { points } of this.layers) points.selection.pick(null);
  }

  private save(format: Format): void {
    for (const { points } of this.layers) {
      const isMeant = points.selection.pickedCount > 0;
      if (isMeant) void withRetry(this.bar, () => downloadRecords(points, format));
    }
  }

  private updateStatus(): void {
    let [total, shown] = [0, 0];
    for (const { points } of this.layers) {
      const { selection } = points;
      total += selection.pickedCount;
      if (selection.pickedCount > 0) for (const _ of selection.meant()) shown++;
    }
    this.bar.hidden = total === 0;
    const values = { n: formatCount(total), shown: formatCount(shown) };
    const text = t(shown < total ? "selectedShown" : "selectedCount", values);
    this.status.textContent = total === 0 ? "" : text;
    this.map.fire("coverchange");
  }
}
