// Tiles from the network, over the page's own base map.

import type { TilesSpec } from "../data/spec.ts";
import { MAX_ZOOM } from "../geo/mercator.ts";
import { t } from "../words/language.ts";
import type { Draft, LayerContext } from "./content.ts";
import { creditedTiles } from "./creditedtiles.ts";

export function tilesDraft(spec: TilesSpec, context: LayerContext): Draft {
  const layer = L.tileLayer(spec.url, {
    ...context.options,
    subdomains: spec.subdomains,
    minZoom: spec.min_zoom,
    maxNativeZoom: spec.max_zoom,
    maxZoom: MAX_ZOOM,
  });
  const words = { needs: t("needsNetwork"), missing: t("noTiles"), missingHere: t("noTilesHere") };
  return creditedTiles(layer, spec.attribution, words, context);
}
