// What a page calls: `minmap.page` once for a map of minmap's, `minmap.add` for each layer.

import { pageStore, readSpec } from "../data/payload.ts";
import type { LayerSpec, PageSpec } from "../data/spec.ts";
import { layerBounds } from "../geo/bounds.ts";
import { MapInterface } from "../map/interface.ts";
import { MinmapLayer } from "../map/layer.ts";
import { h } from "../ui/dom.ts";
import { awaitBeforeReady, fail, whenLoaded } from "../ui/ready.ts";
import { keepTextInert } from "../ui/sanitize.ts";
import { t } from "../words/language.ts";
import { Address } from "./address.ts";

/** Layers of folium's stand between minmap's data and its base map in the panel. */
const FOLIUM_RANK = 0.5;

type FoliumSpec = NonNullable<PageSpec["folium"]>[number];

export { readers } from "../data/loader.ts";
export { fields, markup } from "../ui/sanitize.ts";

const afterwards: (() => void)[] = [];
whenLoaded(() => {
  for (const run of afterwards) run();
});

/** The address of this page, in which the layers of a map are remembered. */
function addressOf(map: L.Map): Address {
  const { explorer, panel } = MapInterface.of(map);
  explorer.memory ??= new Address(map, explorer, panel.switches);
  return explorer.memory as Address;
}

/** Give a map its title, its first view, and the layers of folium's that join the panel. */
export function page(map: L.Map, id: string): void {
  try {
    keepTextInert();
    const spec = readSpec<PageSpec>(id);
    const { panel } = MapInterface.of(map);
    const address = addressOf(map);
    panel.describe(spec.title, spec.subtitle ?? null);
    // The page's heading for those who go by headings; the eye finds it in the panel.
    map.getContainer().append(h("h1.mm-hidden", spec.title));
    const { bounds } = spec;
    if (!address.hasView && bounds) panel.fit(bounds, false);
    // The address may have moved the map, but not what it was made with.
    const { center, zoom } = map.options;
    let goHome = (): unknown => (bounds ? panel.fit(bounds) : map.setView(center!, zoom));
    MapInterface.of(map).offerHome(() => goHome());
    const [firstCenter, firstZoom] = [map.getCenter(), map.getZoom()];
    afterwards.push(() => {
      // An element of folium's may have moved it since, such as FitBounds.
      const [center, zoom] = [map.getCenter(), map.getZoom()];
      const isMoved = !center.equals(firstCenter) || zoom !== firstZoom;
      if (!address.hasView && isMoved) goHome = () => map.setView(center, zoom);
    });
    afterwards.push(() => {
      for (const entry of spec.folium ?? []) addFolium(map, entry);
    });
  } catch (error) {
    fail(t("mapFails"), error);
  }
}

function addFolium(map: L.Map, { name, variable, shown, group }: FoliumSpec): void {
  const layer = (window as unknown as Record<string, unknown>)[variable];
  if (!(layer instanceof L.Layer)) return;
  if (!shown) map.removeLayer(layer);
  const { panel, sheet } = MapInterface.of(map);
  panel.add({
    name,
    rank: FOLIUM_RANK,
    layer,
    parts: [],
    group,
    extent: layerBounds(layer) && (() => layerBounds(layer)),
  });
  sheet.add({ name, rank: FOLIUM_RANK, layer, parts: [], sources: [] });
}

/** The base map once more, for a plugin that shows a map of its own; null where the page has none. */
export const baseCopy = (map: L.Map): L.Layer | null => MapInterface.of(map).base?.copy() ?? null;

/** Add a layer to a map or a group. The layer is returned at once; what is in it follows when it is decoded. */
export function add(target: L.Map | L.LayerGroup, id: string): L.LayerGroup {
  let name = id;
  try {
    const spec = readSpec<LayerSpec>(id);
    name = spec.name;
    const layer = new MinmapLayer(spec, pageStore);
    awaitBeforeReady(
      layer.filled.catch((error: unknown) => fail(t("layerFails", { name }), error)),
    );
    place(layer, target, spec.shown);
    return layer;
  } catch (error) {
    fail(t("layerFails", { name }), error);
    return L.layerGroup();
  }
}

function place(layer: MinmapLayer, target: L.Map | L.LayerGroup, shown: boolean): void {
  const mapOf = (): L.Map | null =>
    target instanceof L.Map ? target : (target as unknown as { _map: L.Map | null })._map;
  const map = mapOf();
  const meet = (met: L.Map): void => {
    addressOf(met);
    layer.meet(met);
  };
  if (map) meet(map);
  else target.on("add", () => meet(mapOf()!));
  if (shown) target.addLayer(layer);
}
