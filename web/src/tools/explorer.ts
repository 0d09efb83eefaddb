// The tools for the records of a map: search, table, selection, and counts in view.

import { all, put } from "../data/collections.ts";
import { type Bounds, unionBounds } from "../geo/bounds.ts";
import type { Edges } from "../geo/clip.ts";
import type { FeatureIndex } from "../geo/featureindex.ts";
import { latOf, lonBeside, lonOf } from "../geo/mercator.ts";
import type { FeatureSet, Findable } from "../layers/findable.ts";
import { hoverCard } from "../layers/hit.ts";
import type { PointLayer } from "../layers/points/view.ts";
import type { Panel } from "../panel/panel.ts";
import { busy, Delayed } from "../ui/busy.ts";
import { addTools } from "../ui/dom.ts";
import { fitBounds } from "../ui/fit.ts";
import { toolButton } from "../ui/icons.ts";
import { whenReady } from "../ui/ready.ts";
import { boxOfView, controlBoxes, freeBox, WIDE_PX } from "../ui/viewport.ts";
import { t } from "../words/language.ts";
import { Finder } from "./finder.ts";
import type { Picker } from "./picker.ts";
import { isLowForPairs } from "./recordpopup.ts";
import { SearchBox } from "./searchbox.ts";
import { SelectionTool } from "./selectiontool.ts";
import { type OpenTable, type Order, TableView } from "./table.ts";

/** A record that was found is shown from at least this zoom. */
const NEAR_ZOOM = 8;

const STILL = { animate: false };

/** Fields into which a reader types. */
const FIELDS = "input:not([type=checkbox], [type=radio], [type=range]), textarea, select";

/** A place of a layer, which must be shown first. */
type Shown = Findable & { show?: () => void };

/** Keeps the filters and the drawing of layers: in the address of a page, or in a notebook. */
export interface Memory {
  /** Restore a layer that came onto the map. */
  restore(layer: PointLayer): void;
  /** Save a change soon. */
  write(): void;
}

export class Explorer {
  /** The layers on the map. */
  readonly layers = new Set<PointLayer>();
  /** The layers that are or were on the map. */
  readonly known = new Set<PointLayer>();
  memory: Memory | null = null;
  private readonly map: L.Map;
  private readonly picker: Picker;
  private readonly panel: Panel;
  private readonly finder: Finder;
  private readonly search: SearchBox;
  private readonly table: TableView;
  private readonly tool: SelectionTool;
  private readonly toggleButton: HTMLButtonElement;
  /** The layers of points, shown or not, and the tools that are offered only while there are some. */
  private readonly pointLayers = new Set<L.Layer>();
  private readonly pointTools: HTMLElement[];
  /** However many filters change at a time, one count follows. */
  private readonly recounting = new Delayed(0, () => this.recount());

  constructor(map: L.Map, panel: Panel, picker: Picker) {
    this.map = map;
    this.picker = picker;
    this.panel = panel;
    this.finder = new Finder({
      openRecord: (layer, row, focus) => {
        this.makeRoom();
        this.openRecord(layer, row, Math.max(map.getZoom(), NEAR_ZOOM), focus);
      },
      openFeature: (features, row, focus) => {
        this.makeRoom();
        this.openFeature(features, row, focus);
      },
      openPlace: (place, focus) => {
        this.makeRoom();
        this.openPlace(place, focus);
      },
    });
    picker.pairs.open = (records, row) => {
      const layer = [...this.layers].find(({ points }) => points.records === records);
      if (layer === undefined) return;
      if (isLowForPairs(map)) this.panel.state = "closed";
      // From pair to pair around the world the map would go on into further copies of it.
      const [x, y] = layer.points.placeOf(row);
      const place = L.latLng(latOf(y), lonOf(x));
      const isBeside = lonBeside(place.lng, map.getCenter().lng) !== place.lng;
      if (isBeside) map.setView(place, map.getZoom(), STILL);
      this.openRecord(layer, row, map.getZoom(), true);
    };
    this.search = new SearchBox(map.getContainer(), this.finder, () => this.turnTable(true));
    panel.tools.append(this.search.element);
    map.getContainer().addEventListener("keydown", (event) => this.searchByKey(event));
    this.table = new TableView(map, {
      open: (layer, row) => this.openRecord(layer, row),
      closed: () => {
        this.toggleButton.setAttribute("aria-expanded", "false");
        this.toggleButton.focus({ preventScroll: true });
        this.picker.fit();
        this.recount();
      },
      changed: () => this.memory?.write(),
    });
    this.toggleButton = toolButton("table", t("table"), () => this.turnTable(!this.table.isOpen));
    this.toggleButton.setAttribute("aria-expanded", "false");
    this.tool = new SelectionTool(map, picker, () => this.turnTable(true));
    this.pointTools = [addTools(map, this.toggleButton), this.tool.tools];
    this.showPointTools();
    map.on("moveend", () => this.recount());
    map.on("unload", () => this.recounting.cancel());
  }

  private turnTable(isOpen: boolean, layer?: PointLayer): void {
    this.toggleButton.setAttribute("aria-expanded", String(isOpen));
    this.table.open(isOpen, layer);
    if (!isOpen) return;
    this.picker.fit();
    this.recount();
  }

  /** The layer of the open table and the order of its rows; null where it is closed. */
  get openTable(): OpenTable | null {
    return this.table.state;
  }

  /** Open the table of a layer, sorted by a column if the layer has it. */
  showTable(layer: PointLayer, order: Order): void {
    this.turnTable(true, layer);
    this.table.sortBy(order);
  }

