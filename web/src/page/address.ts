// The view, the layers and the filters in the page's address, so that a link restores them.

import { type Choice, choiceOf, RangeFacet } from "../data/facets.ts";
import type { FacetSpec } from "../data/spec.ts";
import type { NamedFacet, PointSet } from "../layers/points/pointset.ts";
import { MODES, type PointLayer } from "../layers/points/view.ts";
import type { Visibility } from "../panel/visibility.ts";
import type { Explorer, Memory } from "../tools/explorer.ts";
import { Delayed } from "../ui/busy.ts";
import { whenReady } from "../ui/ready.ts";
import { withRetry } from "../ui/retry.ts";

const WAIT_MS = 250;

/** The keys of a layer beside its filters. The name of a filter follows a dot, these a tilde. */
type Aspect = "hidden" | "text" | "drawn" | "circles" | "all";
const filterKey = ({ key }: PointLayer, name: string): string => `${key}.${name}`;
const aspectKey = ({ key }: PointLayer, aspect: Aspect): string => `${key}~${aspect}`;

type Parameter = [key: string, value: string | null];

export class Address implements Memory {
  /** The addresses of all maps of the page, which share the real one. */
  private static readonly all: Address[] = [];
  /** Whether the address has the first view of the map. */
  readonly hasView: boolean;
  private readonly map: L.Map;
  private readonly explorer: Explorer;
  private readonly visibility: Visibility;
  private given = parametersOf(location.hash);
  private restored = new WeakSet<PointSet>();
  private isReady = false;
  private readonly writing = new Delayed(WAIT_MS, () => writeAddress(Address.all));

  constructor(map: L.Map, explorer: Explorer, visibility: Visibility) {
    this.map = map;
    this.explorer = explorer;
    this.visibility = visibility;
    Address.all.push(this);
    this.hasView = this.showView();
    this.showLayers();
    visibility.changed = () => this.write();
    // Opening the page does not change its address.
    whenReady(() => (this.isReady = true));
    map.on("moveend", () => this.write());
    // The map may write its address before the event comes.
    const follow = ({ newURL }: HashChangeEvent): void => this.follow(new URL(newURL).hash);
    window.addEventListener("hashchange", follow);
    map.on("unload", () => {
      window.removeEventListener("hashchange", follow);
      Address.all.splice(Address.all.indexOf(this), 1);
    });
  }

  /** Apply the filters in the address to a layer, once. */
  restore(layer: PointLayer): void {
    if (this.restored.has(layer.points)) return;
    if (this.has(layer)) this.apply(layer);
    else this.restored.add(layer.points);
  }

  /** Return whether the address says how a layer is filtered or drawn. */
  private has(layer: PointLayer): boolean {
    const isOfLayer = (key: string): boolean =>
      key.startsWith(filterKey(layer, "")) || key.startsWith(`${layer.key}~`);
    return [...this.given.keys()].some(isOfLayer);
  }

  /** Write the address soon. */
  write(): void {
    if (this.isReady) this.writing.start();
  }

  /** Follow an address that the reader changed, or a link. */
  private follow(hash: string): void {
    this.given = parametersOf(hash);
    this.restored = new WeakSet();
    for (const layer of this.explorer.layers) this.apply(layer);
    this.showView();
    this.showLayers();
  }

  private apply(layer: PointLayer): void {
    this.restored.add(layer.points);
    void withRetry(this.map.getContainer(), () => this.filter(layer));
  }

  private async filter(layer: PointLayer): Promise<void> {
    const { points, view } = layer;
    const aspect = (name: Aspect): string | null => this.given.get(aspectKey(layer, name));
    const given = (spec: FacetSpec): string | null => this.given.get(filterKey(layer, spec.name));
    const isGiven = this.has(layer);
    const isUsed = (spec: FacetSpec): boolean =>
      given(spec) !== null || points.isMade(spec) || (!isGiven && spec.choice !== undefined);
    const specs = points.spec.facets.filter(isUsed);
    await Promise.all(specs.map((spec) => points.facet(spec)));
    const hidden = aspect("hidden");
    // An address without the layer opens it as the page does.
    const choice = ({ spec, facet }: NamedFacet): Choice =>
      isGiven ? readChoice(given(spec), facet instanceof RangeFacet) : choiceOf(spec.choice, facet);
    points.choose(choice, hidden === null ? points.hiddenAtFirst : readTerms(hidden));
    view.mode = MODES.find((mode) => mode === aspect("drawn")) ?? "symbols";
    const circles = view.showUncertainty(aspect("circles") !== null);
    await Promise.all([points.filterByText(aspect("text") ?? ""), circles]);
  }

