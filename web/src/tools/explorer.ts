// What brings the point layers of a map together: search, table, picking out, counts in view, and what remembers them.

import { busy } from "../ui/busy.ts";
import { control, element } from "../ui/dom.ts";
import { boxOfView, coveredBelow, latOf, lonOf, type Box } from "../geo/mercator.ts";
import type { Memory } from "./memory.ts";
import type { Panel } from "../panel/panel.ts";
import type { Picker } from "./picker.ts";
import { PickTool } from "./selectiontool.ts";
import type { PointSet } from "../layers/points/pointset.ts";
import type { PointView } from "../layers/points/view.ts";
import { whenReady } from "../ui/ready.ts";
import { SearchBox, type Findable } from "./searchbox.ts";
import { TableView } from "./table.ts";
import { tool } from "../ui/toolbutton.ts";
import { say, term } from "../words/language.ts";

/** A point layer. */
export interface Explored {
  /** What the page's address calls it. */
  key: string;
  points: PointSet;
  view: PointView;
  /** Bring the counts of the legend up to date. */
  recount(box: Box): void;
}

/** A record that was searched for is shown from at least this near. */
const NEAR_ZOOM = 8;

export class Explorer {
  /** The layers that are on the map. */
  readonly layers = new Set<Explored>();
  /** Those that are or were. */
  readonly known = new Set<Explored>();
  readonly search = new SearchBox();
  /** What sets a layer to how it was left, and is told of every change. */
  memory: Memory | null = null;
  private readonly map: L.Map;
  private readonly panel: Panel;
  private readonly picker: Picker;
  private readonly table: TableView;
  private readonly tool: PickTool;
  private readonly press: HTMLButtonElement;
  private readonly ends = new Map<Explored, () => void>();
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
        this.press.setAttribute("aria-expanded", "false");
        this.press.focus({ preventScroll: true });
        this.picker.fit();
        this.recount();
      },
    });
    this.press = tool("table", say("table"), () => this.openTable(!this.table.isOpen));
    this.press.setAttribute("aria-expanded", "false");
    this.tool = new PickTool(map, picker, () => this.openTable(true));
    control("topleft", element("div", { class: "leaflet-bar mm-tools" }, this.press)).addTo(map);
    map.on("moveend", () => this.recount());
    map.on("unload", () => {
      cancelAnimationFrame(this.frame);
      this.recounted();
    });
  }

  private openTable(open: boolean): void {
    this.press.setAttribute("aria-expanded", String(open));
    this.table.open(open);
    if (!open) return;
    this.picker.fit();
    this.recount();
  }

  /** A layer came onto the map. */
  add(layer: Explored): void {
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
    if (typeof layer.points.spec.payload === "string") whenReady(() => layer.points.haystack.prepare());
  }

  /** A layer left the map. */
  remove(layer: Explored): void {
    this.layers.delete(layer);
    this.ends.get(layer)?.();
    this.ends.delete(layer);
  }

  /** A layer that left will not come back. */
  forget(layer: Explored): void {
    this.known.delete(layer);
  }

  /** Show a record in its popup, and its place from near by or where it is in view. */
  openRecord({ points, view }: Explored, row: number, zoom = this.map.getZoom(), focus = false): void {
    const { map } = this;
    // What was found although another text is sought.
    if (!points.selection.isShown(row)) void points.seek("").finally(busy());
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

  private findable(layer: Explored): Findable {
    const { points } = layer;
    return {
      name: points.spec.name,
      find: async (text, most) => {
        const found = await points.find(text, most);
        await points.records.ready(found.best);
        return found;
      },
      share: () => points.haystack.share,
      titleOf: (row) => points.records.titleOf(row),
      hintOf: (row) => hintOf(points, row),
      open: (row, focus) => this.openRecord(layer, row, Math.max(this.map.getZoom(), NEAR_ZOOM), focus),
      filter: (text) => points.seek(text),
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
