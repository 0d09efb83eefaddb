// A point layer on the map: symbols, bubbles, hexagons or heat, circles of uncertainty, and hits.

import { boxOfFrame } from "../../canvas/frame.ts";
import { USUAL_PX } from "../../canvas/symbols.ts";
import { CanvasTiles, type Tile } from "../../canvas/tiles.ts";
import { entry } from "../../data/collections.ts";
import { numbersOf } from "../../data/columns.ts";
import type { PointsSpec } from "../../data/spec.ts";
import { HexGrid } from "../../geo/hexgrid.ts";
import {
  type Box,
  MAX_ZOOM,
  pixelUnits,
  TILE_SIZE,
  type TileCoords,
  tileBox,
  unitsPerMetre,
  withinTurn,
  worldY,
} from "../../geo/mercator.ts";
import type { Steps } from "../../ui/queue.ts";
import { formatArea } from "../../words/format.ts";
import type { Hit, Pickable } from "../hit.ts";
import { bubbleRadius, bubblesOf, CELL, paintBubbles } from "./bubbles.ts";
import type { Cell } from "./cells.ts";
import {
  type Densest,
  densest,
  type HeatLook,
  heatLevel,
  heatReach,
  levelOfSide,
  paintHeat,
  topOf,
  USUAL_HEAT,
} from "./heat.ts";
import {
  areaAt,
  classesTo,
  type Hexagons,
  hexagonAt,
  middleLatitude,
  paintHexagons,
} from "./hexagons.ts";
import type { Near } from "./pointindex.ts";
import type { PointSet } from "./pointset.ts";
import { symbolTiles } from "./symboltiles.ts";
import { largestCircle, uncertaintyTiles } from "./uncertainty.ts";

export type Mode = NonNullable<PointsSpec["view"]>;
export const MODES: readonly Mode[] = ["symbols", "bubbles", "hexagons", "heat"];

/** A click on a hexagon with more records zooms in instead of showing them one by one. */
const LISTED = 20;

/** The ways to show records that follow how crowded they are. */
const CROWDED = ["symbols", "bubbles"] as const;

/** Returns how far the cursor may be from a record, in world units. */
type Reach = (row: number) => number;

/** A point layer for the tools of the map. */
export interface PointLayer {
  /** The name of the layer in the page's address. */
  key: string;
  points: PointSet;
  view: PointView;
  /** Update the legend to the records in a box, drawn at a zoom. */
  recount(box: Box, zoom: number): void;
}

export class PointView extends L.LayerGroup {
  private readonly points: PointSet;
  private readonly tileOptions: L.GridLayerOptions;
  private readonly made = new Map<string, CanvasTiles>();
  /** The hexagons of each area, and the densest square of each level. */
  private readonly hexagonsAt = new Map<number, Hexagons>();
  private readonly densestAt = new Map<number, Densest>();
  private shown: Mode;
  private heatLook = USUAL_HEAT;
  private lat: number | null = null;
  /** Whether the circles of uncertainty are shown. */
  showsUncertainty = false;
  private radii: ArrayLike<number> | null = null;

  constructor(points: PointSet, tileOptions: L.GridLayerOptions) {
    super();
    this.points = points;
    this.tileOptions = tileOptions;
    this.shown = this.firstMode;
    this.addLayer(this.tiles(this.shown));
    points.selection.on(() => this.repaint());
  }

  override onAdd(map: L.Map): this {
    this.see(map, map.getCenter(), map.getZoom());
    return super.onAdd(map);
  }

  override getEvents(): { [name: string]: L.LeafletEventHandlerFn } {
    return {
      // The tiles of the next zoom are not made yet.
      zoomanim: (event) => {
        const { center, zoom } = event as L.ZoomAnimEvent;
        this.see(this._map, center, zoom);
      },
      moveend: () => {
        if (!this.see(this._map, this._map.getCenter(), this._map.getZoom())) return;
        for (const mode of CROWDED) this.made.get(mode)?.repaint();
      },
    };
  }

