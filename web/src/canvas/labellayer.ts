// The names of towns, countries, waters and corridors: one canvas over the map, no two names
// overlap.

import { toggle } from "../data/collections.ts";
import type { Edges } from "../geo/clip.ts";
import { pixelUnits, WORLD } from "../geo/mercator.ts";
import { queue, type Steps, type Ticket } from "../ui/queue.ts";
import { theme } from "../ui/theme.ts";
import { type Palette, palette } from "./colors.ts";
import { DOT, inOrder, isOfBase, LABEL, type Label, Placement, Repeats, SYMBOL } from "./labels.ts";
import { canvasOf, look, type Pen, paintOnto, pixelRatio } from "./surface.ts";

/** The canvas is larger than the map by this share on each side, for short pans. */
const MARGIN = 0.15;
/** The distance between repetitions of a name along a line, and from the line, in CSS pixels. */
const REPEAT_PX = 320;
const ASIDE_PX = 6;
type Direction = [x: number, y: number];

/** Names drawn between two pauses. */
const STEP = 25;

/** The part of the world on the canvas: its corner in pixels of the zoom, and its size. */
export type Frame = { corner: L.Point; extent: L.Point; zoom: number };

export class LabelLayer extends L.Layer {
  private readonly sets = new Set<Label[]>();
  private labels: Label[] = [];
  /** Layers with names of their own that cover the base map. */
  private readonly covers = new Set<L.Layer>();
  private readonly paneName: string;
  /** The canvas in the map. The next one replaces it when it is painted. */
  private canvas: HTMLCanvasElement | null = null;
  private ticket: Ticket | null = null;

  constructor(paneName: string) {
    super();
    this.paneName = paneName;
    theme.whileShown(this, () => this.draw());
  }

  /** Write the names of a layer; return a function that ends it. */
  add(set: Label[]): () => void {
    const change = (isShown: boolean): void => {
      toggle(this.sets, set, isShown);
      if (set.length > 0) this.order();
    };
    change(true);
    return () => change(false);
  }

  /** Leave the names of the base map out while a layer covers it. */
  cover(layer: L.Layer, isCovering: boolean): void {
    if (this.covers.has(layer) === isCovering) return;
    toggle(this.covers, layer, isCovering);
    this.order();
  }

  private order(): void {
    const labels = [...this.sets].flat();
    const isWritten = ({ style }: Label): boolean => this.covers.size === 0 || !isOfBase(style);
    this.labels = inOrder(labels.filter(isWritten));
    if (this._map) this.draw();
  }

  override onAdd(): this {
    this.draw();
    return this;
  }

  override onRemove(): this {
    this.ticket?.cancel();
    this.clear();
    return this;
  }

  override getEvents(): { [name: string]: L.LeafletEventHandlerFn } {
    const clear = (): void => this.clear();
    const draw = (): void => this.draw();
    return { zoomstart: clear, viewreset: clear, moveend: draw, resize: draw };
  }

  private clear(): void {
    this.canvas?.remove();
    this.canvas = null;
  }

  private draw(): void {
    this.ticket?.cancel();
    const { _map: map, paneName } = this;
    const size = map.getSize();
    const ratio = pixelRatio();
    const margin = size.multiplyBy(MARGIN).round();
    const extent = size.add(margin.multiplyBy(2));
    const canvas = canvasOf(extent.x, extent.y, ratio);
    canvas.className = "mm-labels";
    canvas.setAttribute("aria-hidden", "true");
    L.DomUtil.setPosition(canvas, map.containerPointToLayerPoint(margin.multiplyBy(-1)));
    const corner = map.getPixelBounds().min!.subtract(margin);
    const frame = { corner, extent, zoom: map.getZoom() };
    const paint = (pen: Pen): Steps => this.paint(pen, frame);
    const show = (): void => {
      this.clear();
      this.canvas = canvas;
      map.getPane(paneName)?.append(canvas);
    };
    this.ticket = queue.add(function* () {
      yield* paintOnto(canvas, ratio, paint);
      show();
    });
  }

