// The view and the filters in the page's address, so that a link leads to what was seen.

import type { Choice } from "./facets.ts";
import type { Explored, Explorer } from "./explorer.ts";
import { MODES } from "./pointview.ts";
import type { PointSet } from "./pointset.ts";
import { whenReady } from "./ready.ts";

const WAIT_MS = 250;
const BETWEEN = "|";

/** A view: zoom, latitude and longitude. */
export interface View {
  zoom: number;
  lat: number;
  lon: number;
}

/** The view that a text such as "5/45.2/67" tells; null where it tells none. */
export function viewOf(text: string | null): View | null {
  const numbers = /^(\d+(?:\.\d+)?)\/(-?\d+(?:\.\d+)?)\/(-?\d+(?:\.\d+)?)$/.exec(text ?? "");
  if (numbers === null) return null;
  const [zoom, lat, lon] = numbers.slice(1).map(Number);
  return zoom <= 24 && Math.abs(lat) <= 90 && Math.abs(lon) <= 1000 ? { zoom, lat, lon } : null;
}

const escaped = (term: string): string => term.replace(/[%|]/g, encodeURIComponent);
const unescaped = (term: string): string => term.replaceAll("%7C", BETWEEN).replaceAll("%25", "%");

const writeTerms = (terms: string[]): string => terms.map(escaped).join(BETWEEN);
const readTerms = (text: string): string[] => text.split(BETWEEN).map(unescaped);

/** A choice as text: terms between bars, or two ends between two dots. */
export function writeChoice(choice: Choice): string | null {
  if (choice === null) return null;
  return "terms" in choice ? writeTerms(choice.terms) : `${choice.from}..${choice.to}`;
}

export function readChoice(text: string, isRange: boolean): Choice {
  if (!isRange) return { terms: readTerms(text) };
  const ends = text.split("..");
  const [from, to] = ends.map(Number);
  const isGiven = ends.length === 2 && ends.every((end) => end.trim() !== "") && Number.isFinite(from) && Number.isFinite(to);
  return isGiven ? { from: Math.min(from, to), to: Math.max(from, to) } : null;
}

const parametersOf = (hash: string): URLSearchParams => new URLSearchParams(hash.replace(/^#/, ""));

/** What the address says of a layer beside its filters. A filter's name stands after a dot, these after a tilde. */
type Aspect = "hidden" | "text" | "drawn" | "circles";
const filterKey = ({ key }: Explored, name: string): string => `${key}.${name}`;
const aspectKey = ({ key }: Explored, aspect: Aspect): string => `${key}~${aspect}`;

export class Address {
  /** Those of all maps of a page, which has one address for them all. */
  private static readonly all: Address[] = [];
  /** Whether the address says what the map shows first. */
  readonly hasView: boolean;
  private readonly map: L.Map;
  private readonly explorer: Explorer;
  private given = parametersOf(location.hash);
  private restored = new WeakSet<PointSet>();
  private isReady = false;
  private timer = 0;

  constructor(map: L.Map, explorer: Explorer) {
    this.map = map;
    this.explorer = explorer;
    Address.all.push(this);
    this.hasView = this.showView();
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
  restore(layer: Explored): void {
    if (this.restored.has(layer.points)) return;
    this.restored.add(layer.points);
    const isMeant = [...this.given.keys()].some((key) => key.startsWith(filterKey(layer, "")) || key.startsWith(`${layer.key}~`));
    if (isMeant) this.apply(layer);
  }

  /** Write the address soon. */
  write(): void {
    clearTimeout(this.timer);
    if (this.isReady) this.timer = window.setTimeout(writeAddress, WAIT_MS, Address.all);
  }

  /** The reader changed the address by hand or followed a link to it. */
  private follow(): void {
    this.given = parametersOf(location.hash);
    this.restored = new WeakSet();
    for (const layer of this.explorer.layers) {
      this.restored.add(layer.points);
      this.apply(layer);
    }
    this.showView();
  }

  private apply(layer: Explored): void {
    const { points, view } = layer;
    const told = (aspect: Aspect): string | null => this.given.get(aspectKey(layer, aspect));
    points.selection.together(() => {
      for (const spec of points.spec.facets ?? []) {
        const text = this.given.get(filterKey(layer, spec.name));
        const isRange = spec.kind === "number" || spec.kind === "year";
        if (text !== null || points.isMade(spec)) points.facet(spec).facet.choice = text === null ? null : readChoice(text, isRange);
      }
      const hidden = told("hidden");
      const labels = hidden === null ? [] : readTerms(hidden);
      points.spec.legend.entries.forEach(({ label }, style) => points.showStyle(style, !labels.includes(label)));
    });
    void points.seek(told("text") ?? "");
    view.mode = MODES.find((mode) => mode === told("drawn")) ?? "symbols";
    view.showsUncertainty = told("circles") !== null;
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

  /** What the map shows, as names and values. */
  parameters(): [string, string][] {
    const { lat, lng } = this.map.getCenter();
    const zoom = Number(this.map.getZoom().toFixed(2));
    return [
      [this.viewKey, `${zoom}/${lat.toFixed(5)}/${lng.toFixed(5)}`],
      ...[...this.explorer.known].flatMap((layer) => layerParameters(layer)),
    ];
  }
}

function layerParameters(layer: Explored): [string, string][] {
  const { points, view } = layer;
  const hidden = points.spec.legend.entries.filter((_, style) => !points.isStyleShown(style)).map(({ label }) => label);
  const told: [string, string | null][] = [
    ...points.madeFacets.map(({ spec, facet }): [string, string | null] => [filterKey(layer, spec.name), writeChoice(facet.choice)]),
    [aspectKey(layer, "hidden"), hidden.length > 0 ? writeTerms(hidden) : null],
    [aspectKey(layer, "text"), points.text || null],
    [aspectKey(layer, "drawn"), view.mode === "symbols" ? null : view.mode],
    [aspectKey(layer, "circles"), view.showsUncertainty ? "on" : null],
  ];
  return told.filter((pair): pair is [string, string] => pair[1] !== null);
}

function writeAddress(all: Address[]): void {
  try {
    const parameters = String(new URLSearchParams(all.flatMap((address) => address.parameters())));
    history.replaceState(null, "", `#${parameters.replaceAll("%2F", "/")}`);
  } catch {
    // A page within another, as in a notebook, has no address of its own.
  }
}

const used = new Map<string, number>();

/** A name for a layer in the address: its own, with a number where others of the page have it too. */
export function layerKey(name: string): string {
  const count = (used.get(name) ?? 0) + 1;
  used.set(name, count);
  // None of the signs that end it stands in it.
  const plain = name.replace(/[%.~#]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
  return count === 1 ? plain : `${plain}#${count}`;
}
