// The tools of the point layers of a map: search, table, selection, and counts in view.

import { all, put } from "../data/collections.ts";
import { latOf, lonBeside, lonOf } from "../geo/mercator.ts";
import type { PointLayer } from "../layers/points/view.ts";
import type { Panel } from "../panel/panel.ts";
import { busy, Delayed } from "../ui/busy.ts";
import { addTools } from "../ui/dom.ts";
import { toolButton } from "../ui/icons.ts";
import { whenReady } from "../ui/ready.ts";
import { boxOfView, coveredBelow, coveredBeside } from "../ui/viewport.ts";
import { t } from "../words/language.ts";
import type { Picker } from "./picker.ts";
import { SearchBox } from "./searchbox.ts";
import { SelectionTool } from "./selectiontool.ts";
import { type OpenTable, type Order, TableView } from "./table.ts";

/** A record that was found is shown from at least this zoom. */
const NEAR_ZOOM = 8;

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
  private readonly search: SearchBox;
  private readonly table: TableView;
  private readonly tool: SelectionTool;
  private readonly toggleButton: HTMLButtonElement;
  /** However many filters change at a time, one count follows. */
  private readonly recounting = new Delayed(0, () => this.recount());

  constructor(map: L.Map, panel: Panel, picker: Picker) {
    this.map = map;
    this.picker = picker;
    this.search = new SearchBox(map.getContainer(), (layer, row, focus) =>
      this.openRecord(layer, row, Math.max(map.getZoom(), NEAR_ZOOM), focus),
    );
    panel.tools.append(this.search.element);
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
    addTools(map, this.toggleButton);
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

  /** Add a layer that came onto the map; return a function that removes it. */
  add(layer: PointLayer): () => void {
    const { points, view } = layer;
    if (!this.known.has(layer)) view.on("drawn", () => this.memory?.write());
    this.known.add(layer);
    const ends = [
      put(this.layers, layer),
      points.selection.on(() => this.changed()),
      ...[this.search, this.table, this.tool].map((tool) => tool.add(layer)),
    ];
    this.memory?.restore(layer);
    this.recount();
    // The names in a file beside the page are fetched only for a search.
    if (typeof points.spec.payload === "string") whenReady(() => points.searchIndex.prepare());
    return all(ends);
  }

  /** Show a record in its popup, moving the map where it is out of sight or not near enough. */
  openRecord(layer: PointLayer, row: number, zoom = this.map.getZoom(), focus = false): void {
    const { map } = this;
    const { points, view } = layer;
    // The table and the search list records that the text filter hides.
    if (!points.selection.isShown(row)) void points.filterByText("").finally(busy());
    const [x, y] = points.placeOf(row);
    const at = L.latLng(latOf(y), lonBeside(lonOf(x), map.getCenter().lng));
    const { left, right } = coveredBeside(map);
    const free = map.getSize().subtract([right + 1, coveredBelow(map) + 1]);
    const isInSight = L.bounds([left, 0], free).contains(map.latLngToContainerPoint(at));
    if (zoom > map.getZoom() || !isInSight) {
      const aside = L.point((right - left) / 2, coveredBelow(map) / 2);
      const middle = map.unproject(map.project(at, zoom).add(aside), zoom);
      map.setView(middle, zoom, { animate: false });
    }
    this.picker.show([view.hitOf(row)], at, focus);
  }

  private changed(): void {
    this.memory?.write();
    this.search.showChip();
    this.picker.review();
    if (!this.recounting.isWaiting) this.recounting.start();
  }

  /** Count the records of each layer in a box, by default those in view. */
  recount(box = boxOfView(this.map)): void {
    for (const layer of this.layers) layer.recount(box);
  }
}
