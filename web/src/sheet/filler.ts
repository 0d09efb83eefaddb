// What a map shows, brought onto a sheet: titles, legends with their counts, sources and the map.

import type { Bounds } from "../geo/bounds.ts";
import { type Box, boxOfBounds, withinTurn } from "../geo/mercator.ts";
import { markup } from "../ui/sanitize.ts";
import { t } from "../words/language.ts";
import { drawMap } from "./mapdrawing.ts";
import type { Paper } from "./paper.ts";
import { inPanelOrder, type Sheet, type SheetLayer } from "./sheet.ts";
import type { Size, View } from "./view.ts";

/** Updates the legends to the records in a box at a zoom, by default to the part in view. */
export type Recount = (box?: Box, zoom?: number) => void;

/** What is framed on the map. */
export interface Framed {
  /** Whether the map shows all data. */
  readonly showsData: boolean;
  bounds(): Bounds | null;
  /** How far symbols go beyond their places, in CSS pixels. */
  readonly reach: number;
}

export class Filler {
  readonly map: L.Map;
  private readonly recount: Recount;
  private readonly known = new Map<L.Layer, SheetLayer>();

  constructor(map: L.Map, recount: Recount) {
    this.map = map;
    this.recount = recount;
  }

  /** Add a layer that may be on a sheet; return a function that removes it. */
  add(layer: SheetLayer): () => void {
    this.known.set(layer.layer, layer);
    return () => this.known.delete(layer.layer);
  }

  private get shown(): SheetLayer[] {
    return inPanelOrder([...this.known.values()].filter(({ layer }) => this.map.hasLayer(layer)));
  }

  /** Lay a sheet out on paper, or around a map of a size; return the size of the map's frame. */
  layOut(sheet: Sheet, form: Paper | Size, titles: string[]): Size {
    const words = { titles, layers: this.shown, credits: this.credits() };
    if (Array.isArray(form)) sheet.layOutAround(form, words);
    else sheet.layOut(form, words);
    return [sheet.map.clientWidth, sheet.map.clientHeight];
  }

  /** Draw a view into the frame of a sheet, and count in the legends what it shows. */
  async draw(sheet: Sheet, view: View, graticule: boolean): Promise<HTMLCanvasElement> {
    this.recount(withinTurn(boxOfBounds(view.corners)), view.zoom);
    sheet.fillLegend(this.shown);
    this.recount();
    const { canvas, missing } = await drawMap(view, { graticule, paper: sheet.paper });
    sheet.placeMap(view, canvas, [...new Set(missing.map((layer) => this.nameOf(layer)))]);
    return canvas;
  }

  /** Return the attributions of folium's layers. */
  private credits(): string[] {
    const texts: string[] = [];
    this.map.eachLayer((layer) => {
      texts.push(markup(layer.getAttribution?.() ?? "").textContent?.trim() ?? "");
    });
    return texts.filter((text) => text !== "");
  }

  private nameOf(layer: L.Layer): string {
    const name = this.known.get(layer)?.name;
    // Tiles without a name have their address instead.
    if (name !== undefined && !name.includes("://")) return name;
    return t(layer instanceof L.GridLayer ? "onlineTiles" : "otherLayer");
  }
}
