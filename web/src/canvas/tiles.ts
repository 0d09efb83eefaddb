// A Leaflet grid layer whose tiles are canvases drawn through the shared queue.

import { MAX_ZOOM, TILE_SIZE, type TileCoords } from "../geo/mercator.ts";
import { queue, type Steps, type Ticket } from "../ui/queue.ts";
import { theme } from "../ui/theme.ts";
import { canvasOf, type Pen, paintOnto, pixelRatio } from "./surface.ts";

/** A tile being painted: the pen, which measures in CSS pixels, its place, and device pixels per CSS pixel. */
export interface Tile {
  pen: Pen;
  coords: TileCoords;
  ratio: number;
}

export interface TileOptions extends L.GridLayerOptions {
  /** Whether a tile has nothing to draw; then it costs no canvas. */
  isEmpty(coords: TileCoords): boolean;
  paint(tile: Tile): Steps;
}

/** A tile on the page. `done` tells Leaflet that it is drawn; null once it was told. */
interface DrawnTile {
  canvas: HTMLCanvasElement;
  coords: TileCoords;
  done: (() => void) | null;
  ticket: Ticket | null;
}

export class CanvasTiles extends L.GridLayer {
  readonly tileOptions: TileOptions;
  private readonly drawn = new Map<HTMLElement, DrawnTile>();

  constructor(options: TileOptions) {
    super({
      maxZoom: MAX_ZOOM,
      tileSize: TILE_SIZE,
      keepBuffer: 1,
      updateWhenIdle: false,
      ...options,
    });
    this.tileOptions = options;
    this.on("tileunload", ({ tile }: L.TileEvent) => {
      this.drawn.get(tile)?.ticket?.cancel();
      this.drawn.delete(tile);
    });
    theme.whileShown(this, () => this.repaint());
  }

  protected override createTile(coords: L.Coords, done: L.DoneCallback): HTMLElement {
    if (this.tileOptions.isEmpty(coords)) {
      const blank = document.createElement("div");
      queueMicrotask(() => done(undefined, blank));
      return blank;
    }
    const canvas = canvasOf(TILE_SIZE, TILE_SIZE, pixelRatio());
    const drawn: DrawnTile = { canvas, coords, done: () => done(undefined, canvas), ticket: null };
    this.drawn.set(canvas, drawn);
    this.paint(drawn);
    return canvas;
  }

  /** The same tiles for another map. */
  copy(): CanvasTiles {
    const { paint, isEmpty } = this.tileOptions;
    return new CanvasTiles({ paint, isEmpty });
  }

  /** Paint every tile again in place: the old picture stays until the new one is there. */
  repaint(): void {
    for (const drawn of this.drawn.values()) this.paint(drawn);
  }

  private paint(drawn: DrawnTile): void {
    const { paint } = this.tileOptions;
    const { canvas, coords } = drawn;
    const ratio = canvas.width / TILE_SIZE;
    drawn.ticket?.cancel();
    drawn.ticket = queue.add(function* () {
      yield* paintOnto(canvas, ratio, (pen) => paint({ pen, coords, ratio }));
      drawn.done?.();
      drawn.done = null;
    });
  }
}