  /** Draw symbols by how crowded they are in a view; return whether those of its zoom change. */
  private see(map: L.Map, center: L.LatLng, zoom: number): boolean {
    const extent = map.getSize();
    const corner = map.project(center, zoom).subtract(extent.divideBy(2));
    const box = withinTurn(boxOfFrame({ corner, extent, zoom }));
    const isChanged = this.points.see(box, zoom);
    if (isChanged !== null) this.fire("seen");
    return isChanged === true;
  }

  /** The way in which the page opens. */
  get firstMode(): Mode {
    return this.points.spec.view ?? "symbols";
  }

  get mode(): Mode {
    return this.shown;
  }

  /** The usual diameter of symbols at the zoom of the map, as a share of the greatest. */
  get scale(): number {
    return this.points.sizeAt(this._map?.getZoom() ?? MAX_ZOOM) / USUAL_PX;
  }

  /** Draw the points in another way; the event "drawn" reports the change. */
  set mode(mode: Mode) {
    if (mode === this.shown) return;
    this.removeLayer(this.tiles(this.shown));
    this.shown = mode;
    this.addLayer(this.tiles(mode));
    this.fire("drawn");
  }

  /** The zoom of the map, whose hexagons and heat a sheet of paper shows as well. */
  get zoom(): number {
    return this._map?.getZoom() ?? MAX_ZOOM;
  }

  /** The hexagons of the map's zoom. */
  get hexagons(): Hexagons {
    const { index } = this.points;
    this.lat ??= middleLatitude(index);
    const metre = unitsPerMetre(worldY(this.lat));
    const wished = areaAt(this.zoom, this.lat);
    return entry(this.hexagonsAt, wished, () => {
      const grid = new HexGrid(wished * 1e6);
      // The densest square as large as a hexagon, whichever zoom is the first of this area.
      const { count } = densest(index, levelOfSide(Math.sqrt(grid.area) * metre));
      const km2 = Number((grid.area / 1e6).toPrecision(2));
      return { km2, grid, from: classesTo(count) };
    });
  }

  /** The most records in a square about as large as the heat of one record, at the zoom of the map. */
  get densest(): Densest {
    const level = heatLevel(this.zoom, this.heat.spread);
    return entry(this.densestAt, level, () => densest(this.points.index, level));
  }

  get heat(): HeatLook {
    return this.heatLook;
  }

  /** Draw heat with another radius and opacity; the event "drawn" reports the change. */
  set heat(look: HeatLook) {
    this.heatLook = look;
    this.made.get("heat")?.repaint();
    this.fire("drawn");
  }

  /** How uncertain the places of the records are, in metres. */
  private get metres(): ArrayLike<number> {
    this.radii ??= numbersOf(this.points.column(this.points.spec.uncertainty!));
    return this.radii;
  }

  /** The largest of the circles of uncertainty; null where they are not shown. */
  get largestCircle(): ReturnType<typeof largestCircle> | null {
    return this.showsUncertainty ? largestCircle(this.points.index, this.metres, this.zoom) : null;
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
    const reach = (zoom: number): number => reachOf(this.points.sizeAt(zoom) * marks.largest);
    return {
      rank,
      reach,
      near: (x, y, radius, zoom) => {
        // A symbol that is smaller than the largest reaches less far.
        const size = this.points.sizeAt(zoom);
        const spare = (row: number): number => reach(zoom) - reachOf(marks.diameter(row, size));
        const ownReach: Reach = (row) => radius - spare(row) * pixelUnits(zoom);
        const isHit = ({ row, distance }: Near): boolean => distance <= ownReach(row);
        const isSymbols = this.mode === "symbols";
        const found = isSymbols ? index.within(x, y, radius).filter(isHit) : [];
        const cell = this.cellAt(x, y, zoom, ownReach);
        if (cell !== null && !this.splits(cell, zoom)) {
          index.forEachIn(cell.box, (row, shift) => {
            if (this.isIn(cell, row, shift)) found.push({ row, distance: 0 });
          });
        }
        return found.map(({ row, distance }) => ({ distance, hit: this.hitOf(row) }));
      },
      bubble: (x, y, zoom) => {
        const cell = this.cellAt(x, y, zoom, () => 0);
        if (cell === null || cell.count === 1) return null;
        if (cell.code !== undefined) return { ...cell, note: formatArea(this.hexagons.km2) };
        return this.splits(cell, zoom) ? cell : null;
      },
    };
  }

