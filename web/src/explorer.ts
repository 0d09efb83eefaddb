// What brings the point layers of a map together: search, table, picking out, counts in view, the page's address.

import { Address } from "./address.ts";
import { control, element } from "./dom.ts";
import { boxOfView, latOf, lonOf, type Box } from "./mercator.ts";
import type { Panel } from "./panel.ts";
import type { Picker } from "./pick.ts";
import { PickTool } from "./picktool.ts";
import type { PointSet } from "./pointset.ts";
import type { PointView } from "./pointview.ts";
import { whenReady } from "./ready.ts";
import { SearchBox, type Findable } from "./searchbox.ts";
import { TableView } from "./tableview.ts";
import { tool } from "./tool.ts";
import { say } from "./words.ts";

/** A point layer on the map. */
export interface Explored {
  points: PointSet;
  view: PointView;
  /** Bring the counts of the legend up to date. */
  recount(box: Box): void;
  /** Show a record in its popup. */
  open(row: number): void;
}

/** A record is shown from at least this near. */
const NEAR_ZOOM = 8;

export class Explorer {
  /** The layers that are on the map. */
  readonly layers = new Set<Explored>();
  readonly search = new SearchBox();
  private readonly map: L.Map;
  private readonly picker: Picker;
  private readonly table: TableView;
  private readonly tool: PickTool;
  private readonly address: Address;
  private readonly press: HTMLButtonElement;
  private readonly ends = new Map<Explored, () => void>();
  private waiting = false;

  constructor(map: L.Map, panel: Panel, picker: Picker) {
    this.map = map;
    this.picker = picker;
    panel.tools.append(this.search.element);
    this.table = new TableView(map, () => {
      this.press.setAttribute("aria-expanded", "false");
      this.recount();
    });
    this.press = tool("table", say("table"), () => this.openTable(!this.table.isOpen));
    this.press.setAttribute("aria-expanded", "false");
    this.tool = new PickTool(map, picker, () => this.openTable(true));
    control("topleft", element("div", { class: "leaflet-bar mm-tools" }, this.press)).addTo(map);
    this.address = new Address(map, this);
    map.on("moveend", () => this.recount());
  }

  private openTable(open: boolean): void {
    this.press.setAttribute("aria-expanded", String(open));
    this.table.open(open);
    if (open) this.recount();
  }

  /** A layer came onto the map. */
  add(layer: Explored): void {
    this.layers.add(layer);
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
    void this.address.restore(layer);
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

  /** Bring a place into view and open what is there. */
  fly(x: number, y: number, open: (at: L.LatLng) => void): void {
    const at = L.latLng(latOf(y), lonOf(x));
    this.map.setView(at, Math.max(this.map.getZoom(), NEAR_ZOOM), { animate: false });
    open(at);
  }

  openRecord({ points }: { points: PointSet }, row: number): void {
    const place = points.placeOf(row);
    this.fly(...place, (at) => this.picker.show([{ records: points.records, row, place }], at));
  }

  private findable(layer: Explored): Findable {
    const { points } = layer;
    return {
      name: points.spec.name,
      find: async (text, most) => {
        await points.haystack.ready();
        const found = points.haystack.find(text, most);
        await points.records.ready(found.best);
        return found;
      },
      titleOf: (row) => points.records.titleOf(row),
      hintOf: (row) => points.spec.legend.entries[points.index.styles[row]]?.label ?? null,
      open: (row) => layer.open(row),
      filter: (text) => points.seek(text),
      filtered: () => points.text,
    };
  }

  private changed(): void {
    this.address.write();
    this.search.showChip();
    this.recountSoon();
  }

  /** Counts follow within the frame, once however many filters change in it. */
  private recountSoon(): void {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.recount();
    });
  }

  private recount(): void {
    const box = boxOfView(this.map);
    for (const layer of this.layers) layer.recount(box);
  }
}
