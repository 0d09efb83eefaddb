// The route of the record in the popup: a dashed road to its gate, and the network from there.

import { put } from "../data/collections.ts";
import { layerBounds } from "../geo/bounds.ts";
import { geodesic } from "../geo/geodesic.ts";
import { latOf, lonBeside, lonOf } from "../geo/mercator.ts";
import type { Routes } from "../layers/content.ts";
import type { Hit } from "../layers/hit.ts";
import { button } from "../ui/dom.ts";
import { fitBounds } from "../ui/fit.ts";
import { t } from "../words/language.ts";

type Line = L.LatLngTuple[];
const PANE = "mm-trail";
/** The radius of the rings at the gate and at the end. */
const END_PX = 6;

/** A route, with the place of its gate where no piece begins at it. */
type Route = { routes: Routes; pieces: number[]; gate: [x: number, y: number] | null };

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
    const gate = records.keyed(row, "gate");
    const route = gate === null ? null : this.find(String(gate), records.spec.link ?? null);
    if (route === null) return null;
    this.owner = owner;
    const [lat, lon] = place === null ? [at.lat, at.lng] : [latOf(place[1]), lonOf(place[0])];
    const { lines, end } = follow(route, [lat, lonBeside(lon, at.lng)]);
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

  /** Find the route from a gate: in the table that belongs to the record, else in any. */
  private find(gate: string, link: string | null): Route | null {
    const own = [...this.known].filter((routes) => link !== null && routes.link === link);
    for (const routes of own.length > 0 ? own : this.known) {
      const pieces = routes.from(gate);
      if (pieces !== null) return { routes, pieces, gate: null };
      const end = routes.ends.get(gate);
      if (end !== undefined) return { routes, pieces: [], gate: end };
    }
    return null;
  }

  private draw(line: Line, className: string): void {
    L.polyline(line, { pane: PANE, interactive: false, className }).addTo(this.drawn);
  }
}

/** Return the lines of a route: the road to the gate, then one for each stretch of a mode. */
function follow(
  { routes, pieces, gate }: Route,
  start: L.LatLngTuple,
): { lines: { line: Line; mode: string }[]; end: L.LatLngTuple } {
  const { index, entries } = routes;
  const lines: { line: Line; mode: string }[] = [];
  let last = start;
  // No jump in longitude between two places.
  const placed = (x: number, y: number): L.LatLngTuple => {
    last = [latOf(y), lonBeside(lonOf(x), last[1])];
    return last;
  };
  for (const row of pieces) {
    const mode = entries[index.styles[row]]?.mode ?? "rail";
    if (lines.at(-1)?.mode !== mode) lines.push({ mode, line: lines.length > 0 ? [last] : [] });
    const { line } = lines.at(-1)!;
    index.forEachRing(row, (from, to) => {
      for (let i = from; i < to; i++) line.push(placed(index.xs[i], index.ys[i]));
    });
  }
  const entry = lines[0]?.line[0] ?? placed(...gate!);
  const { line } = geodesic(L.latLng(start), L.latLng(entry));
  const road = line.map(({ lat, lng }): L.LatLngTuple => [lat, lng]);
  return { lines: [{ mode: "connector", line: road }, ...lines], end: last };
}
