// How a layer's points are drawn: as symbols, as bubbles or as heat, with the circles of their uncertainty on request.

import { bubbleRadius, bubblesOf, CELL, paintBubbles } from "./bubbles.ts";
import { numbersOf } from "./columns.ts";
import { densest, heatRamp, paintHeat } from "./heat.ts";
import { pixelUnits, TILE_SIZE, tileBox } from "./mercator.ts";
import { tokens } from "./palette.ts";
import { pointTiles } from "./pointlayer.ts";
import type { PointSet } from "./pointset.ts";
import { CanvasTiles } from "./tiles.ts";
import { paintUncertainty, unitsPerMetre } from "./uncertainty.ts";

export const MODES = ["symbols", "bubbles", "heat"] as const;
export type Mode = (typeof MODES)[number];

/** At this share of the most that a square holds the colours of heat end: a blur spreads what it held. */
const HOTTEST = 0.12;

export class PointView extends L.LayerGroup {
  private readonly points: PointSet;
  private readonly where: L.GridLayerOptions;
  private readonly made = new Map<string, CanvasTiles>();
  private readonly hottest = new Map<number, number>();
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

  set mode(mode: Mode) {
    this.removeLayer(this.tiles(this.shown));
    this.shown = mode;
    this.addLayer(this.tiles(mode));
    this.fire("mode");
  }

  get showsUncertainty(): boolean {
    return this.circles;
  }

  /** Show or hide the circles of uncertainty. */
  async showUncertainty(shown: boolean): Promise<void> {
    this.circles = shown;
    await this.points.supply.columns([this.points.spec.uncertainty!]);
    // It may have been switched off again meanwhile.
    if (this.circles) this.addLayer(this.tiles("uncertainty"));
    else this.removeLayer(this.tiles("uncertainty"));
  }

  /** Draw all again, in place. */
  repaint(): void {
    this.hottest.clear();
    for (const tiles of this.made.values()) tiles.repaint();
  }

  /** The bubble at a place in world units: its middle; null where there is none. */
  bubbleAt(x: number, y: number, zoom: number): { x: number; y: number } | null {
    if (this.shown !== "bubbles") return null;
    const unit = pixelUnits(zoom);
    const side = TILE_SIZE * unit;
    const coords = { x: Math.floor(x / side), y: Math.floor(y / side), z: zoom };
    return bubblesOf(this.points.index, coords).find((bubble) =>
      bubble.count > 1 && Math.hypot(bubble.x - x, bubble.y - y) <= bubbleRadius(bubble.count) * unit) ?? null;
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
      return new CanvasTiles({ ...where, isEmpty, paint: (tile) => paintBubbles(tile, index, spec.legend.entries, bubbleInk()) });
    }
    return new CanvasTiles({
      ...where, isEmpty,
      paint: (tile) => paintHeat(tile, index, this.hottestAt(tile.coords.z), heatRamp(tokens("heat-1", "heat-2", "heat-3", "heat-4"))),
    });
  }

  private hottestAt(zoom: number): number {
    let hottest = this.hottest.get(zoom);
    if (hottest === undefined) this.hottest.set(zoom, (hottest = Math.max(0.05, densest(this.points.index, zoom) * HOTTEST)));
    return hottest;
  }

  private makeUncertainty(): CanvasTiles {
    const { index, spec } = this.points;
    const metres = numbersOf(this.points.column(spec.uncertainty!));
    let reach = 0;
    for (let row = 0; row < index.length; row++) {
      if (metres[row] > 0) reach = Math.max(reach, metres[row] * unitsPerMetre(index.ys[row]));
    }
    const isEmpty = (coords: L.Coords): boolean => !index.meets(tileBox(coords, reach / pixelUnits(coords.z)));
    return new CanvasTiles({
      ...this.where, pane: "mm-uncertainty", isEmpty, paint: (tile) => paintUncertainty(tile, index, metres, reach, tokens("uncertainty")[0]),
    });
  }
}

function bubbleInk(): { surface: string; ink: string; font: string } {
  const [surface, ink, font] = tokens("surface", "ink", "font");
  return { surface, ink, font };
}
