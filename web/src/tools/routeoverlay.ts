// The way of the record in the popup, drawn over the map: a dashed road to its gate, and the network from there.

import { geodesic } from "../geo/geodesic.ts";
import { latOf, lonOf } from "../geo/mercator.ts";
import type { Routes } from "../layers/content.ts";
import type { Hit } from "../layers/hit.ts";
import { button } from "../ui/dom.ts";
import { t } from "../words/language.ts";

type Line = L.LatLngTuple[];
const PANE = "mm-trail";

export class RouteOverlay {
  private readonly map: L.Map;
  private readonly covered: () => number;
  private readonly known: Routes[] = [];
  private readonly drawn = L.layerGroup();
  private owner: unknown = null;

  constructor(map: L.Map, covered: () => number) {
    this.map = map;
    this.covered = covered;
  }

  add(routes: Routes): void {
    if (!this.known.includes(routes)) this.known.push(routes);
  }

  remove(routes: Routes): void {
    const at = this.known.indexOf(routes);
    if (at >= 0) this.known.splice(at, 1);
  }

  /** Draw the way of a record, if it has one, in place of what is drawn; gives a button that shows the whole of it. */
  show(owner: unknown, { records, row, place }: Hit, at: L.LatLng): HTMLElement | null {
    this.clear(this.owner);
    const gate = records.keyed(row, "gate");
    if (gate === null) return null;
    const way = this.find(String(gate), records.spec.link ?? null);
    if (way === null) return null;
    this.owner = owner;
    const start: L.LatLngTuple =
      place === null
        ? [at.lat, at.lng]
        : [latOf(place[1]), lonOf(place[0]) + turns(lonOf(place[0]), at.lng)];
    const { lines, end } = follow(way, start);
    for (const { line } of lines) this.draw(line, "mm-trail__casing");
    for (const { line, mode } of lines) this.draw(line, `mm-trail__line mm-trail__line--${mode}`);
    for (const spot of [lines[0].line.at(-1)!, end]) {
      L.circleMarker(spot, {
        pane: PANE,
        interactive: false,
        radius: 6,
        className: "mm-trail__end",
      }).addTo(this.drawn);
    }
    this.drawn.addTo(this.map);
    const bounds = L.latLngBounds(lines.flatMap(({ line }) => line));
    return button(t("wholeWay"), { class: "mm-button" }, () =>
      this.map.fitBounds(bounds, {
        paddingTopLeft: [60, 16],
        paddingBottomRight: [16 + this.covered(), 16],
      }),
    );
  }

  /** Take away what an owner had drawn. */
  clear(owner: unknown): void {
    if (owner === null || owner !== this.owner) return;
    this.drawn.clearLayers().remove();
    this.owner = null;
  }

  /** The routes that belong to a record and lead from its gate: those of its own table, else of any. */
  private find(gate: string, link: string | null): Way | null {
    const own = this.known.filter((routes) => link !== null && routes.link === link);
    for (const routes of own.length > 0 ? own : this.known) {
      const pieces = routes.tree.from(gate);
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

interface Way {
  routes: Routes;
  pieces: number[];
  /** Where the gate is if no piece begins at it. */
  gate: [x: number, y: number] | null;
}

/** The lines of a way, longitudes without a jump: the road to the gate first, then one for each stretch of a mode. */
function follow(
  { routes, pieces, gate }: Way,
  start: L.LatLngTuple,
): { lines: { line: Line; mode: string }[]; end: L.LatLngTuple } {
  const { index, entries } = routes;
  const lines: { line: Line; mode: string }[] = [];
  let last = start;
  const placed = (x: number, y: number): L.LatLngTuple =>
    (last = [latOf(y), lonOf(x) + turns(lonOf(x), last[1])]);
  for (const row of pieces) {
    const mode = entries[index.styles[row]]?.mode ?? "rail";
    if (lines.at(-1)?.mode !== mode) lines.push({ mode, line: lines.length > 0 ? [last] : [] });
    const { line } = lines.at(-1)!;
    index.forEachRing(row, (from, to) => {
      for (let i = from; i < to; i++) line.push(placed(index.xs[i], index.ys[i]));
    });
  }
  const entry = lines[0]?.line[0] ?? placed(...gate!);
  const road = geodesic({ lat: start[0], lon: start[1] }, { lat: entry[0], lon: entry[1] }).line;
  lines.unshift({ mode: "connector", line: road.map(({ lat, lon }) => [lat, lon]) });
  return { lines, end: last };
}

/** Whole turns that bring a longitude next to another. */
const turns = (lon: number, beside: number): number => 360 * Math.round((beside - lon) / 360);
