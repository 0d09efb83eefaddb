// A layer of minmap: a Leaflet group that fills itself when its payload is decoded, by its kind.

import { CanvasTiles } from "../canvas/tiles.ts";
import { all, put } from "../data/collections.ts";
import type { Store } from "../data/payload.ts";
import type { BoundsSpec, LayerSpec } from "../data/spec.ts";
import { boxOfBounds, meetsAnywhere } from "../geo/mercator.ts";
import { archiveDraft } from "../layers/archive.ts";
import { baseDraft } from "../layers/basemap.ts";
import { type Content, type Draft, type LayerContext, PANES, RANK } from "../layers/content.ts";
import { corridorDraft } from "../layers/corridor.ts";
import type { Findable } from "../layers/findable.ts";
import { keptNote } from "../layers/legend.ts";
import { tilesDraft } from "../layers/onlinetiles.ts";
import { pointsDraft } from "../layers/points/layer.ts";
import { rasterDraft } from "../layers/raster.ts";
import { routesDraft } from "../layers/routes.ts";
import { vectorDraft } from "../layers/vector.ts";
import { addGroundNote, type DepthAt } from "../tools/groundnote.ts";
import { h, pane } from "../ui/dom.ts";
import { fitBounds } from "../ui/fit.ts";
import { whenReady } from "../ui/ready.ts";
import { t, term, translateNote } from "../words/language.ts";
import type { Framable } from "./framing.ts";
import { interfaceOf, type MapInterface } from "./interface.ts";

let made = 0;

export class MinmapLayer extends L.LayerGroup {
  /** Resolved when the layer is complete; rejected with a reason for people. */
  readonly filled: Promise<void>;
  private readonly spec: LayerSpec;
  private readonly draft: Draft;
  /** The map of the layer, whether the layer is shown or not. */
  private owner: L.Map | null = null;
  private content: Content | null = null;
  /** Functions that take the layer out of the interface of its map. */
  private joined: (() => void)[] = [];
  /** Take the content of the layer, which is shown, out of the tools of the map. */
  private disconnect = (): void => {};

  constructor(spec: LayerSpec, store: Store) {
    super();
    this.spec = spec;
    const owner = (): MapInterface | null => this.owner && interfaceOf(this.owner);
    // A hidden layer does not delay the first view.
    const wanted = (resolve: () => void): void => {
      this.once("add", resolve);
      whenReady(resolve);
    };
    const turn = spec.shown ? undefined : new Promise<void>(wanted);
    this.draft = draftOf(spec.kind)(spec, {
      options: { pane: PANES[spec.kind].name, zIndex: ++made },
      rank: RANK[spec.kind] + made / 1000,
      store: { take: (id) => store.take(id), turn },
      openRecord: (hit, at, pressed) => owner()?.picker.openMarker(hit, at, pressed),
      names: () => owner()?.names ?? null,
      credits: () => owner()?.credits ?? null,
      isShown: () => this.owner?.hasLayer(this) === true,
    });
    if (spec.caution) this.draft.parts.push(keptNote(translateNote(spec.caution)));
    if (spec.note) this.draft.parts.push(h("p.mm-note", translateNote(spec.note)));
    this.filled = this.draft.content.then((content) => this.fill(content));
    this.on("add", () => this.connect());
    this.on("remove", () => {
      this.disconnect();
      interfaceOf(this.owner!).picker.review();
    });
  }

  /** The name for the reader; only that of the base map is minmap's own. */
  private get name(): string {
    return this.spec.kind === "base" ? term(this.spec.name) : this.spec.name;
  }

  /** Make the panes before Leaflet makes the layer's first element. */
  override beforeAdd(map: L.Map): this {
    this.join(map);
    return this;
  }

  /** List the layer in the interface of a map, whether it is shown or not. */
  join(map: L.Map): void {
    if (this.owner !== null) return;
    this.owner = map;
    for (const { name, zIndex } of Object.values(PANES)) pane(map, name, zIndex);
    const ui = interfaceOf(map);
    const { kind, group, bounds, sources } = this.spec;
    const { parts, sole, key } = this.draft;
    const framable = bounds && this.framable(bounds);
    const extent = framable && ((): BoundsSpec => framable.extent() ?? bounds);
    const entry = { name: this.name, rank: RANK[kind], layer: this, parts, sole };
    if (kind === "base") ui.base = this;
    this.joined = [
      ui.panel.add({ ...entry, group, extent, reach: this.draft.reach, folded: key !== undefined }),
      ui.listSources(this.name, sources),
      ui.sheet.add({ ...entry, sources }),
      ...(framable ? [ui.framing.add(framable)] : []),
      ...(key ? [ui.corridorKey.add(this, key)] : []),
      ...(kind === "points" ? [ui.explorer.offerPointTools(this)] : []),
    ];
    if (kind !== "base") this.joined.push(ui.explorer.addPlaces([this.findable(extent)]));
    this.addFound();
  }

