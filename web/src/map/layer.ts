// A layer of minmap: a Leaflet group that fills itself when its payload is decoded.

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
  /** Resolved when the layer is complete; rejected with a reason for people. */
  readonly filled: Promise<void>;
  private readonly spec: LayerSpec;
  private readonly draft: Draft;
  /** The map of the layer, whether the layer is shown or not. */
  private owner: L.Map | null = null;
  private content: Content | null = null;

  constructor(spec: LayerSpec, store: Store) {
    super();
    this.spec = spec;
    const owner = (): MapInterface | null => this.owner && MapInterface.of(this.owner);
    this.draft = layerDraft(spec, {
      options: { pane: PANES[spec.kind].name, zIndex: ++made },
      rank: RANK[spec.kind] + made / 1000,
      store,
      openRecord: (hit, at, focus) => owner()?.picker.openMarker(hit, at, focus),
      names: () => owner()?.names ?? null,
      isShown: () => this.owner?.hasLayer(this) === true,
    });
    if (spec.note) this.draft.parts.push(h("p.mm-note", translateNote(spec.note)));
    this.filled = this.draft.content.then((content) => this.fill(content));
    this.on("add", () => this.connect(true));
    this.on("remove", () => {
      this.connect(false);
      MapInterface.of(this.owner!).picker.review();
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
    const ui = MapInterface.of(map);
    if (this.content?.routes) ui.routeOverlay.add(this.content.routes);
    const { kind, group, bounds, sources } = this.spec;
    const { parts } = this.draft;
    const extent = bounds ? (): BoundsSpec | null => this.content?.extent?.() ?? bounds : null;
    const entry = { name: this.name, rank: RANK[kind], layer: this, parts };
    ui.panel.add({ ...entry, group, extent });
    if (kind === "base") ui.base = this;
    ui.sources.add(this.name, sources);
    ui.sheet.add({ ...entry, sources });
  }

  /** Leave the map, and its interface, for good. */
  leave(): void {
    if (this.owner === null) return;
    const { panel, sheet, sources, routeOverlay, explorer } = MapInterface.of(this.owner);
    this.owner.removeLayer(this);
    panel.remove(this);
    sheet.remove(this);
    sources.remove(this.name);
    if (this.content?.routes) routeOverlay.remove(this.content.routes);
    if (this.content?.explored) explorer.forget(this.content.explored);
    this.owner = null;
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
    const { owner } = this;
    if (owner && content.routes) MapInterface.of(owner).routeOverlay.add(content.routes);
    for (const layer of content.layers) this.addLayer(layer);
    if (owner?.hasLayer(this)) this.connect(true);
  }

  /** Connect the content of the layer to the tools of the map, or disconnect it. */
  private connect(isShown: boolean): void {
    if (this.content === null) return;
    const { picks = [], readers = [], explored, labels = [] } = this.content;
    const { picker, names, readout, explorer } = MapInterface.of(this.owner!);
    for (const pick of picks) {
      if (isShown) picker.add(pick);
      else picker.remove(pick);
    }
    for (const reader of readers) readout.toggle(reader, isShown);
    if (explored && isShown) explorer.add(explored);
    else if (explored) explorer.remove(explored);
    names.toggle(labels, isShown);
  }
}
