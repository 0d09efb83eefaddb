// How a layer's points are drawn: as symbols, as bubbles or as heat, with the circles of their uncertainty on request.

import { tokens } from "../../canvas/colors.ts";
import { CanvasTiles } from "../../canvas/tiles.ts";
import { numbersOf } from "../../data/columns.ts";
import { type Box, MAX_ZOOM, pixelUnits, TILE_SIZE, tileBox, WORLD } from "../../geo/mercator.ts";
import type { Hit } from "../hit.ts";
import { type Bubble, bubbleRadius, bubblesOf, CELL, paintBubbles } from "./bubbles.ts";
import { heatRamp, hottest, paintHeat } from "./heat.ts";
import type { PointSet } from "./pointset.ts";
import { pointTiles } from "./symboltiles.ts";
import { paintUncertainty, unitsPerMetre } from "./uncertainty.ts";

export const MODES = ["symbols", "bubbles", "heat"] as const;
export type Mode = (typeof MODES)[number];

/** A point layer. */
export interface PointLayer {
  /** What the page's address calls it. */
  key: string;
  points: PointSet;
  view: PointView;
  /** Bring the counts of the legend up to date. */
  recount(box: Box): void;
}

export class PointView extends L.LayerGroup {
  private readonly points: PointSet;
  private readonly where: L.GridLayerOptions;
  private readonly made = new Map<string, CanvasTiles>();
  /** The greatest heat at each zoom. */
  private readonly tops = new Map<number, number>();
  private shown: Mode = "symbols";
  private circles = false;

  constructor(points: PointSet, where: L.GridLayerOptions) {
    super();
    this.points = points;
    this.where = where;
    this.addLayer(this.tiles("symbols"));
    points.selection.on(() => this.repaint());
  }

  get mode(): Mode {
    return this.shown;
  }

  /** Whoever listens to "drawn" is told of a change. */
  set mode(mode: Mode) {
    if (mode === this.shown) return;
    this.removeLayer(this.tiles(this.shown));
    this.shown = mode;
    this.addLayer(this.tiles(mode));
    this.fire("drawn");
  }

  get showsUncertainty(): boolean {
    return this.circles;
  }

  /** Show or hide the circles of uncertainty. */
  async showUncertainty(shown: boolean): Promise<void> {
    if (shown === this.circles || this.points.spec.uncertainty === undefined) return;
    this.circles = shown;
    try {
      await this.points.loader.columns([this.points.spec.uncertainty]);
    } catch (error) {
      this.circles = !shown;
      this.fire("drawn");
      throw error;
    }
    // It may have been switched off again meanwhile.
    if (this.circles) this.addLayer(this.tiles("uncertainty"));
    else this.removeLayer(this.tiles("uncertainty"));
    this.fire("drawn");
  }

  /** A record for a popup, which knows whether it is still on the map. */
  hitOf(row: number): Hit {
    const { records, index } = this.points;
    return {
      records,
      row,
      place: this.points.placeOf(row),
      isShown: () => Boolean(this._map) && index.isShown(row),
    };
  }

  /** The deepest zoom of the map. */
  get deepest(): number {
    return this._map?.getMaxZoom() ?? MAX_ZOOM;
  }

  /** Draw all again, in place. */
  repaint(): void {
    this.tops.clear();
    for (const tiles of this.made.values()) tiles.repaint();
  }

  /** The bubble at a place in world units, or the single symbol within `reach`; null where there is neither. */
  bubbleAt(x: number, y: number, zoom: number, reach: number): Bubble | null {
    if (this.shown !== "bubbles") return null;
    // Tiles are drawn at whole zooms.
    const z = Math.round(zoom);
    const unit = pixelUnits(z);
    const side = TILE_SIZE * unit;
    const coords = { x: Math.floor(x / side), y: Math.floor(y / side), z };
    // Of bubbles that overlap the last is on top.
    return (
      bubblesOf(this.points.index, coords)
        .reverse()
        .find(
          (bubble) =>
            Math.hypot(bubble.x - x, bubble.y - y) <=
            (bubble.count > 1 ? bubbleRadius(bubble.count) * unit : reach),
        ) ?? null
    );
  }

  private tiles(kind: Mode | "uncertainty"): CanvasTiles {
    let tiles = this.made.get(kind);
    if (tiles === undefined) this.made.set(kind, (tiles = this.make(kind)));
    return tiles;
  }

  private make(kind: Mode | "uncertainty"): CanvasTiles {
    const { points, where } = this;
    const { index, spec } = points;
    if (kind === "symbols") return pointTiles(index, spec, where, points.selection);
    if (kind === "uncertainty") return this.makeUncertainty();
    const pad = CELL;
    const isEmpty = (coords: L.Coords): boolean => !index.meets(tileBox(coords, pad));
    if (kind === "bubbles") {
      return new CanvasTiles({
        ...where,
        isEmpty,
        paint: (tile) => paintBubbles(tile, index, spec.legend.entries, bubbleColors()),
      });
    }
    return new CanvasTiles({
      ...where,
      isEmpty,
      paint: (tile) =>
        paintHeat(
          tile,
          index,
          this.topAt(tile.coords.z),
          heatRamp(tokens("heat-1", "heat-2", "heat-3", "heat-4")),
        ),
    });
  }

  private topAt(zoom: number): number {
    let top = this.tops.get(zoom);
    if (top === undefined) this.tops.set(zoom, (top = hottest(this.points.index, zoom)));
    return top;
  }

  private makeUncertainty(): CanvasTiles {
    const { index, spec } = this.points;
    const metres = numbersOf(this.points.column(spec.uncertainty!));
    let reach = 0;
    for (let row = 0; row < index.length; row++) {
      if (metres[row] > 0) reach = Math.max(reach, metres[row] * unitsPerMetre(index.ys[row]));
    }
    // Whatever a table says, no circle reaches around the world.
    reach = Math.min(reach, WORLD / 2);
    const isEmpty = (coords: L.Coords): boolean =>
      !index.meets(tileBox(coords, reach / pixelUnits(coords.z)));
    return new CanvasTiles({
      ...this.where,
      pane: "mm-uncertainty",
      isEmpty,
      paint: (tile) => paintUncertainty(tile, index, metres, reach, tokens("uncertainty")[0]),
    });
  }
}

function bubbleColors(): { surface: string; ink: string; font: string } {
  const [surface, ink, font] = tokens("surface", "ink", "font");
  return { surface, ink, font };
}
