// A canvas over the map with names; it is drawn again after each move.

import { queue, type Steps, type Ticket } from "../ui/queue.ts";
import { theme } from "../ui/theme.ts";
import type { Frame, Names, Part } from "./names.ts";
import { canvasOf, type Pen, paintOnto, pixelRatio } from "./surface.ts";

/** The canvas is larger than the map by this share on each side, for short pans. */
const MARGIN = 0.15;

/** What writes names on a frame. */
type Writer = Pick<Names, "hasRecords" | "paint">;

export class LabelLayer extends L.Layer {
  private readonly names: Writer;
  private readonly part: Part;
  private readonly paneName: string;
  /** The canvas in the map. The next one replaces it when it is painted. */
  private canvas: HTMLCanvasElement | null = null;
  private ticket: Ticket | null = null;

  constructor(names: Writer, part: Part, paneName: string) {
    super();
    L.setOptions(this, { pane: paneName });
    this.names = names;
    this.part = part;
    this.paneName = paneName;
    theme.whileShown(this, () => this.draw());
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

  /** Write the names again. */
  refresh(): void {
    if (this._map) this.draw();
  }

  private draw(): void {
    this.ticket?.cancel();
    if (this.part === "records" && !this.names.hasRecords) {
      this.clear();
      return;
    }
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
  paint(pen: Pen, frame: Frame): Steps {
    return this.names.paint(pen, frame, this.part);
  }
}
