// A canvas over the map with names; it is drawn again after each move.

import type { Edges } from "../geo/clip.ts";
import { queue, type Steps, type Ticket } from "../ui/queue.ts";
import { theme } from "../ui/theme.ts";
import { controlBoxes, freeBox } from "../ui/viewport.ts";
import type { Frame } from "./frame.ts";
import type { Written } from "./names.ts";
import { canvasOf, type Pen, paintOnto, pixelRatio } from "./surface.ts";

/** The canvas is larger than the map by this share on each side, for short pans. */
const MARGIN = 0.15;
/** Elements over the map that names must avoid. */
const CONTROLS = ".leaflet-control, .mm-table";

/** What writes names on a frame, if it has any; `written` gets them. */
interface Writer {
  readonly isEmpty: boolean;
  paint(pen: Pen, frame: Frame, written?: Written[]): Steps;
}

/** A canvas with names; tests read `written`, in CSS pixels of the map. */
type NamesCanvas = HTMLCanvasElement & { written?: readonly Written[] };

export class LabelLayer extends L.Layer {
  private readonly names: Writer;
  private readonly paneName: string;
  /** The canvas in the map. The next one replaces it when it is painted. */
  private canvas: NamesCanvas | null = null;
  private ticket: Ticket | null = null;
  /** What lay over the map when the names were last drawn. */
  private covered = "";
  private readonly observer = new ResizeObserver(() => this.uncover());

  constructor(names: Writer, paneName: string) {
    super();
    L.setOptions(this, { pane: paneName });
    this.names = names;
    this.paneName = paneName;
    theme.whileShown(this, () => this.draw());
  }

  override onAdd(map: L.Map): this {
    this.draw();
    for (const panel of map.getContainer().querySelectorAll(".mm-panel")) {
      this.observer.observe(panel);
    }
    return this;
  }

  override onRemove(): this {
    this.observer.disconnect();
    this.ticket?.cancel();
    this.clear();
    return this;
  }

  override getEvents(): { [name: string]: L.LeafletEventHandlerFn } {
    const clear = (): void => this.clear();
    const draw = (): void => this.draw();
    const coverchange = (): void => this.uncover();
    return { zoomstart: clear, viewreset: clear, moveend: draw, resize: draw, coverchange };
  }

  private clear(): void {
    this.canvas?.remove();
    this.canvas = null;
  }

  /** Write the names again if something else lies over the map. */
  private uncover(): void {
    if (this.covered !== coverOf(this._map)) this.draw();
  }

  /** Write the names again. */
  refresh(): void {
    if (this._map) this.draw();
  }

  private draw(): void {
    this.ticket?.cancel();
    if (this.names.isEmpty) {
      this.clear();
      return;
    }
    const { _map: map, paneName } = this;
    const margin = map.getSize().multiplyBy(MARGIN).round();
    const frame = frameOf(map, margin);
    const ratio = pixelRatio();
    const canvas: NamesCanvas = canvasOf(frame.extent.x, frame.extent.y, ratio);
    canvas.className = "mm-labels";
    canvas.setAttribute("aria-hidden", "true");
    L.DomUtil.setPosition(canvas, map.containerPointToLayerPoint(margin.multiplyBy(-1)));
    this.covered = coverOf(map);
    const written: Written[] = [];
    const paint = (pen: Pen): Steps => this.names.paint(pen, frame, written);
    const show = (): void => {
      this.clear();
      this.canvas = canvas;
      canvas.written = Object.freeze(
        written.map((name) => ({ ...name, ...moved(name, margin.multiplyBy(-1)) })),
      );
      map.getPane(paneName)?.append(canvas);
    };
    this.ticket = queue.add(function* () {
      yield* paintOnto(canvas, ratio, paint);
      show();
    });
  }

  /** Write the names of a part of the world, in CSS pixels of its zoom. */
  paint(pen: Pen, frame: Frame): Steps {
    return this.names.paint(pen, frame);
  }
}

/** Return what lies over a map, for comparison. */
const coverOf = (map: L.Map): string => JSON.stringify(controlBoxes(map, CONTROLS));

/** Return the frame of a map on a canvas that is larger by a margin on each side. */
function frameOf(map: L.Map, margin: L.Point): Frame {
  const size = map.getSize();
  return {
    corner: map.getPixelBounds().min!.subtract(margin),
    extent: size.add(margin.multiplyBy(2)),
    zoom: map.getZoom(),
    seen: moved({ left: 0, top: 0, right: size.x, bottom: size.y }, margin),
    free: moved(freeBox(map), margin),
    covered: controlBoxes(map, CONTROLS).map((box) => moved(box, margin)),
  };
}

const moved = ({ left, top, right, bottom }: Edges, { x, y }: L.Point): Edges => {
  return { left: left + x, top: top + y, right: right + x, bottom: bottom + y };
};
