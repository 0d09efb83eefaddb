// The calls of a page: `minmap.page` once for a map, `minmap.add` for each layer.

import { damaged, pageStore, readSpec } from "../data/payload.ts";
import type { LayerSpec, PageSpec } from "../data/spec.ts";
import { type Bounds, framed, layerBounds } from "../geo/bounds.ts";
import { type Box, boxOfBounds, meetsAnywhere } from "../geo/mercator.ts";
import { furnish, setFont } from "../map/housestyle.ts";
import { interfaceOf, offerHome } from "../map/interface.ts";
import { MinmapLayer } from "../map/layer.ts";
import { h } from "../ui/dom.ts";
import { fitBounds } from "../ui/fit.ts";
import { awaitBeforeReady, fail, whenLoaded } from "../ui/ready.ts";
import { sanitizeLeaflet } from "../ui/sanitize.ts";
import { t } from "../words/language.ts";
import { Address } from "./address.ts";
import { yieldToPage } from "./framed.ts";
import { Sharing } from "./sharing.ts";

/** The rank of folium's layers, between minmap's data and its base map. */
const FOLIUM_RANK = 0.5;

type FoliumSpec = NonNullable<PageSpec["folium"]>[number];

export { readers } from "../data/loader.ts";
export { fields, markup } from "../ui/sanitize.ts";
export { addLanguage } from "../words/language.ts";

const afterwards: (() => void)[] = [];
whenLoaded(() => {
  for (const run of afterwards) run();
});

/** Return the page's address, which keeps the layers of a map. */
function addressOf(map: L.Map): Address {
  const { explorer, framing, panel } = interfaceOf(map);
  explorer.memory ??= new Address(map, framing, explorer, panel);
  return explorer.memory as Address;
}

/** Set the title and the first view of a map, and the entries of folium's layers in the panel. */
export function page(map: L.Map, id: string): void {
  try {
    sanitizeLeaflet();
    const spec = readSpec<PageSpec>(id);
    setFont(document.documentElement, spec.style);
    const { panel, framing, sheet, bar } = interfaceOf(map);
    furnish(map, spec);
    const address = addressOf(map);
    new Sharing(map, bar, {
      link: (isEmbedded) => address.link(isEmbedded),
      savePicture: () => sheet.savePicture(...panel.titles),
    });
    yieldToPage(map);
    panel.describe(spec.title, spec.subtitle);
    // A heading for screen readers; others see the title in the panel.
    map.getContainer().append(h("h1.mm-hidden", spec.title));
    offerHome(map, () => framing.home());
    const bounds = framed(spec.frames);
    const { center, zoom } = map.options;
    framing.begin((animate) => {
      if (bounds) fitBounds(map, bounds, animate, framing.reach);
      else map.setView(center!, zoom, { animate });
    }, bounds !== null);
    // The layers follow in the same script, and the first view leaves room for their symbols.
    queueMicrotask(() => framing.keep());
    // Before a click nothing on the page has the focus.
    document.addEventListener("keydown", (event) => {
      if (event.target !== document.body) return;
      const { explorer, picker } = interfaceOf(map);
      explorer.searchByKey(event);
      picker.pairs.key(event);
    });
    afterwards.push(() => {
      // An element of folium's, such as FitBounds, may have moved it since.
      if (!address.hasView && framing.isMoved) keepView(map);
      for (const entry of spec.folium) addFolium(map, entry);
    });
  } catch (error) {
    fail(t("mapFails"), error);
  }
}

/** Make the view of a map the first one. */
function keepView(map: L.Map): void {
  const { framing } = interfaceOf(map);
  const [center, zoom] = [map.getCenter(), map.getZoom()];
  framing.begin((animate) => map.setView(center, zoom, { animate }), false);
  framing.isMoved = false;
}

function addFolium(map: L.Map, { name, variable, shown, group }: FoliumSpec): void {
  const layer = (window as unknown as Record<string, unknown>)[variable];
  if (!(layer instanceof L.Layer)) return;
  if (!shown) map.removeLayer(layer);
  const { panel, sheet, framing } = interfaceOf(map);
  const entry = { name, rank: FOLIUM_RANK, layer, parts: [] };
  const extent = (): Bounds | null => layerBounds(layer);
  const first = extent();
  panel.add({ ...entry, group, extent: first && extent });
  if (first !== null) {
    const holds = (box: Box): boolean => meetsAnywhere(boxOfBounds(first), box);
    framing.add({ layer, backdrop: layer instanceof L.ImageOverlay, extent, holds });
  }
  sheet.add({ ...entry, sources: [] });
}

/** Return a copy of the page's base map for a plugin with its own map; null if it has none. */
export const baseCopy = (map: L.Map): L.Layer | null => interfaceOf(map).base?.copy() ?? null;

/** Add a layer to a map or a group. It is returned at once, and filled when it is decoded. */
export function add(target: L.Map | L.LayerGroup, id: string): L.LayerGroup {
  let name = id;
  try {
    const spec = readSpec<LayerSpec>(id);
    name = spec.name;
    const layer = new MinmapLayer(spec, pageStore);
    const failed = (error: unknown): void => fail(t("layerFails", { name }), error);
    const filled = layer.filled.catch(failed);
    awaitBeforeReady(() => (mapOf()?.hasLayer(layer) ? filled : null));
    const mapOf = (): L.Map | null =>
      target instanceof L.Map ? target : (target as unknown as { _map: L.Map | null })._map;
    const join = (map: L.Map): void => {
      addressOf(map);
      layer.join(map);
    };
    const map = mapOf();
    if (map) join(map);
    else target.on("add", () => join(mapOf()!));
    if (spec.shown) target.addLayer(layer);
    return layer;
  } catch (error) {
    // A spec whose values are of other types was changed after it was saved.
    fail(t("layerFails", { name }), error instanceof TypeError ? damaged(error) : error);
    return L.layerGroup();
  }
}
