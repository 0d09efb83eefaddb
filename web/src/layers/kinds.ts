// The kinds of layers.

import type { LayerSpec } from "../data/spec.ts";
import { baseDraft } from "./basemap.ts";
import type { Draft, LayerContext } from "./content.ts";
import { corridorDraft } from "./corridor.ts";
import { tilesDraft } from "./onlinetiles.ts";
import { pointsDraft } from "./points/layer.ts";
import { rasterDraft } from "./raster.ts";
import { routesDraft } from "./routes.ts";
import { vectorDraft } from "./vector.ts";

type Kinds = { [K in LayerSpec["kind"]]: DraftOf<Extract<LayerSpec, { kind: K }>> };
type DraftOf<S> = (spec: S, context: LayerContext) => Draft;

const KINDS: Kinds = {
  base: baseDraft,
  tiles: tilesDraft,
  points: pointsDraft,
  vector: vectorDraft,
  corridor: corridorDraft,
  routes: routesDraft,
  raster: rasterDraft,
};

export function layerDraft(spec: LayerSpec, context: LayerContext): Draft {
  if (!Object.hasOwn(KINDS, spec.kind))
    throw new Error(`This page has a layer of the unknown kind "${spec.kind}".`);
  return (KINDS[spec.kind] as DraftOf<LayerSpec>)(spec, context);
}
