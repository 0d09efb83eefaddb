// The kinds of layers, each with what it is made of.

import type { LayerSpec } from "../data/spec.ts";
import { baseContent } from "./basemap.ts";
import { type Draft, type LayerContext, PANES, RANK, unplacedNote } from "./content.ts";
import { corridorDraft } from "./corridor.ts";
import { tilesDraft } from "./onlinetiles.ts";
import { pointsDraft } from "./points/layer.ts";
import { rasterDraft } from "./raster.ts";
import { routesDraft } from "./routes.ts";
import { vectorDraft } from "./vector.ts";

export function layerDraft(spec: LayerSpec, site: LayerContext): Draft {
  switch (spec.kind) {
    case "base":
      return { parts: [], content: baseContent(spec, site) };
    case "tiles":
      return tilesDraft(spec, site);
    case "points":
      return pointsDraft(
        spec,
        site,
        { pane: PANES.points.name, rank: RANK.points },
        unplacedNote(spec.unplaced),
      );
    case "vector":
      return vectorDraft(spec, site);
    case "corridor":
      return corridorDraft(spec, site);
    case "routes":
      return routesDraft(spec, site);
    case "raster":
      return rasterDraft(spec, site);
    default:
      throw new Error(
        `This page has a layer of the unknown kind "${(spec as { kind: string }).kind}".`,
      );
  }
}
