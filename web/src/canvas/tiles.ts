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

/** Private members of Leaflet's GridLayer. */
interface Grid {
  _tileZoom: number | undefined;
  _noPrune: boolean;
  _levels: Record<string, { el: HTMLElement; zoom: number }>;
  _tiles: Record<string, { coords: TileCoords; loaded?: unknown; retain: boolean }>;
  _updateLevels(): void;
  _resetGrid(): void;
  _update(center: L.LatLng): void;
  _pruneTiles(): void;
  _setZoomTransforms(center: L.LatLng, zoom: number): void;
}

/** The tiles of one zoom are scaled to other ones, up to this distance, while fingers move a map. */
const PINCHED = 0.75;

/**
 * Tiles of every zoom, whole or not: none is painted for one zoom and shown at another. At a
 * fractional zoom no whole number of tiles spans the world, so tile numbers continue across its
 * copies.
 */
export class CanvasTiles extends L.GridLayer {
  readonly tileOptions: TileOptions;
  private readonly drawn = new Map<HTMLElement, DrawnTile>();

  constructor(options: TileOptions) {
    const defaults = { maxZoom: MAX_ZOOM, tileSize: TILE_SIZE, keepBuffer: 1, noWrap: true };
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

  /** Make the tiles of a zoom, where Leaflet makes those of the whole zoom nearest to it. */
  protected _setView(center: L.LatLng, zoom: number, noPrune?: boolean, noUpdate?: boolean): void {
    const grid = this as unknown as Grid;
    const { maxZoom = MAX_ZOOM, minZoom = 0 } = this.options as L.GridLayerOptions;
    const shown = zoom <= maxZoom && zoom >= minZoom ? zoom : undefined;
    const isNear = Math.abs((shown ?? Infinity) - (grid._tileZoom ?? Infinity)) < PINCHED;
    if (!noUpdate || !isNear) {
      grid._tileZoom = shown;
      grid._updateLevels();
      // Leaflet's own heights are not whole, which browsers ignore.
      for (const { el, zoom } of Object.values(grid._levels))
        el.style.zIndex = zoom === shown ? "1" : "0";
      grid._resetGrid();
      if (shown !== undefined) grid._update(center);
      if (!noPrune) grid._pruneTiles();
      grid._noPrune = noPrune === true;
    }
    grid._setZoomTransforms(center, zoom);
  }

  /** Keep the tiles of other zoom levels where this one is not painted yet. */
  protected _retainParent(x: number, y: number, z: number): boolean {
    for (const tile of Object.values((this as unknown as Grid)._tiles)) {
      const { coords, loaded } = tile;
      const scale = 2 ** (coords.z - z);
      const isBeside = (at: number, own: number): boolean =>
        own + 1 <= at * scale || own >= (at + 1) * scale;
      if (loaded && coords.z !== z && !isBeside(x, coords.x) && !isBeside(y, coords.y))
        tile.retain = true;
    }
    return true;
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
