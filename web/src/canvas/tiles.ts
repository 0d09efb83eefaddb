// A Leaflet grid layer whose tiles are canvases drawn through the shared queue.

import { canvasOf, paintOnto, pixelRatio, type Pen } from "./surface.ts";
import { browserClock, WorkQueue, type Ticket } from "../ui/queue.ts";
import { MAX_ZOOM, TILE_SIZE, type TileCoords } from "../geo/mercator.ts";
import { theme } from "../ui/theme.ts";

export const queue = new WorkQueue(browserClock);

/** A tile being painted: the pen, which measures in CSS pixels, its place, and device pixels per CSS pixel. */
export interface Tile {
  pen: Pen;
  coords: TileCoords;
  ratio: number;
}

export interface TileOptions extends L.GridLayerOptions {
  /** Whether a tile has nothing to draw; then it costs no canvas. */
  isEmpty(coords: TileCoords): boolean;
  paint(tile: Tile): Generator<void, void, void>;
}

/** A tile on the page. `done` tells Leaflet that it is drawn; null once it was told. */
interface Hung {
  canvas: HTMLCanvasElement;
  coords: TileCoords;
  done: (() => void) | null;
  ticket: Ticket | null;
}

export class CanvasTiles extends L.GridLayer {
  readonly art: TileOptions;
  private readonly hung = new Map<HTMLElement, Hung>();

  constructor(options: TileOptions) {
    super({ maxZoom: MAX_ZOOM, tileSize: TILE_SIZE, keepBuffer: 1, updateWhenIdle: false, ...options });
    this.art = options;
    this.on("tileunload", ({ tile }: L.TileEvent) => {
      this.hung.get(tile)?.ticket?.cancel();
      this.hung.delete(tile);
    });
    theme.whileShown(this, () => this.repaint());
  }

  protected override createTile(coords: L.Coords, done: L.DoneCallback): HTMLElement {
    if (this.art.isEmpty(coords)) {
      const blank = document.createElement("div");
      queueMicrotask(() => done(undefined, blank));
      return blank;
    }
    const canvas = canvasOf(TILE_SIZE, TILE_SIZE, pixelRatio());
    const hung: Hung = { canvas, coords, done: () => done(undefined, canvas), ticket: null };
    this.hung.set(canvas, hung);
    this.paint(hung);
    return canvas;
  }

  /** The same tiles for another map. */
  copy(): CanvasTiles {
    const { paint, isEmpty } = this.art;
    return new CanvasTiles({ paint, isEmpty });
  }

  /** Paint every tile again in place: the old picture stays until the new one is there. */
  repaint(): void {
    for (const hung of this.hung.values()) this.paint(hung);
  }

  private paint(hung: Hung): void {
    const { paint } = this.art;
    const { canvas, coords } = hung;
    const ratio = canvas.width / TILE_SIZE;
    hung.ticket?.cancel();
    hung.ticket = queue.add(function* () {
      yield* paintOnto(canvas, ratio, (pen) => paint({ pen, coords, ratio }));
      hung.done?.();
      hung.done = null;
    });
  }
}
