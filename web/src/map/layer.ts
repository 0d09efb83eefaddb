// A minmap layer: a Leaflet group that fills itself when its payload is decoded.

import { CanvasTiles } from "../canvas/tiles.ts";
import type { Store } from "../data/payload.ts";
import type { BoundsSpec, LayerSpec } from "../data/spec.ts";
import { type Content, type Draft, PANES, RANK } from "../layers/content.ts";
import { layerDraft } from "../layers/kinds.ts";
import { h, pane } from "../ui/dom.ts";
import { term, translateNote } from "../words/language.ts";
import { MapInterface } from "./interface.ts";

let made = 0;

export class MinmapLayer extends L.LayerGroup {
  /** Resolved when the content is there; rejected, with a reason for people, when it cannot be. */
  readonly filled: Promise<void>;
  private readonly spec: LayerSpec;
  private readonly draft: Draft;
  private met: L.Map | null = null;
  private content: Content | null = null;

  constructor(spec: LayerSpec, store: Store) {
    super();
    this.spec = spec;
    const map = (): MapInterface | null => this.met && MapInterface.of(this.met);
    this.draft = layerDraft(spec, {
      zIndex: ++made,
      store,
      openRecord: (hit, at, focus) => map()?.picker.openMarker(hit, at, focus),
      names: () => map()?.names ?? null,
      isShown: () => this.met?.hasLayer(this) === true,
    });
    if (spec.note) this.draft.parts.push(h("p.mm-note", translateNote(spec.note)));
    this.filled = this.draft.content.then((content) => this.fill(content));
    this.on("add", () => this.offer());
    this.on("remove", () => this.withdraw());
  }

  /** The layer's name for the reader; only that of the base map is ours. */
  private get name(): string {
    return this.spec.kind === "base" ? term(this.spec.name) : this.spec.name;
  }

  /** Leaflet calls this before a layer's first element is made: the panes must be there. */
  override beforeAdd(map: L.Map): this {
    this.meet(map);
    return this;
  }

  /** Take a place in the panel and the sources of a map, whether the layer is shown on it or not. */
  meet(map: L.Map): void {
    if (this.met !== null) return;
    this.met = map;
    for (const { name, zIndex } of Object.values(PANES)) pane(map, name, zIndex);
    const { panel, sheet, sources, routeOverlay } = MapInterface.of(map);
    if (this.content?.routes) routeOverlay.add(this.content.routes);
    const { name } = this;
    const { kind, group, bounds } = this.spec;
    const extent = bounds ? (): BoundsSpec | null => this.content?.extent?.() ?? bounds : null;
    panel.add({ name, rank: RANK[kind], layer: this, parts: this.draft.parts, group, extent });
    if (kind === "base") MapInterface.of(map).base = this;
    sources.add(name, this.spec.sources ?? []);
    sheet.add({
      name,
      rank: RANK[kind],
      layer: this,
      parts: this.draft.parts,
      sources: this.spec.sources ?? [],
    });
  }

  /** Leave the map for good and give its places in the panel, the sheet, the sources, the routes and the page's memory free. */
  leave(): void {
    if (this.met === null) return;
    const { panel, sheet, sources, routeOverlay, explorer } = MapInterface.of(this.met);
    this.met.removeLayer(this);
    panel.remove(this);
    sheet.remove(this);
    sources.remove(this.name);
    if (this.content?.routes) routeOverlay.remove(this.content.routes);
    if (this.content?.explored) explorer.forget(this.content.explored);
    this.met = null;
  }

  /** The layer's tiles once more, for another map that is smaller. */
  copy(): L.LayerGroup {
    const group = L.layerGroup();
    void this.filled.then(() => {
      for (const tiles of this.content!.layers)
        if (tiles instanceof CanvasTiles) group.addLayer(tiles.copy());
    });
    return group;
  }

  private fill(content: Content): void {
    this.content = content;
    if (this.met !== null && content.routes)
      MapInterface.of(this.met).routeOverlay.add(content.routes);
    for (const layer of content.layers) this.addLayer(layer);
    if (this.met?.hasLayer(this)) this.offer();
  }

  private offer(): void {
    const { picker, names, readout, explorer } = MapInterface.of(this.met!);
    for (const pick of this.content?.picks ?? []) picker.add(pick);
    for (const reader of this.content?.readers ?? []) readout.toggle(reader, true);
    if (this.content?.explored) explorer.add(this.content.explored);
    if (this.content !== null) names.toggle(this.content.labels, true);
  }

  private withdraw(): void {
    const { picker, names, readout, explorer } = MapInterface.of(this.met!);
    for (const pick of this.content?.picks ?? []) picker.remove(pick);
    for (const reader of this.content?.readers ?? []) readout.toggle(reader, false);
    if (this.content?.explored) explorer.remove(this.content.explored);
    if (this.content !== null) names.toggle(this.content.labels, false);
    picker.review();
  }
}
