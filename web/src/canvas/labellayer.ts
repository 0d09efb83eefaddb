// Names of towns, countries and waters: one canvas over the map, no two names over each other.

import { pixelUnits, WORLD } from "../geo/mercator.ts";
import { queue, type Steps, type Ticket } from "../ui/queue.ts";
import { theme } from "../ui/theme.ts";
import { type Palette, palette } from "./colors.ts";
import { inOrder, isOfBase, LABEL, type Label } from "./labels.ts";
import { DOT, Placement, Repeats, type Room, SYMBOL } from "./placement.ts";
import { canvasOf, type Pen, paintOnto, pixelRatio } from "./surface.ts";

/** The canvas is this much larger than the map on each side, so that a short pan shows names at once. */
const MARGIN = 0.15;
/** The same name along a line comes again after so many CSS pixels. */
const AGAIN = 320;
/** How far a name is off its line, in CSS pixels. */
const OFF = 6;
/** Names drawn between two pauses. */
const NAMES = 25;

/** The part of the world on the canvas: its corner in pixels of the zoom, its width and height. */
export interface Frame {
  corner: L.Point;
  extent: L.Point;
  zoom: number;
}

export class LabelLayer extends L.Layer {
  private readonly sets = new Set<Label[]>();
  private labels: Label[] = [];
  /** Layers over the base map that have names of their own. */
  private readonly covers = new Set<L.Layer>();
  private readonly paneName: string;
  /** The canvas in the map. The next one takes its place when it is drawn. */
  private canvas: HTMLCanvasElement | null = null;
  private ticket: Ticket | null = null;

  constructor(paneName: string) {
    super();
    this.paneName = paneName;
    theme.whileShown(this, () => this.draw());
  }

  /** Write the names of one more layer, or no longer. */
  toggle(set: Label[], shown: boolean): void {
    if (set.length === 0 || this.sets.has(set) === shown) return;
    if (shown) this.sets.add(set);
    else this.sets.delete(set);
    this.order();
  }

  /** Leave the names of the base map out while another layer covers it. */
  cover(layer: L.Layer, covers: boolean): void {
    if (this.covers.has(layer) === covers) return;
    if (covers) this.covers.add(layer);
    else this.covers.delete(layer);
    this.order();
  }

  private order(): void {
    const labels = [...this.sets].flat();
    this.labels = inOrder(
      this.covers.size === 0 ? labels : labels.filter(({ style }) => !isOfBase(style)),
    );
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
    const frame = {
      corner: map.getPixelBounds().min!.subtract(margin),
      extent,
      zoom: map.getZoom(),
    };
    const paint = (pen: Pen): Iterable<void> => this.paint(pen, frame);
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
    const colors = palette();
    const unit = pixelUnits(zoom);
    const world = WORLD / unit;
    const placement = new Placement();
    const repeats = new Repeats();
    const places = function* ({ x, y }: Label): Generator<[x: number, y: number], void, void> {
      const down = y / unit - corner.y;
      if (down < 0 || down > extent.y) return;
      const east = x / unit - corner.x;
      // Once for each copy of the world in view.
      for (let at = east - Math.floor(east / world) * world; at <= extent.x; at += world)
        yield [Math.round(at), Math.round(down)];
    };
    for (const label of this.labels) {
      if (label.style !== LABEL.node) break;
      for (const [x, y] of places(label)) placement.reserve(x, y, SYMBOL);
    }
    let drawn = 0;
    for (const label of this.labels) {
      if (label.rank > zoom) continue;
      for (const [x, y] of places(label)) {
        if (label.style === LABEL.leg && repeats.isNear(label.text, x, y, AGAIN)) continue;
        if (drawOne(pen, label, x, y, placement, colors)) repeats.add(label.text, x, y);
        if (++drawn % NAMES === 0) yield;
      }
    }
  }
}

/** Draw a name if there is room for it. */
function drawOne(
  pen: Pen,
  label: Label,
  x: number,
  y: number,
  placement: Placement,
  colors: Palette,
): boolean {
  const { size, font, spacing, text } = lettering(label);
  pen.font = font;
  pen.letterSpacing = `${spacing}px`;
  const width = pen.measureText(text).width;
  const isTown = label.style === LABEL.town || label.style === LABEL.capital;
  const isNode = label.style === LABEL.node;
  const room = label.aside
    ? beside(placement, x, y, width, size, label.aside)
    : placement.place(x, y, width, size, isNode ? SYMBOL : isTown ? DOT : 0);
  if (room === null) return false;
  if (isTown) drawDot(pen, label.style, x, y, colors);
  drawText(pen, label.style, text, room.left, (room.top + room.bottom) / 2, colors);
  return true;
}

function drawText(
  pen: Pen,
  style: number,
  text: string,
  x: number,
  y: number,
  colors: Palette,
): void {
  const { label: ink, halo, water: sea, "water-ink": water, "country-ink": country } = colors;
  pen.textBaseline = "middle";
  pen.lineJoin = "round";
  pen.lineWidth = 3;
  pen.strokeStyle = style === LABEL.water ? sea : halo;
  pen.strokeText(text, x, y);
  pen.fillStyle = style === LABEL.water ? water : style === LABEL.country ? country : ink;
  pen.fillText(text, x, y);
}

function drawDot(
  pen: Pen,
  style: number,
  x: number,
  y: number,
  { label: ink, halo }: Palette,
): void {
  const radius = style === LABEL.capital ? 2.5 : 1.8;
  pen.beginPath();
  if (style === LABEL.capital) pen.rect(x - radius, y - radius, 2 * radius, 2 * radius);
  else pen.arc(x, y, radius, 0, 2 * Math.PI);
  pen.fillStyle = ink;
  pen.strokeStyle = halo;
  pen.lineWidth = 1.5;
  pen.stroke();
  pen.fill();
}

/** Room on one side of a line, or on the other. */
function beside(
  placement: Placement,
  x: number,
  y: number,
  width: number,
  height: number,
  [ax, ay]: [number, number],
): Room | null {
  const [dx, dy] = [ax * (width / 2 + OFF), ay * (height / 2 + OFF)];
  return (
    placement.place(x + dx, y + dy, width, height) ?? placement.place(x - dx, y - dy, width, height)
  );
}

function lettering({ style, text }: Label): {
  size: number;
  font: string;
  spacing: number;
  text: string;
} {
  const family = "system-ui, sans-serif";
  if (style === LABEL.country)
    return { size: 12, font: `600 12px ${family}`, spacing: 1.5, text: text.toUpperCase() };
  if (style === LABEL.water) return { size: 12, font: `italic 12px ${family}`, spacing: 0.5, text };
  if (style === LABEL.node) return { size: 11, font: `600 11px ${family}`, spacing: 0, text };
  if (style === LABEL.capital) return { size: 12, font: `600 12px ${family}`, spacing: 0, text };
  if (style === LABEL.leg) return { size: 11, font: `italic 11px ${family}`, spacing: 0, text };
  return { size: 11, font: `11px ${family}`, spacing: 0, text };
}