  /** Return whether a click zooms into a cell: its records lie apart, and there are many. */
  private splits({ count, box, code }: Cell, zoom: number): boolean {
    const isPlace = box.maxX - box.minX <= 1 && box.maxY - box.minY <= 1;
    const least = code === undefined ? 1 : LISTED;
    return count > least && zoom < (this._map?.getMaxZoom() ?? MAX_ZOOM) && !isPlace;
  }

  /** Return whether a record in the box of a cell is in the cell itself. */
  private isIn({ code }: Cell, row: number, shift: number): boolean {
    if (code === undefined) return true;
    const { xs, ys } = this.points.index;
    return this.hexagons.grid.codeAt(xs[row] + shift, ys[row]) === code;
  }

  /** Return the bubble or hexagon at a place, or the single symbol within `reach`. */
  private cellAt(x: number, y: number, zoom: number, reach: Reach): Cell | null {
    const { index } = this.points;
    if (this.shown === "hexagons") return hexagonAt(index, this.hexagons.grid, x, y);
    if (this.shown !== "bubbles") return null;
    const unit = pixelUnits(zoom);
    const side = TILE_SIZE * unit;
    const coords = { x: Math.floor(x / side), y: Math.floor(y / side), z: zoom };
    const isHit = (cell: Cell): boolean => {
      const radius = cell.count > 1 ? bubbleRadius(cell.count) * unit : reach(cell.row);
      return Math.hypot(cell.x - x, cell.y - y) <= radius;
    };
    return bubblesOf(index, coords).findLast(isHit) ?? null;
  }

  /** Paint everything again, in place. */
  private repaint(): void {
    this.hexagonsAt.clear();
    this.densestAt.clear();
    for (const tiles of this.made.values()) tiles.repaint();
  }

  private tiles(kind: Mode | "uncertainty"): CanvasTiles {
    return entry(this.made, kind, () => this.make(kind));
  }

  private make(kind: Mode | "uncertainty"): CanvasTiles {
    const { tileOptions, points } = this;
    const { index } = points;
    if (kind === "symbols") return symbolTiles(points, tileOptions);
    if (kind === "uncertainty") {
      return uncertaintyTiles(index, this.metres, { ...tileOptions, pane: "mm-uncertainty" });
    }
    return new CanvasTiles({
      ...tileOptions,
      isEmpty: (coords) => !index.meets(this.around(kind, coords)),
      paint: (tile) => this.paint(kind, tile),
    });
  }

  /** Return the box whose records show in a tile. */
  private around(kind: Mode, coords: TileCoords): Box {
    if (kind === "hexagons") return this.hexagons.grid.around(tileBox(coords));
    return tileBox(coords, kind === "heat" ? heatReach(this.spreadAt(coords.z)) : CELL);
  }

  private paint(kind: Mode, tile: Tile): Steps {
    const { index } = this.points;
    if (kind === "bubbles") return paintBubbles(tile, this.points);
    if (kind === "hexagons") return paintHexagons(tile, index, this.hexagons);
    const look = { ...this.heat, spread: this.spreadAt(tile.coords.z) };
    return paintHeat(tile, index, look, topOf(this.densest));
  }

  /** Return the spread of heat at a zoom that reaches as far on the ground as at the map's. */
  private spreadAt(zoom: number): number {
    return Math.max(1, Math.round(this.heat.spread * 2 ** (zoom - this.zoom)));
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
