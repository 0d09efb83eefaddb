// Tiles from the network, over the page's own base map: who they are from, and what is said when none come.

import { control, element, link } from "../ui/dom.ts";
import type { LabelLayer } from "../canvas/labellayer.ts";
import { MAX_ZOOM } from "../geo/mercator.ts";
import type { TilesSpec } from "../data/spec.ts";
import { safeLink } from "../words/format.ts";
import { say } from "../words/language.ts";

export interface Online {
  layer: L.TileLayer;
  /** What the panel says below the layer. */
  parts: HTMLElement[];
}

export function onlineTiles(spec: TilesSpec, options: L.GridLayerOptions, names: () => LabelLayer | null): Online {
  const layer = L.tileLayer(spec.url, {
    ...options, subdomains: spec.subdomains, minZoom: spec.min_zoom, maxNativeZoom: spec.max_zoom, maxZoom: MAX_ZOOM,
  });
  const state = element("p", { class: "mm-note mm-note--alert", role: "status" });
  const onMap = element("span");
  const words = spec.attribution.map(([text, href]) => link(text, safeLink(href)));
  const credit = control("bottomright", element("div", { class: "mm-credit" }, onMap, ...words));
  const tell = (arrive: boolean): void => {
    const text = arrive ? "" : say("noTiles");
    if (state.textContent === text) return;
    state.textContent = text;
    onMap.textContent = arrive ? "" : `${say("noTilesHere")} `;
  };
  // The tiles have names of their own; without them those of the base map are needed.
  layer.on("tileload", () => {
    tell(true);
    names()?.cover(layer, true);
  });
  layer.on("tileerror", () => tell(false));
  const retry = (): void => void layer.redraw();
  layer.on("add", ({ target }: L.LeafletEvent) => {
    credit.addTo((target as unknown as { _map: L.Map })._map);
    window.addEventListener("online", retry);
  });
  layer.on("remove", () => {
    credit.remove();
    names()?.cover(layer, false);
    window.removeEventListener("online", retry);
  });
  return { layer, parts: [element("p", { class: "mm-note" }, say("needsNetwork")), state] };
}
