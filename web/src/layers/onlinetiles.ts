// Tiles from the network, over the page's own base map, with their credit and a note without
// network.

import type { TilesSpec } from "../data/spec.ts";
import { MAX_ZOOM } from "../geo/mercator.ts";
import { control, h, link } from "../ui/dom.ts";
import { safeLink } from "../words/format.ts";
import { t } from "../words/language.ts";
import type { Draft, LayerContext } from "./content.ts";

export function tilesDraft(spec: TilesSpec, { options, names }: LayerContext): Draft {
  const layer = L.tileLayer(spec.url, {
    ...{ ...options, subdomains: spec.subdomains },
    ...{ minZoom: spec.min_zoom, maxNativeZoom: spec.max_zoom, maxZoom: MAX_ZOOM },
  });
  const state = h("p.mm-note.mm-note--alert", { role: "status" });
  const onMap = h("span");
  const words = spec.attribution.map(([text, href]) => link(text, safeLink(href)));
  const credit = control("bottomright", h("div.mm-credit", onMap, ...words));
  const showState = (isOnline: boolean): void => {
    const text = isOnline ? "" : t("noTiles");
    if (state.textContent === text) return;
    state.textContent = text;
    onMap.textContent = isOnline ? "" : `${t("noTilesHere")} `;
  };
  // Online tiles have names of their own; without them the names of the base map are needed.
  layer.on("tileload", () => {
    showState(true);
    names()?.cover(layer, true);
  });
  layer.on("tileerror", () => showState(false));
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
  const content = Promise.resolve({ layers: [layer] });
  return { parts: [h("p.mm-note", t("needsNetwork")), state], content };
}
