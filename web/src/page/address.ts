// The view, the layers and the filters in the page's address, so that a link restores them.

import { type Choice, choiceOf, RangeFacet } from "../data/facets.ts";
import type { FacetSpec } from "../data/spec.ts";
import type { Bounds } from "../geo/bounds.ts";
import { type HeatLook, MOST_SPREAD, USUAL_HEAT } from "../layers/points/heat.ts";
import type { NamedFacet, PointSet } from "../layers/points/pointset.ts";
import { MODES, type PointLayer } from "../layers/points/view.ts";
import type { Framing } from "../map/framing.ts";
import { PANEL_STATES, type Panel } from "../panel/panel.ts";
import type { Visibility } from "../panel/visibility.ts";
import type { Explorer, Memory } from "../tools/explorer.ts";
import { Delayed } from "../ui/busy.ts";
import { whenReady } from "../ui/ready.ts";
import { withRetry } from "../ui/retry.ts";
import { shortId } from "../ui/shortid.ts";
import { freeBounds } from "../ui/viewport.ts";

const WAIT_MS = 250;
const DESCENDING = "descending";

/** The keys of a layer beside its filters. The name of a filter follows a dot, these a tilde. */
type Aspect = "hidden" | "text" | "drawn" | "heat" | "circles" | "all";
const filterKey = (key: string, name: string): string => `${key}.${name}`;
const aspectKey = (key: string, aspect: Aspect): string => `${key}~${aspect}`;

type Parameter = [key: string, value: string | null];

/** Return a name as an address has it: as it is, or as a short id. */
type Spelling = (name: string) => string;

export class Address implements Memory {
  /** The addresses of all maps of the page, which share the real one. */
  private static readonly all: Address[] = [];
  /** Whether the address has the first view of the map. */
  readonly hasView: boolean;
  private readonly map: L.Map;
  private readonly framing: Framing;
  private readonly explorer: Explorer;
  private readonly panel: Panel;
  private readonly visibility: Visibility;
  private readonly firstPanel: string;
  private given = parametersOf(location.hash);
  private restored = new WeakSet<PointSet>();
  private isReady = false;
  private readonly writing = new Delayed(WAIT_MS, () => writeAddress(Address.all));

  constructor(map: L.Map, framing: Framing, explorer: Explorer, panel: Panel) {
    this.map = map;
    this.framing = framing;
    this.explorer = explorer;
    this.panel = panel;
    this.visibility = panel.visibility;
    this.firstPanel = panel.state;
    Address.all.push(this);
    this.showPanel();
    this.hasView = this.showView();
    this.showLayers();
    this.visibility.changed = () => this.write();
    panel.changed = () => this.write();
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
    this.showTable(layer);
  }

  /** Return whether the address says how a layer is filtered or drawn. */
  private has(layer: PointLayer): boolean {
    const starts = [layer.key, shortId(layer.key)].flatMap((key) => [`${key}.`, `${key}~`]);
    return [...this.given.keys()].some((key) => starts.some((start) => key.startsWith(start)));
  }

  /** Return what the address says of a layer, under its name or its id. */
  private read({ key }: PointLayer, name: (key: string) => string): string | null {
    return this.given.get(name(key)) ?? this.given.get(name(shortId(key)));
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
    this.showPanel();
    // An address without a view is of the first one.
    if (!this.showView() && this.framing.isMoved) this.framing.home(false);
    this.showLayers();
    for (const layer of this.explorer.layers) this.showTable(layer);
  }

  private apply(layer: PointLayer): void {
    this.restored.add(layer.points);
    void withRetry(this.map.getContainer(), () => this.filter(layer));
  }

  private async filter(layer: PointLayer): Promise<void> {
    const { points, view } = layer;
    const aspect = (name: Aspect): string | null => this.read(layer, (key) => aspectKey(key, name));
    const given = (spec: FacetSpec): string | null =>
      this.read(layer, (key) => filterKey(key, spec.name));
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
    view.mode = MODES.find((mode) => mode === aspect("drawn")) ?? view.firstMode;
    view.heat = readHeat(aspect("heat"));
    const circles = view.showUncertainty(aspect("circles") !== null);
    await Promise.all([points.filterByText(aspect("text") ?? ""), circles]);
  }

  /** The name of this map's view in the address. */
  private get viewKey(): string {
    const place = Address.all.indexOf(this);
    return place === 0 ? "map" : `map${place + 1}`;
  }

  private showView(): boolean {
    const given = this.given.get(this.viewKey);
    const [view, bounds] = [viewOf(given), boundsOf(given)];
    if (view !== null) this.map.setView([view.lat, view.lon], view.zoom, { animate: false });
    if (bounds !== null) this.framing.show(bounds);
    return view !== null || bounds !== null;
  }

  /**
   * Return the view as it is written: nothing while it is the first one, which suits a map of any
   * size; in a link, whose reader's map has another size, the bounds of what is seen.
   */
  private writtenView(isLink: boolean): string | null {
    if (!this.framing.isMoved) return null;
    if (isLink) return writeBounds(freeBounds(this.map));
    const { lat, lng } = this.map.getCenter();
    return `${Number(this.map.getZoom().toFixed(2))}/${lat.toFixed(5)}/${lng.toFixed(5)}`;
  }

