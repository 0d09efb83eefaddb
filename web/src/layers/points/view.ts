// A point layer on the map: symbols, bubbles or heat, circles of uncertainty, and hits of clicks.

import { USUAL_PX } from "../../canvas/symbols.ts";
import { CanvasTiles } from "../../canvas/tiles.ts";
import { entry } from "../../data/collections.ts";
import { numbersOf } from "../../data/columns.ts";
import { type Box, MAX_ZOOM, pixelUnits, TILE_SIZE, tileBox } from "../../geo/mercator.ts";
import type { Hit, Pickable } from "../hit.ts";
import { type Bubble, bubbleRadius, bubblesOf, CELL, paintBubbles } from "./bubbles.ts";
import { hottest, paintHeat } from "./heat.ts";
import type { Near } from "./pointindex.ts";
import type { PointSet } from "./pointset.ts";
import { symbolTiles } from "./symboltiles.ts";
import { uncertaintyTiles } from "./uncertainty.ts";

export const MODES = ["symbols", "bubbles", "heat"] as const;
type Mode = (typeof MODES)[number];

/** Returns how far the cursor may be from a record, in world units. */
type Reach = (row: number) => number;

/** A point layer for the tools of the map. */
export interface PointLayer {
  /** The name of the layer in the page's address. */
  key: string;
  points: PointSet;
  view: PointView;
  /** Update the counts of the legend to the records in a box. */
  recount(box: Box): void;
}

export class PointView extends L.LayerGroup {
  private readonly points: PointSet;
  private readonly tileOptions: L.GridLayerOptions;
  private readonly made = new Map<string, CanvasTiles>();
  /** The greatest heat at each whole zoom. */
  private readonly tops = new Map<number, number>();
  private shown: Mode = "symbols";
  /** Whether the circles of uncertainty are shown. */
  showsUncertainty = false;

  constructor(points: PointSet, tileOptions: L.GridLayerOptions) {
    super();
    this.points = points;
    this.tileOptions = tileOptions;
    this.addLayer(this.tiles("symbols"));
    points.selection.on(() => this.repaint());
  }

  get mode(): Mode {
    return this.shown;
  }

  /** The usual diameter of symbols at the zoom of the map, as a share of the greatest. */
  get scale(): number {
    return this.points.marks.usual(this._map?.getZoom() ?? MAX_ZOOM) / USUAL_PX;
  }

  /** Draw the points in another way; the event "drawn" reports the change. */
  set mode(mode: Mode) {
    if (mode === this.shown) return;
    this.removeLayer(this.tiles(this.shown));
    this.shown = mode;
    this.addLayer(this.tiles(mode));
    this.fire("drawn");
  }

  /** Show or hide the circles of uncertainty. */
  async showUncertainty(isShown: boolean): Promise<void> {
    const { spec, cells } = this.points;
    if (isShown === this.showsUncertainty || spec.uncertainty === undefined) return;
    this.showsUncertainty = isShown;
    try {
      await cells.columns([spec.uncertainty]);
      // They may have been switched off again in the meantime.
      if (this.showsUncertainty) this.addLayer(this.tiles("uncertainty"));
      else this.removeLayer(this.tiles("uncertainty"));
    } catch (error) {
      this.showsUncertainty = !isShown;
      throw error;
    } finally {
      this.fire("drawn");
    }
  }

  /** Return a record for a popup. */
  hitOf(row: number): Hit {
    const { records, index } = this.points;
    const isShown = (): boolean => Boolean(this._map) && index.isShown(row);
    return { records, row, place: this.points.placeOf(row), isShown };
  }

  /** Return the records and the bubbles of the layer for the cursor. */
  pickable(rank: number): Pickable {
    const { index, marks } = this.points;
    const reachOf = (diameter: number): number => Math.max(5, diameter / 2 + 2);
    const reach = (zoom: number): number => reachOf(marks.usual(zoom) * marks.largest);
    return {
      rank,
      reach,
      near: (x, y, radius, zoom) => {
        // A symbol that is smaller than the largest reaches less far.
        const size = marks.usual(zoom);
        const spare = (row: number): number => reach(zoom) - reachOf(marks.diameter(row, size));
        const ownReach: Reach = (row) => radius - spare(row) * pixelUnits(zoom);
        const isHit = ({ row, distance }: Near): boolean => distance <= ownReach(row);
        const isSymbols = this.mode === "symbols";
        const found = isSymbols ? index.within(x, y, radius).filter(isHit) : [];
        const bubble = this.bubbleAt(x, y, zoom, ownReach);
        if (bubble !== null && !this.splits(bubble, zoom)) {
          index.forEachIn(bubble.box, (row) => found.push({ row, distance: 0 }));
        }
        return found.map(({ row, distance }) => ({ distance, hit: this.hitOf(row) }));
      },
      bubble: (x, y, zoom) => {
        const bubble = this.bubbleAt(x, y, zoom, () => 0);
        return bubble !== null && this.splits(bubble, zoom) ? bubble : null;
      },
    };
  }

  /** Return whether a deeper zoom splits a bubble. */
  private splits({ count, box }: Bubble, zoom: number): boolean {
    const isPlace = box.maxX - box.minX <= 1 && box.maxY - box.minY <= 1;
    return count > 1 && zoom < (this._map?.getMaxZoom() ?? MAX_ZOOM) && !isPlace;
  }

  /** Return the bubble at a place in world units, or the single symbol within `reach`. */
  private bubbleAt(x: number, y: number, zoom: number, reach: Reach): Bubble | null {
    if (this.shown !== "bubbles") return null;
    const unit = pixelUnits(zoom);
    const side = TILE_SIZE * unit;
    const coords = { x: Math.floor(x / side), y: Math.floor(y / side), z: zoom };
    const isHit = (bubble: Bubble): boolean => {
      const radius = bubble.count > 1 ? bubbleRadius(bubble.count) * unit : reach(bubble.row);
      return Math.hypot(bubble.x - x, bubble.y - y) <= radius;
    };
    // The last of overlapping bubbles is on top.
    return bubblesOf(this.points.index, coords).findLast(isHit) ?? null;
  }

  /** Paint everything again, in place. */
  private repaint(): void {
    this.tops.clear();
    for (const tiles of this.made.values()) tiles.repaint();
  }

  private tiles(kind: Mode | "uncertainty"): CanvasTiles {
    return entry(this.made, kind, () => this.make(kind));
  }

  private make(kind: Mode | "uncertainty"): CanvasTiles {
    const { tileOptions, points } = this;
    const { index, spec } = points;
    if (kind === "symbols") return symbolTiles(points, tileOptions);
    if (kind === "uncertainty") {
      const metres = numbersOf(points.column(spec.uncertainty!));
      return uncertaintyTiles(index, metres, { ...tileOptions, pane: "mm-uncertainty" });
    }
    return new CanvasTiles({
      ...tileOptions,
      isEmpty: (coords) => !index.meets(tileBox(coords, CELL)),
      paint: (tile) => {
        if (kind === "bubbles") return paintBubbles(tile, points);
        const top = entry(this.tops, Math.round(tile.coords.z), (zoom) => hottest(index, zoom));
        return paintHeat(tile, index, top);
      },
    });
  }
}

const used = new Map<string, number>();

/** Return the name of a layer in the address: its own, numbered where other layers share it. */
export function layerKey(name: string): string {
  const count = (used.get(name) ?? 0) + 1;
  used.set(name, count);
  // Signs that end a name are escaped in it.
  const plain = name.replace(/[%.~#]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
  return count === 1 ? plain : `${plain}#${count}`;
}