  /** The name of this map's view in the address. */
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
    this.visibility.request(named("on"), named("off"));
  }

  /** Return the state of the map as names and values. */
  parameters(): Parameter[] {
    const { lat, lng } = this.map.getCenter();
    const zoom = Number(this.map.getZoom().toFixed(2));
    const key = this.viewKey;
    const [on, off] = [true, false].map((isShown) => this.visibility.turned(isShown));
    return [
      [key, `${zoom}/${lat.toFixed(5)}/${lng.toFixed(5)}`],
      [`${key}~on`, writeTerms(on) || null],
      [`${key}~off`, writeTerms(off) || null],
      ...[...this.explorer.known].flatMap(layerParameters),
    ];
  }
}

function layerParameters(layer: PointLayer): Parameter[] {
  const { points, view } = layer;
  const hidden = writeTerms(points.hiddenLabels);
  const isUsual = hidden === writeTerms(points.hiddenAtFirst);
  const filters = points.madeFacets.map(({ spec, facet }): Parameter => {
    return [filterKey(layer, spec.name), writeChoice(facet.choice)];
  });
  return [
    ...filters,
    [aspectKey(layer, "hidden"), isUsual ? null : hidden],
    [aspectKey(layer, "text"), points.text || null],
    [aspectKey(layer, "drawn"), view.mode === "symbols" ? null : view.mode],
    [aspectKey(layer, "circles"), view.showsUncertainty ? "on" : null],
    // Without it the page would open with its first filters.
    [aspectKey(layer, "all"), points.firstFilters.length > 0 && !points.isFiltered ? "on" : null],
  ];
}

function writeAddress(all: Address[]): void {
  const parameters = all.flatMap((address) => address.parameters());
  const given = parameters.filter((pair): pair is [string, string] => pair[1] !== null);
  try {
    const text = String(new URLSearchParams(given)).replaceAll("%2F", "/");
    history.replaceState(null, "", `#${text}`);
  } catch {
    // A page within another, as in a notebook, has no address of its own.
  }
}

const BETWEEN = "|";

/** A view: zoom, latitude and longitude. */
export type View = { zoom: number; lat: number; lon: number };

/** Return the view of a text such as "5/45.2/67"; null for any other text. */
export function viewOf(text: string | null): View | null {
  const numbers = /^(\d+(?:\.\d+)?)\/(-?\d+(?:\.\d+)?)\/(-?\d+(?:\.\d+)?)$/.exec(text ?? "");
  if (numbers === null) return null;
  const [zoom, lat, lon] = numbers.slice(1).map(Number);
  return zoom <= 24 && Math.abs(lat) <= 90 && Math.abs(lon) <= 1000 ? { zoom, lat, lon } : null;
}

const escaped = (term: string): string => term.replace(/[%|]/g, encodeURIComponent);
const unescaped = (term: string): string => term.replaceAll("%7C", BETWEEN).replaceAll("%25", "%");

export const writeTerms = (terms: string[]): string => terms.map(escaped).join(BETWEEN);
export const readTerms = (text: string): string[] => text.split(BETWEEN).map(unescaped);

/** Return a choice as text: terms separated by bars, or two ends separated by two dots. */
export function writeChoice(choice: Choice): string | null {
  if (choice === null) return null;
  return "terms" in choice ? writeTerms(choice.terms) : `${choice.from}..${choice.to}`;
}

/** Return the choice of a text; null where there is none. */
export function readChoice(text: string | null, isRange: boolean): Choice {
  if (text === null) return null;
  if (!isRange) return { terms: readTerms(text) };
  const ends = text.split("..").map((end) => (end.trim() === "" ? NaN : Number(end)));
  const isGiven = ends.length === 2 && ends.every(Number.isFinite);
  return isGiven ? { from: Math.min(...ends), to: Math.max(...ends) } : null;
}

export const parametersOf = (hash: string): URLSearchParams =>
  new URLSearchParams(hash.replace(/^#/, ""));