  /** Offer the table and the selection for a layer of points; return a function that ends it. */
  offerPointTools(layer: L.Layer): () => void {
    const end = put(this.pointLayers, layer);
    this.showPointTools();
    return all([end, () => this.showPointTools()]);
  }

  private showPointTools(): void {
    for (const bar of this.pointTools) bar.hidden = this.pointLayers.size === 0;
  }

  /** Add a layer that came onto the map; return a function that removes it. */
  add(layer: PointLayer): () => void {
    const { points, view } = layer;
    if (!this.known.has(layer)) view.on("drawn", () => this.memory?.write());
    this.known.add(layer);
    const ends = [
      put(this.layers, layer),
      points.selection.on(() => this.changed()),
      put(this.finder.layers, layer),
      this.picker.pairs.offer(points),
      () => this.search.review(),
      ...[this.table, this.tool].map((tool) => tool.add(layer)),
    ];
    this.search.review();
    this.memory?.restore(layer);
    this.recount();
    // The names in a file beside the page are fetched only for a search.
    if (typeof points.spec.payload === "string") whenReady(() => points.searchIndex.prepare());
    return all(ends);
  }

  /** Let the search find lines and areas; return a function that ends it. */
  addFeatures(features: FeatureSet): () => void {
    const end = put(this.finder.features, features);
    this.search.review();
    whenReady(() => features.searchIndex.prepare());
    return all([end, () => this.search.review()]);
  }

  /** Let the search find places, which are shown after their layer; return a function that ends it. */
  addPlaces(places: Findable[], show?: () => void): () => void {
    const shown = places.map((place) => ({ ...place, show }));
    const end = this.finder.addPlaces(shown);
    this.search.review();
    return all([end, () => this.search.review()]);
  }

  /** Focus the search at the key "/", unless it is typed into a field. */
  searchByKey(event: KeyboardEvent): void {
    const isField = (event.target as Element).matches(FIELDS);
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isField) return;
    event.preventDefault();
    this.panel.state = "open";
    this.search.focus();
  }

  /** Close the panel where it covers most of the map. */
  private makeRoom(): void {
    const isOver = this.map.getSize().x < WIDE_PX && this.panel.state === "open";
    if (isOver) this.panel.state = "closed";
  }

  /** Show a place: its card, or a note with its name. */
  private openPlace({ name, hint, place, open, show }: Shown, focus: boolean): void {
    show?.();
    const { map } = this;
    if (place) {
      const at = this.moveTo(place.at, Math.max(place.zoom, open ? map.getZoom() : 0));
      const note = hoverCard(name, hint);
      if (!open) L.popup({ className: "mm-popup" }).setLatLng(at).setContent(note).openOn(map);
    }
    open?.(focus);
    if (focus && !(place && open)) map.getContainer().focus();
  }

  /** Show a record in its popup, moving the map where it is out of sight or not near enough. */
  openRecord(layer: PointLayer, row: number, zoom = this.map.getZoom(), focus = false): void {
    const { points, view } = layer;
    // The table and the search list records that the text filter hides.
    if (!points.selection.isShown(row)) void points.filterByText("").finally(busy());
    const at = this.moveTo(points.placeOf(row), zoom);
    this.picker.show([view.hitOf(row)], at, focus);
  }

  /** Show the whole of a line or an area, with its card. */
  private openFeature({ index, hitOf }: FeatureSet, row: number, focus: boolean): void {
    const { map } = this;
    const bounds = boundsOf(index, row);
    const [[, west], [, east]] = bounds;
    const [x, y] = index.spotOf(row);
    const at = L.latLng(latOf(y), lonBeside(lonOf(x), (west + east) / 2));
    this.picker.show([hitOf(row)], at, focus);
    fitBounds(map, bounds, false);
    // From further away the card is nearer to the middle of the map.
    const free = freeBox(map);
    const isCut = ({ left, top, right }: Edges): boolean =>
      left < free.left || top < free.top || right > free.right;
    if (controlBoxes(map, ".mm-popup").some(isCut)) map.setZoom(map.getZoom() - 1, STILL);
  }

  /** Move the map where a place is out of sight or not near enough; return the place. */
  private moveTo([x, y]: [x: number, y: number], zoom: number): L.LatLng {
    const { map } = this;
    const at = L.latLng(latOf(y), lonBeside(lonOf(x), map.getCenter().lng));
    const { left, top, right, bottom } = freeBox(map);
    const free = L.bounds([left, top], [right - 1, bottom - 1]);
    const isInSight = free.contains(map.latLngToContainerPoint(at));
    if (zoom > map.getZoom() || !isInSight) {
      const aside = map
        .getSize()
        .subtract([left + right, top + bottom])
        .divideBy(2);
      const middle = map.unproject(map.project(at, zoom).add(aside), zoom);
      map.setView(middle, zoom, STILL);
    }
    return at;
  }

  private changed(): void {
    this.memory?.write();
    this.search.showChip();
    this.picker.review();
    if (!this.recounting.isWaiting) this.recounting.start();
  }

  /** Update the legend of each layer to the records in a box at a zoom, by default those in view. */
  recount(box = boxOfView(this.map), zoom = this.map.getZoom()): void {
    for (const layer of this.layers) layer.recount(box, zoom);
  }
}

/** Return the bounds of a line or an area, across 180 degrees where they are narrower so. */
const boundsOf = (index: FeatureIndex, row: number): Bounds =>
  unionBounds(
    index.partsOf(row).map(({ minX, minY, maxX, maxY }) => [
      [latOf(maxY), lonOf(minX)],
      [latOf(minY), lonOf(maxX)],
    ]),
  )!;
