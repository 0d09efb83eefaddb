// The view, the layers and the filters in the page's address, so that a link leads to what was seen.

import {
  parametersOf,
  readChoice,
  readTerms,
  viewOf,
  writeChoice,
  writeTerms,
} from "../data/hash.ts";
import type { FacetSpec } from "../data/spec.ts";
import type { PointSet } from "../layers/points/pointset.ts";
import { MODES, type PointLayer } from "../layers/points/view.ts";
import type { Switches } from "../panel/visibility.ts";
import type { Explorer, Memory } from "../tools/explorer.ts";
import { Delayed } from "../ui/busy.ts";
import { whenReady } from "../ui/ready.ts";
import { withRetry } from "../ui/retry.ts";

const WAIT_MS = 250;

/** What the address says of a layer beside its filters. A filter's name stands after a dot, these after a tilde. */
type Aspect = "hidden" | "text" | "drawn" | "circles";
const filterKey = ({ key }: PointLayer, name: string): string => `${key}.${name}`;
const aspectKey = ({ key }: PointLayer, aspect: Aspect): string => `${key}~${aspect}`;

export class Address implements Memory {
  /** Those of all maps of a page, which has one address for them all. */
  private static readonly all: Address[] = [];
  /** Whether the address says what the map shows first. */
  readonly hasView: boolean;
  private readonly map: L.Map;
  private readonly explorer: Explorer;
  private readonly switches: Switches;
  private given = parametersOf(location.hash);
  private restored = new WeakSet<PointSet>();
  private isReady = false;
  private readonly writing = new Delayed(WAIT_MS, () => writeAddress(Address.all));

  constructor(map: L.Map, explorer: Explorer, switches: Switches) {
    this.map = map;
    this.explorer = explorer;
    this.switches = switches;
    Address.all.push(this);
    this.hasView = this.showView();
    this.showLayers();
    switches.changed = () => this.write();
    // What opens the page is not yet something to be shared.
    whenReady(() => (this.isReady = true));
    map.on("moveend", () => this.write());
    const follow = (): void => this.follow();
    window.addEventListener("hashchange", follow);
    map.on("unload", () => {
      window.removeEventListener("hashchange", follow);
      Address.all.splice(Address.all.indexOf(this), 1);
    });
  }

  /** Set a layer to what the address asks for, once. */
  restore(layer: PointLayer): void {
    if (this.restored.has(layer.points)) return;
    this.restored.add(layer.points);
    const isMeant = [...this.given.keys()].some(
      (key) => key.startsWith(filterKey(layer, "")) || key.startsWith(`${layer.key}~`),
    );
    if (isMeant) void withRetry(this.map.getContainer(), () => this.apply(layer));
  }

  /** Write the address soon. */
  write(): void {
    if (this.isReady) this.writing.start();
  }

  /** The reader changed the address by hand or followed a link to it. */
  private follow(): void {
    this.given = parametersOf(location.hash);
    this.restored = new WeakSet();
    for (const layer of this.explorer.layers) {
      this.restored.add(layer.points);
      void withRetry(this.map.getContainer(), () => this.apply(layer));
    }
    this.showView();
    this.showLayers();
  }

  private async apply(layer: PointLayer): Promise<void> {
    const { points, view } = layer;
    const aspectOf = (aspect: Aspect): string | null => this.given.get(aspectKey(layer, aspect));
    const given = (spec: FacetSpec): string | null => this.given.get(filterKey(layer, spec.name));
    const meant = (points.spec.facets ?? []).filter(
      (spec) => given(spec) !== null || points.isMade(spec),
    );
    const facets = await Promise.all(meant.map((spec) => points.facet(spec)));
    points.selection.together(() => {
      for (const { spec, facet } of facets) {
        const text = given(spec);
        const isRange = spec.kind === "number" || spec.kind === "year";
        facet.choice = text === null ? null : readChoice(text, isRange);
      }
      const hidden = aspectOf("hidden");
      const labels = hidden === null ? [] : readTerms(hidden);
      points.spec.legend.entries.forEach(({ label }, style) =>
        points.showStyle(style, !labels.includes(label)),
      );
    });
    view.mode = MODES.find((mode) => mode === aspectOf("drawn")) ?? "symbols";
    await Promise.all([
      points.filterByText(aspectOf("text") ?? ""),
      view.showUncertainty(aspectOf("circles") !== null),
    ]);
  }

  /** The name of the view of this map in the address. */
  private get viewKey(): string {
    const place = Address.all.indexOf(this);
    return place === 0 ? "map" : `map${place + 1}`;
  }

  private showView(): boolean {
    const view = viewOf(this.given.get(this.viewKey));
    if (view !== null) this.map.setView([view.lat, view.lon], view.zoom, { animate: false });
    return view !== null;
  }

  private showLayers(): void {
    const named = (aspect: string): string[] =>
      readTerms(this.given.get(`${this.viewKey}~${aspect}`) ?? "");
    this.switches.ask(named("on"), named("off"));
  }

  /** What the map shows, as names and values. */
  parameters(): [string, string][] {
    const { lat, lng } = this.map.getCenter();
    const zoom = Number(this.map.getZoom().toFixed(2));
    return [
      [this.viewKey, `${zoom}/${lat.toFixed(5)}/${lng.toFixed(5)}`],
      ...[true, false].flatMap((shown): [string, string][] => {
        const names = this.switches.turned(shown);
        return names.length === 0
          ? []
          : [[`${this.viewKey}~${shown ? "on" : "off"}`, writeTerms(names)]];
      }),
      ...[...this.explorer.known].flatMap((layer) => layerParameters(layer)),
    ];
  }
}

function layerParameters(layer: PointLayer): [string, string][] {
  const { points, view } = layer;
  const hidden = points.spec.legend.entries
    .filter((_, style) => !points.isStyleShown(style))
    .map(({ label }) => label);
  const values: [string, string | null][] = [
    ...points.madeFacets.map(({ spec, facet }): [string, string | null] => [
      filterKey(layer, spec.name),
      writeChoice(facet.choice),
    ]),
    [aspectKey(layer, "hidden"), hidden.length > 0 ? writeTerms(hidden) : null],
    [aspectKey(layer, "text"), points.text || null],
    [aspectKey(layer, "drawn"), view.mode === "symbols" ? null : view.mode],
    [aspectKey(layer, "circles"), view.showsUncertainty ? "on" : null],
  ];
  return values.filter((pair): pair is [string, string] => pair[1] !== null);
}

function writeAddress(all: Address[]): void {
  try {
    const parameters = String(new URLSearchParams(all.flatMap((address) => address.parameters())));
    history.replaceState(null, "", `#${parameters.replaceAll("%2F", "/")}`);
  } catch {
    // A page within another, as in a notebook, has no address of its own.
  }
}