  /** Write the names of a part of the world, in CSS pixels of its zoom. */
  *paint(pen: Pen, { corner, extent, zoom }: Frame): Steps {
    const unit = pixelUnits(zoom);
    const world = WORLD / unit;
    const board = { pen, placement: new Placement(), colors: palette() };
    const repeats = new Repeats();
    const places = function* ({ x, y }: Label): Generator<[x: number, y: number]> {
      const down = y / unit - corner.y;
      if (down < 0 || down > extent.y) return;
      const east = x / unit - corner.x;
      // Once for each copy of the world in view.
      for (let at = east - Math.floor(east / world) * world; at <= extent.x; at += world) {
        yield [Math.round(at), Math.round(down)];
      }
    };
    for (const label of this.labels) {
      if (label.style !== LABEL.node) break;
      for (const [x, y] of places(label)) board.placement.reserve(x, y, SYMBOL);
    }
    let drawn = 0;
    for (const label of this.labels) {
      if (label.rank > zoom) continue;
      for (const [x, y] of places(label)) {
        if (label.style === LABEL.leg && repeats.isNear(label.text, x, y, REPEAT_PX)) continue;
        if (drawOne(board, label, x, y)) repeats.add(label.text, x, y);
        if (++drawn % STEP === 0) yield;
      }
    }
  }
}

/** The picture that gets names, and the room that is left on it. */
type Board = { pen: Pen; placement: Placement; colors: Palette };

/** Draw a name if there is room for it. */
function drawOne({ pen, placement, colors }: Board, label: Label, x: number, y: number): boolean {
  const { style } = label;
  const [size, face, spacing] = LETTERING[style];
  const text = style === LABEL.country ? label.text.toUpperCase() : label.text;
  look(pen, { font: `${face} ${size}px system-ui, sans-serif`, letterSpacing: `${spacing}px` });
  const { width } = pen.measureText(text);
  const isTown = style === LABEL.town || style === LABEL.capital;
  const radius = style === LABEL.node ? SYMBOL : isTown ? DOT : 0;
  const places = label.aside ? besides(x, y, width, size, label.aside) : [[x, y]];
  let room: Edges | null = null;
  for (const [left, top] of places) room ??= placement.place(left, top, width, size, radius);
  if (room === null) return false;
  if (isTown) drawDot(pen, style, x, y, colors);
  drawText(pen, style, text, room, colors);
  return true;
}

/** Size in pixels, face and letter spacing, in the order of LABEL. */
const LETTERING: [size: number, face: string, spacing: number][] = [
  [11, "", 0],
  [12, "600", 0],
  [12, "600", 1.5],
  [12, "italic", 0.5],
  [11, "600", 0],
  [11, "italic", 0],
];

function drawText(pen: Pen, style: number, text: string, room: Edges, colors: Palette): void {
  const isWater = style === LABEL.water;
  const y = (room.top + room.bottom) / 2;
  const own = style === LABEL.country ? colors["country-ink"] : colors.label;
  const fillStyle = isWater ? colors["water-ink"] : own;
  const strokeStyle = isWater ? colors.water : colors.halo;
  look(pen, { textBaseline: "middle", lineJoin: "round", lineWidth: 3, strokeStyle, fillStyle });
  pen.strokeText(text, room.left, y);
  pen.fillText(text, room.left, y);
}

function drawDot(pen: Pen, style: number, x: number, y: number, { label, halo }: Palette): void {
  pen.beginPath();
  if (style === LABEL.capital) pen.rect(x - 2.5, y - 2.5, 5, 5);
  else pen.arc(x, y, 1.8, 0, 2 * Math.PI);
  look(pen, { fillStyle: label, strokeStyle: halo, lineWidth: 1.5 });
  pen.stroke();
  pen.fill();
}

/** Return the places for a name on one side of a line and on the other. */
function besides(x: number, y: number, width: number, height: number, [ax, ay]: Direction) {
  const [dx, dy] = [ax * (width / 2 + ASIDE_PX), ay * (height / 2 + ASIDE_PX)];
  return [1, -1].map((side) => [x + side * dx, y + side * dy]);
}
