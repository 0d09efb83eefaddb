// The route of the record in the popup: a dashed connector to its entry, and the network from there.

import { put } from "../data/collections.ts";
import { layerBounds } from "../geo/bounds.ts";
import { geodesic } from "../geo/geodesic.ts";
import { latOf, lonBeside, lonOf, worldX, worldY } from "../geo/mercator.ts";
import { lineFrom, type Place } from "../geo/polyline.ts";
import type { Entry, Routes, Way } from "../layers/content.ts";
import type { Hit } from "../layers/hit.ts";
import { button } from "../ui/dom.ts";
import { fitBounds } from "../ui/fit.ts";
import { t } from "../words/language.ts";

type Line = L.LatLngTuple[];
const PANE = "mm-trail";
/** The radius of the rings at the entry and at the end. */
const END_PX = 6;

/** A route, with the place of its first node where no piece begins at it. */
type Route = { routes: Routes; way: Way; node: Place | null };
/** The ends of a connector. */
type Connector = { start: L.LatLngTuple; entry: L.LatLngTuple | null };

export class RouteOverlay {
  private readonly map: L.Map;
  private readonly known = new Set<Routes>();
  private readonly drawn = L.layerGroup();
  private owner: L.Popup | null = null;

  constructor(map: L.Map) {
    this.map = map;
  }

  /** Offer the routes of a table; return a function that withdraws them. */
  add(routes: Routes): () => void {
    return put(this.known, routes);
  }

  /** Draw the route of a record, if it has one; return a button that shows the whole of it. */
  show(owner: L.Popup, { records, row, place }: Hit, at: L.LatLng): HTMLElement | null {
    if (this.owner !== null) this.clear(this.owner);
    const [node, edge] = ["entry", "entry_edge"].map((key) => records.keyed(row, key));
    const entry = { node: String(node), edge: edge === null ? null : String(edge) };
    const route = node === null ? null : this.find(entry, records.spec.link ?? null);
    if (route === null) return null;
    this.owner = owner;
    const [lat, lon] = place === null ? [at.lat, at.lng] : [latOf(place[1]), lonOf(place[0])];
    const [entryLat, entryLon] = ["entry_lat", "entry_lon"].map((key) => records.keyed(row, key));
    const { lines, end } = follow(route, {
      start: [lat, lonBeside(lon, at.lng)],
      entry:
        typeof entryLat === "number" && typeof entryLon === "number"
          ? [entryLat, lonBeside(entryLon, at.lng)]
          : null,
    });
    for (const { line } of lines) this.draw(line, "mm-trail__casing");
    for (const { line, mode } of lines) {
      this.draw(line, `mm-trail__line mm-trail__line--${mode}`);
    }
    const options = { pane: PANE, interactive: false, radius: END_PX, className: "mm-trail__end" };
    for (const spot of [lines[0].line.at(-1)!, end]) {
      L.circleMarker(spot, options).addTo(this.drawn);
    }
    this.drawn.addTo(this.map);
    const bounds = layerBounds(this.drawn)!;
    return button(t("wholeRoute"), { class: "mm-button" }, () =>
      fitBounds(this.map, bounds, true, END_PX),
    );
  }

  /** Remove the route of a popup. */
  clear(owner: L.Popup): void {
    if (owner !== this.owner) return;
    this.drawn.clearLayers().remove();
    this.owner = null;
  }

  /** Find the route from an entry: in the table that belongs to the record, else in any. */
  private find(entry: Entry, link: string | null): Route | null {
    const own = [...this.known].filter((routes) => link !== null && routes.link === link);
    for (const routes of own.length > 0 ? own : this.known) {
      const way = routes.from(entry);
      if (way !== null) return { routes, way, node: null };
      const end = routes.ends.get(entry.node);
      if (end !== undefined) return { routes, way: { pieces: [], midway: false }, node: end };
    }
    return null;
  }

  private draw(line: Line, className: string): void {
    L.polyline(line, { pane: PANE, interactive: false, className }).addTo(this.drawn);
  }
}

/** Return the lines of a route: the connector, then one for each stretch of a mode. */
function follow(
  { routes, way: { pieces, midway }, node }: Route,
  { start, entry }: Connector,
): { lines: { line: Line; mode: string }[]; end: L.LatLngTuple } {
  const { index, entries } = routes;
  const lines: { line: Line; mode: string }[] = [];
  let last = entry ?? start;
  // No jump in longitude between two places.
  const placed = (x: number, y: number): L.LatLngTuple => {
    last = [latOf(y), lonBeside(lonOf(x), last[1])];
    return last;
  };
  for (const row of pieces) {
    const mode = entries[index.styles[row]]?.mode ?? "rail";
    if (lines.at(-1)?.mode !== mode) lines.push({ mode, line: lines.length > 0 ? [last] : [] });
    let places: Place[] = [];
    index.forEachRing(row, (from, to) => {
      for (let i = from; i < to; i++) places.push([index.xs[i], index.ys[i]]);
    });
    if (midway && row === pieces[0] && entry !== null)
      places = lineFrom(places, [worldX(entry[1]), worldY(entry[0])]);
    lines.at(-1)!.line.push(...places.map(([x, y]) => placed(x, y)));
  }
  const first = lines[0]?.line[0] ?? placed(...node!);
  const { line } = geodesic(L.latLng(start), L.latLng(entry ?? first));
  const way = line.map(({ lat, lng }): L.LatLngTuple => [lat, lng]);
  return { lines: [{ mode: "connector", line: way }, ...lines], end: last };
}