  private showLayers(): void {
    const named = (aspect: string): string[] =>
      readTerms(this.given.get(`${this.viewKey}~${aspect}`) ?? "");
    this.visibility.request(named("on"), named("off"));
  }

  private showPanel(): void {
    const wanted = this.given.get(`${this.viewKey}~panel`);
    const state = PANEL_STATES.find((name) => name === wanted);
    if (state !== undefined) this.panel.state = state;
  }

  /** Open the table of a layer, in its order, if the address has it. */
  private showTable(layer: PointLayer): void {
    const given = this.given.get(`${this.viewKey}~table`);
    if (given === null) return;
    const [key, column = "", order = ""] = readTerms(given);
    if (key !== layer.key && key !== shortId(layer.key)) return;
    this.explorer.showTable(layer, { column, descending: order === DESCENDING });
  }

  /** Return the open table: its layer, the column that it is sorted by, and whether backwards. */
  private tableTerms(spell: Spelling): string | null {
    const { openTable } = this.explorer;
    if (openTable === null) return null;
    const { layer, sorted } = openTable;
    const order = sorted === null ? [] : [sorted.column];
    if (sorted?.descending) order.push(DESCENDING);
    return writeTerms([spell(layer.key), ...order]);
  }

  /** Return the address of the view, with short ids for the names of layers. */
  link(isEmbedded: boolean): string {
    const address = new URL(location.href);
    address.hash = textOf(Address.all.flatMap((one) => one.parameters({ isEmbedded })));
    return address.href;
  }

  /** Return the state of the map as names and values, for the page's address or for a link. */
  parameters(link: { isEmbedded: boolean } | null = null): Parameter[] {
    const isEmbedded = link?.isEmbedded === true;
    const spell: Spelling = link === null ? (name) => name : shortId;
    const key = this.viewKey;
    const { state } = this.panel;
    const [on, off] = [true, false].map((isShown) => this.visibility.turned(isShown));
    return [
      [key, this.writtenView(link !== null)],
      [`${key}~on`, writeTerms(on.map(spell)) || null],
      [`${key}~off`, writeTerms(off.map(spell)) || null],
      [`${key}~panel`, isEmbedded ? "legend" : state === this.firstPanel ? null : state],
      [`${key}~table`, isEmbedded ? null : this.tableTerms(spell)],
      ...[...this.explorer.known].flatMap((layer) => layerParameters(layer, spell)),
    ];
  }
}

function layerParameters({ key: name, points, view }: PointLayer, spell: Spelling): Parameter[] {
  const layer = spell(name);
  const hidden = writeTerms(points.hiddenLabels);
  const isUsual = hidden === writeTerms(points.hiddenAtFirst);
  const filters = points.madeFacets.map(({ spec, facet }): Parameter => {
    return [filterKey(layer, spec.name), writeChoice(facet.choice)];
  });
  return [
    ...filters,
    [aspectKey(layer, "hidden"), isUsual ? null : hidden],
    [aspectKey(layer, "text"), points.text || null],
    [aspectKey(layer, "drawn"), view.mode === view.firstMode ? null : view.mode],
    [aspectKey(layer, "heat"), writeHeat(view.heat)],
    [aspectKey(layer, "circles"), view.showsUncertainty ? "on" : null],
    // Without it the page would open with its first filters.
    [aspectKey(layer, "all"), points.firstFilters.length > 0 && !points.isFiltered ? "on" : null],
  ];
}

function textOf(parameters: Parameter[]): string {
  const given = parameters.filter((pair): pair is [string, string] => pair[1] !== null);
  return String(new URLSearchParams(given)).replaceAll("%2F", "/");
}

function writeAddress(all: Address[]): void {
  const parameters = all.flatMap((address) => address.parameters());
  try {
    history.replaceState(null, "", `#${textOf(parameters)}`);
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

/** Return bounds as south, west, north and east. */
export const writeBounds = (bounds: Bounds): string =>
  bounds
    .flat()
    .map((side) => Number(side.toFixed(6)))
    .join("/");

/** Return the bounds of a text such as "40/50/55.5/90"; null for any other text. */
export function boundsOf(text: string | null): Bounds | null {
  const sides = (text ?? "").split("/");
  if (sides.length !== 4 || !sides.every((side) => /^-?\d+(?:\.\d+)?$/.test(side))) return null;
  const [south, west, north, east] = sides.map(Number);
  const isWithin = south >= -90 && north <= 90 && west >= -1000 && east <= 1000;
  const corners: Bounds = [
    [south, west],
    [north, east],
  ];
  return isWithin && south < north && west < east ? corners : null;
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

/** Return the look of heat as its radius and its opacity; null for the usual one. */
function writeHeat({ spread, opacity }: HeatLook): string | null {
  const isUsual = spread === USUAL_HEAT.spread && opacity === USUAL_HEAT.opacity;
  return isUsual ? null : `${spread}/${opacity}`;
}

/** Return the look of a text such as "4/80"; the usual one for any other text. */
function readHeat(text: string | null): HeatLook {
  const [spread, opacity] = (/^(\d+)\/(\d+)$/.exec(text ?? "") ?? []).slice(1).map(Number);
  const isLook = spread >= 1 && spread <= MOST_SPREAD && opacity >= 10 && opacity <= 100;
  return isLook ? { spread, opacity } : USUAL_HEAT;
}

export const parametersOf = (hash: string): URLSearchParams =>
  new URLSearchParams(hash.replace(/^#/, ""));
