// What brings the point layers of a map together: search, table, picking out, counts in view, and what remembers them.

import { button, control, element } from "./dom.ts";
import { boxOfView, latOf, lonOf, type Box } from "./mercator.ts";
import type { Memory } from "./memory.ts";
import type { Panel } from "./panel.ts";
import type { Picker } from "./pick.ts";
import { PickTool } from "./picktool.ts";
import type { PointSet } from "./pointset.ts";
import type { PointView } from "./pointview.ts";
import { whenReady } from "./ready.ts";
import { SearchBox, type Findable } from "./searchbox.ts";
import { svg } from "./symbols.ts";
import { TableView } from "./tableview.ts";
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
  /** What sets a layer to how it was left, and is told of every change. */
  memory: Memory | null = null;
  private readonly map: L.Map;
  private readonly picker: Picker;
  private readonly table: TableView;
  private readonly tool: PickTool;
  private readonly press: HTMLButtonElement;
  private readonly ends = new Map<Explored, () => void>();
  private frame = 0;

  constructor(map: L.Map, panel: Panel, picker: Picker) {
    this.map = map;
    this.picker = picker;
    panel.tools.append(this.search.element);
    this.table = new TableView(map, () => {
      this.press.setAttribute("aria-expanded", "false");
      this.recount();
    });
    this.press = button("", { class: "mm-tool", "aria-label": say("table"), title: say("table"), "aria-expanded": "false" }, () => this.openTable(!this.table.isOpen));
    this.press.append(tableIcon());
    this.tool = new PickTool(map, picker, () => this.openTable(true));
    control("topleft", element("div", { class: "leaflet-bar" }, this.press)).addTo(map);
    map.on("moveend", () => this.recount());
    map.on("unload", () => cancelAnimationFrame(this.frame));
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
    this.memory?.restore(layer);
    this.recount();
    whenReady(() => layer.points.haystack.prepare());
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
        return points.haystack.find(text, most);
      },
      titleOf: (row) => points.records.titleOf(row),
      hintOf: (row) => points.spec.legend.entries[points.index.styles[row]]?.label ?? null,
      open: (row) => layer.open(row),
      filter: (text) => points.seek(text),
      filtered: () => points.text,
    };
  }

  private changed(): void {
    this.memory?.write();
    this.search.showChip();
    this.recountSoon();
  }

  /** Counts follow within the frame, once however many filters change in it. */
  private recountSoon(): void {
    if (this.frame !== 0) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.recount();
    });
  }

  private recount(): void {
    const box = boxOfView(this.map);
    for (const layer of this.layers) layer.recount(box);
  }
}

function tableIcon(): SVGSVGElement {
  const picture = svg("svg", { viewBox: "0 0 20 20", "aria-hidden": "true" });
  picture.append(svg("path", { d: "M3 4h14v12H3zM3 8h14M3 12h14M8 4v12" }));
  return picture;
}