  private framable(bounds: BoundsSpec): Framable {
    const { kind, first = bounds } = this.spec as { first?: BoundsSpec } & LayerSpec;
    return {
      layer: this,
      backdrop: kind === "vector" || kind === "raster",
      reach: this.draft.reach,
      extent: () => (this.content?.extent ? this.content.extent() : first),
      holds: (box) => {
        if (this.content === null) return null;
        return this.content.holds?.(box) ?? meetsAnywhere(boxOfBounds(bounds), box);
      },
      clear: () => this.content?.explored?.points.reset(),
    };
  }

  /** Leave the map, and its interface, for good. */
  leave(): void {
    if (this.owner === null) return;
    this.owner.removeLayer(this);
    for (const end of this.joined.splice(0)) end();
    const { explorer } = interfaceOf(this.owner);
    if (this.content?.explored) explorer.known.delete(this.content.explored);
    this.owner = null;
  }

  /** Add what the layer has for the search and for routes once it has both its content and its map. */
  private addFound(): void {
    const { owner, content, joined } = this;
    if (owner === null || content === null) return;
    const { routeOverlay, explorer } = interfaceOf(owner);
    if (content.routes) joined.push(routeOverlay.add(content.routes));
    const show = (): void => void owner.addLayer(this);
    whenReady(() => {
      if (content.found && this.owner === owner)
        joined.push(explorer.addPlaces(content.found(), show));
    });
  }

  /** Return the layer for the search, which shows it and fits the map to it. */
  private findable(extent: (() => BoundsSpec | null) | null): Findable {
    const owner = this.owner!;
    const kind = this.spec.kind === "corridor" ? "corridor" : "layer";
    const hint = t(kind === "corridor" ? "oneCorridor" : "oneLayer");
    const open = (): void => {
      owner.addLayer(this);
      const bounds = extent?.();
      if (bounds) fitBounds(owner, bounds);
    };
    return { kind, name: this.name, others: hint, hint, open };
  }

  /** Return the tiles of the layer for another map. */
  copy(): L.LayerGroup {
    const group = L.layerGroup();
    void this.filled.then(() => {
      for (const tiles of this.content!.layers) {
        if (tiles instanceof CanvasTiles) group.addLayer(tiles.copy());
      }
    });
    return group;
  }

  private fill(content: Content): void {
    this.content = content;
    if (this.owner) interfaceOf(this.owner).framing.changed();
    this.addFound();
    for (const layer of content.layers) this.addLayer(layer);
    if (this.owner?.hasLayer(this)) this.connect();
  }

  /** Connect the content of the layer to the tools of the map while it is shown. */
  private connect(): void {
    if (this.content === null) return;
    const {
      picks = [],
      readers = [],
      explored,
      features,
      labels = [],
      recordLabels,
      symbols,
      hasAreaAt,
      named,
      depth,
    } = this.content;
    const ui = interfaceOf(this.owner!);
    const { kind, sources } = this.spec;
    // Tiles write their own credits.
    const cited = kind === "tiles" || kind === "archive" ? [] : sources;
    this.disconnect = all([
      ui.credits.cite(cited, RANK[kind]),
      ...picks.map((pick) => put(ui.picker.layers, pick)),
      ...readers.map((reader) => put(ui.readers, reader)),
      ...(explored ? [ui.explorer.add(explored)] : []),
      ...(features ? [ui.explorer.addFeatures(features)] : []),
      ...(explored ? [explored.points.selection.on(() => ui.framing.changed())] : []),
      ui.names.add(labels),
      ...(recordLabels ? [ui.names.addSource(recordLabels)] : []),
      ...(symbols ? [ui.names.addSymbols(symbols)] : []),
      ...(hasAreaAt ? [ui.names.addAreas(hasAreaAt)] : []),
      ...(depth ? [this.noteGround(depth)] : []),
      ...(named ? [ui.lineNames.add(named)] : []),
    ]);
  }

  /** Note where the base map has no detail; names keep off the note. */
  private noteGround(depthAt: DepthAt): () => void {
    const { framing, names } = interfaceOf(this.owner!);
    const isMoved = (): boolean => framing.isMoved;
    return addGroundNote(this.owner!, depthAt, { isMoved, changed: () => names.refresh() });
  }
}

type Kinds = { [K in LayerSpec["kind"]]: DraftOf<Extract<LayerSpec, { kind: K }>> };
type DraftOf<S> = (spec: S, context: LayerContext) => Draft;

const KINDS: Kinds = {
  base: baseDraft,
  tiles: tilesDraft,
  archive: archiveDraft,
  points: pointsDraft,
  vector: vectorDraft,
  corridor: corridorDraft,
  routes: routesDraft,
  raster: rasterDraft,
};

function draftOf(kind: LayerSpec["kind"]): DraftOf<LayerSpec> {
  if (!Object.hasOwn(KINDS, kind))
    throw new Error(`This page has a layer of the unknown kind "${kind}".`);
  return KINDS[kind] as DraftOf<LayerSpec>;
}
