// The map in the frame of a sheet, moved and zoomed by mouse, fingers, wheel and keys.

import { MAX_ZOOM } from "../geo/mercator.ts";
import { t } from "../words/language.ts";
import { leastZoom, type Place, type Size, type View, viewOf } from "./view.ts";

/** Pixels of the sheet by which an arrow key moves the map, and the zoom levels of a key and of a wheel. */
const ARROW_PX = 60;
const KEY_ZOOM = 0.5;
const WHEEL_ZOOM = 1 / 200;
/** A line of a wheel that counts in lines, in pixels. */
const LINE_PX = 20;

const ARROWS: Record<string, [x: number, y: number]> = {
  ArrowLeft: [1, 0],
  ArrowRight: [-1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};
const ZOOMS: Record<string, number> = { "+": 1, "=": 1, "-": -1, _: -1 };

type Spot = [x: number, y: number];

export class FrameMoves {
  private readonly map: L.Map;
  private readonly frame: HTMLElement;
  private readonly moved: () => void;
  /** Returns what a frame of a size shows. */
  private choose: (size: Size) => Place;
  /** What the picture in the frame shows. */
  private drawn: { view: View; picture: HTMLElement } | null = null;
  /** The fingers, or the mouse, on the frame. */
  private readonly pointers = new Map<number, Spot>();

  /** `moved` is called after each move; the picture follows until it is drawn again. */
  constructor(map: L.Map, frame: HTMLElement, moved: () => void) {
    this.map = map;
    this.frame = frame;
    this.moved = moved;
    this.choose = () => ({ center: map.getCenter(), zoom: map.getZoom() });
    const named = { role: "application", tabindex: "0", "aria-label": t("sheetMap") };
    for (const [name, value] of Object.entries(named)) frame.setAttribute(name, value);
    frame.addEventListener("keydown", (event) => this.key(event));
    frame.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    frame.addEventListener("dblclick", (event) => this.zoom(1, this.spotOf(event)));
    frame.addEventListener("pointerdown", (event) => this.press(event));
    frame.addEventListener("pointermove", (event) => this.drag(event));
    for (const type of ["pointerup", "pointercancel"] as const)
      frame.addEventListener(type, ({ pointerId }) => this.pointers.delete(pointerId));
  }

  /** Show what `choose` returns for a frame of a size, until the reader moves the map. */
  follow(choose: (size: Size) => Place): void {
    this.choose = choose;
  }

  /** Return what the frame shows. */
  place(size: Size): Place {
    return this.choose(size);
  }

  /** Take a new picture, which the reader may have moved on from. */
  show(view: View, picture: HTMLElement): void {
    this.drawn = { view, picture };
    this.align();
  }

  /** Zoom by a number of levels around a spot, by default the middle of the frame. */
  zoom(by: number, around?: Spot): void {
    this.move((view) => {
      const { width, height } = view;
      const zoom = Math.max(leastZoom([width, height]), Math.min(MAX_ZOOM, view.zoom + by));
      const [x, y] = around ?? [width / 2, height / 2];
      const corner = this.map.project(view.placeAt(x, y), zoom).subtract([x, y]);
      return { zoom, center: this.map.unproject(corner.add([width / 2, height / 2]), zoom) };
    });
  }

  private pan(x: number, y: number): void {
    this.move((view) => {
      const { zoom, width, height } = view;
      return { zoom, center: view.placeAt(width / 2 - x, height / 2 - y) };
    });
  }

  private move(change: (view: View) => Place): void {
    const size: Size = [this.frame.clientWidth, this.frame.clientHeight];
    const place = change(viewOf(this.map, this.choose(size), size, 1));
    this.choose = () => place;
    this.align();
    this.moved();
  }

  /** Put the picture where its places are now. */
  private align(): void {
    if (this.drawn === null) return;
    const { view, picture } = this.drawn;
    const size: Size = [view.width, view.height];
    const now = viewOf(this.map, this.choose(size), size, view.ratio);
    const { x, y } = now.spot(view.placeAt(0, 0));
    const isThere = Math.hypot(x, y) < 1 && now.zoom === view.zoom;
    const moved = `translate(${x}px, ${y}px) scale(${2 ** (now.zoom - view.zoom)})`;
    picture.style.transform = isThere ? "" : moved;
  }

  /** Return where an event is in the frame, in CSS pixels of the sheet. */
  private spotOf({ clientX, clientY }: MouseEvent): Spot {
    const { left, top, width } = this.frame.getBoundingClientRect();
    const scale = this.frame.offsetWidth / width;
    return [(clientX - left) * scale, (clientY - top) * scale];
  }

  private key(event: KeyboardEvent): void {
    const arrow = ARROWS[event.key];
    const zoom = ZOOMS[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (arrow !== undefined) this.pan(arrow[0] * ARROW_PX, arrow[1] * ARROW_PX);
    else if (zoom !== undefined) this.zoom(zoom * KEY_ZOOM);
    else return;
    event.preventDefault();
  }

  private wheel(event: WheelEvent): void {
    event.preventDefault();
    const pixels = event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_PX : 1);
    this.zoom(Math.max(-1, Math.min(1, -pixels * WHEEL_ZOOM)), this.spotOf(event));
  }

  private press(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.frame.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, this.spotOf(event));
  }

  private drag(event: PointerEvent): void {
    const { pointers } = this;
    if (!pointers.has(event.pointerId)) return;
    const before = [...pointers.values()];
    pointers.set(event.pointerId, this.spotOf(event));
    const after = [...pointers.values()];
    const [was, is] = [middleOf(before), middleOf(after)];
    this.pan(is[0] - was[0], is[1] - was[1]);
    const spread = reachOf(after) / reachOf(before);
    if (spread > 0 && spread !== 1) this.zoom(Math.log2(spread), is);
  }
}

const middleOf = (spots: Spot[]): Spot => [
  spots.reduce((sum, [x]) => sum + x, 0) / spots.length,
  spots.reduce((sum, [, y]) => sum + y, 0) / spots.length,
];

/** Return the distance of two fingers; 1 for any other number. */
const reachOf = (spots: Spot[]): number => {
  const [[ax, ay], [bx, by]] = [spots[0], spots[1] ?? spots[0]];
  return spots.length === 2 ? Math.hypot(bx - ax, by - ay) : 1;
};
