// A Leaflet grid layer whose tiles are canvases, painted through the queue.

import { MAX_ZOOM, TILE_SIZE, type TileCoords } from "../geo/mercator.ts";
import { queue, type Steps, type Ticket } from "../ui/queue.ts";
import { theme } from "../ui/theme.ts";
import { canvasOf, type Pen, paintOnto, pixelRatio } from "./surface.ts";

/** A tile to be painted: a pen that measures in CSS pixels, and device pixels per CSS pixel. */
export type Tile = { pen: Pen; coords: TileCoords; ratio: number };

interface TileOptions extends L.GridLayerOptions {
  /** Return whether a tile is empty, so that it needs no canvas. */
  isEmpty(coords: TileCoords): boolean;
  paint(tile: Tile): Steps;
}

/** A tile on the page. */
interface DrawnTile {
  canvas: HTMLCanvasElement;
  coords: TileCoords;
  /** Tells Leaflet that the tile is painted; null afterwards. */
  done: (() => void) | null;
  ticket: Ticket | null;
}

export class CanvasTiles extends L.GridLayer {
  readonly tileOptions: TileOptions;
  private readonly drawn = new Map<HTMLElement, DrawnTile>();

  constructor(options: TileOptions) {
    const defaults = { maxZoom: MAX_ZOOM, tileSize: TILE_SIZE, keepBuffer: 1 };
    super({ ...defaults, updateWhenIdle: false, ...options });
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
    const tile = { canvas, coords, done: () => done(undefined, canvas), ticket: null };
    this.drawn.set(canvas, tile);
    this.paint(tile);
    return canvas;
  }

  /** Return the same tiles for another map. */
  copy(): CanvasTiles {
    const { paint, isEmpty } = this.tileOptions;
    return new CanvasTiles({ paint, isEmpty });
  }

  /** Paint every tile again. The old picture stays until the new one is complete. */
  repaint(): void {
    for (const tile of this.drawn.values()) this.paint(tile);
  }

  private paint(tile: DrawnTile): void {
    const { paint } = this.tileOptions;
    const { canvas, coords } = tile;
    const ratio = canvas.width / TILE_SIZE;
    tile.ticket?.cancel();
    tile.ticket = queue.add(function* () {
      yield* paintOnto(canvas, ratio, (pen) => paint({ pen, coords, ratio }));
      tile.done?.();
      tile.done = null;
    });
  }
}
