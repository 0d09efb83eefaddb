// What brings the point layers of a map together: search, table, picking out, counts in view, and what remembers them.

import { latOf, lonOf } from "../geo/mercator.ts";
import type { PointSet } from "../layers/points/pointset.ts";
import type { PointLayer } from "../layers/points/view.ts";
import type { Panel } from "../panel/panel.ts";
import { busy } from "../ui/busy.ts";
import { control, h } from "../ui/dom.ts";
import { whenReady } from "../ui/ready.ts";
import { tool } from "../ui/toolbutton.ts";
import { boxOfView, coveredBelow } from "../ui/viewport.ts";
import { t, term } from "../words/language.ts";
import type { Picker } from "./picker.ts";
import { type Searchable, SearchBox } from "./searchbox.ts";
import { PickTool } from "./selectiontool.ts";
import { TableView } from "./table.ts";

/** A record that was searched for is shown from at least this near. */
const NEAR_ZOOM = 8;

/** What remembers how the layers of a map are filtered and drawn: the address of a page, or a notebook. */
export interface Memory {
  /** Set a layer that came onto the map to what is remembered of it. */
  restore(layer: PointLayer): void;
  /** Something has changed: remember it soon. */
  write(): void;
}

export class Explorer {
  /** The layers that are on the map. */
  readonly layers = new Set<PointLayer>();
  /** Those that are or were. */
  readonly known = new Set<PointLayer>();
  readonly search = new SearchBox();
  /** What sets a layer to how it was left, and is told of every change. */
  memory: Memory | null = null;
  private readonly map: L.Map;
  private readonly panel: Panel;
  private readonly picker: Picker;
  private readonly table: TableView;
  private readonly tool: PickTool;
  private readonly toggleButton: HTMLButtonElement;
  private readonly ends = new Map<PointLayer, () => void>();
  private frame = 0;
  private recounted = (): void => {};

  constructor(map: L.Map, panel: Panel, picker: Picker) {
    this.map = map;
    this.panel = panel;
    this.picker = picker;
    panel.tools.append(this.search.element);
    this.table = new TableView(map, {
      open: (layer, row) => this.openRecord(layer, row),
      closed: () => {
        this.toggleButton.setAttribute("aria-expanded", "false");
        this.toggleButton.focus({ preventScroll: true });
        this.picker.fit();
        this.recount();
      },
    });
    this.toggleButton = tool("table", t("table"), () => this.openTable(!this.table.isOpen));
    this.toggleButton.setAttribute("aria-expanded", "false");
    this.tool = new PickTool(map, picker, () => this.openTable(true));
    control("topleft", h("div.leaflet-bar.mm-tools", this.toggleButton)).addTo(map);
    map.on("moveend", () => this.recount());
    map.on("unload", () => {
      cancelAnimationFrame(this.frame);
      this.recounted();
    });
  }

  private openTable(open: boolean): void {
    this.toggleButton.setAttribute("aria-expanded", String(open));
    this.table.open(open);
    if (!open) return;
    this.picker.fit();
    this.recount();
  }

  /** A layer came onto the map. */
  add(layer: PointLayer): void {
    this.layers.add(layer);
    if (!this.known.has(layer)) layer.view.on("drawn", () => this.memory?.write());
    this.known.add(layer);
    const findable = this.findable(layer);
    const stops = [layer.points.selection.on(() => this.changed())];
    this.search.add(findable);
    this.table.add(layer);
    this.tool.add(layer);
    this.ends.set(layer, () => {
      for (const stop of stops) stop();
      this.search.remove(findable);
      this.table.remove(layer);
      this.tool.remove(layer);
    });
    this.memory?.restore(layer);
    this.recount();
    // What lies beside the page is fetched when somebody searches, and not before.
    if (typeof layer.points.spec.payload === "string")
      whenReady(() => layer.points.searchIndex.prepare());
  }

  /** A layer left the map. */
  remove(layer: PointLayer): void {
    this.layers.delete(layer);
    this.ends.get(layer)?.();
    this.ends.delete(layer);
  }

  /** A layer that left will not come back. */
  forget(layer: PointLayer): void {
    this.known.delete(layer);
  }

  /** Show a record in its popup, and its place from near by or where it is in view. */
  openRecord(
    { points, view }: PointLayer,
    row: number,
    zoom = this.map.getZoom(),
    focus = false,
  ): void {
    const { map } = this;
    // What was found although another text is sought.
    if (!points.selection.isShown(row)) void points.filterByText("").finally(busy());
    const [x, y] = points.placeOf(row);
    const lon = lonOf(x);
    const at = L.latLng(latOf(y), lon + 360 * Math.round((map.getCenter().lng - lon) / 360));
    if (zoom > map.getZoom() || !this.isInSight(at)) {
      const aside = L.point(this.panel.covers / 2, coveredBelow(map) / 2);
      map.setView(map.unproject(map.project(at, zoom).add(aside), zoom), zoom, { animate: false });
    }
    this.picker.show([view.hitOf(row)], at, focus);
  }

  /** Whether a place is seen beside the panel and above the table. */
  private isInSight(at: L.LatLng): boolean {
    const { map, panel } = this;
    const size = map.getSize();
    const { x, y } = map.latLngToContainerPoint(at);
    return x >= 0 && y >= 0 && x < size.x - panel.covers && y < size.y - coveredBelow(map);
  }

  private findable(layer: PointLayer): Searchable {
    const { points } = layer;
    return {
      name: points.spec.name,
      find: async (text, most) => {
        const found = await points.find(text, most);
        await points.records.ready(found.best);
        return found;
      },
      share: () => points.searchIndex.share,
      titleOf: (row) => points.records.titleOf(row),
      hintOf: (row) => hintOf(points, row),
      open: (row, focus) =>
        this.openRecord(layer, row, Math.max(this.map.getZoom(), NEAR_ZOOM), focus),
      filter: (text) => points.filterByText(text),
      filtered: () => points.text,
    };
  }

  private changed(): void {
    this.memory?.write();
    this.search.showChip();
    this.picker.review();
    this.recountSoon();
  }

  /** Counts follow within the frame, once however many filters change in it. */
  private recountSoon(): void {
    if (this.frame !== 0) return;
    this.recounted = busy();
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.recount();
      this.recounted();
    });
  }

  private recount(): void {
    const box = boxOfView(this.map);
    for (const layer of this.layers) layer.recount(box);
  }
}

/** What the legend says of a record, where it tells records apart. */
function hintOf({ spec, index }: PointSet, row: number): string | null {
  const { entries } = spec.legend;
  return entries.length > 1 ? term(entries[index.styles[row]].label) : null;
}
