// The pair of records in the popup: a line between both on the map, and the reviewer's decision.

import type { PairSpec } from "../data/spec.ts";
import type { Bounds } from "../geo/bounds.ts";
import { geodesic } from "../geo/geodesic.ts";
import { lonBeside } from "../geo/mercator.ts";
import type { Hit } from "../layers/hit.ts";
import { AIDS_PANE, h, pane } from "../ui/dom.ts";
import { fitBounds } from "../ui/fit.ts";
import { type Answer, type Decision, Decisions } from "./decisions.ts";

/** The side of the letters at the ends of a pair. */
const END_PX = 28;
/** Records at one place are shown with this much around them, in degrees. */
const LEAST_SPAN = 0.02;

/** Shows another pair; the rows are those of the same layer. */
type OpenPair = (hit: Hit, row: number) => void;

export class PairReview {
  /** Shows another pair of the same layer. */
  open: OpenPair = () => {};
  private readonly map: L.Map;
  private readonly decisions = new Decisions();
  private readonly drawn = L.layerGroup();
  private owner: L.Popup | null = null;

  constructor(map: L.Map) {
    this.map = map;
    pane(map, AIDS_PANE, 448);
  }

  /** Draw the pair of a record, if it is one; return the controls of the decision. */
  show(owner: L.Popup, hit: Hit, at: L.LatLng): HTMLElement | null {
    if (this.owner !== null) this.clear(this.owner);
    const { pair } = hit.records.spec;
    if (pair === undefined) return null;
    this.owner = owner;
    this.draw(hit, pair, at);
    const next = this.nextOf(hit, pair);
    return this.decisions.controls(idsOf(hit, pair, hit.row), earlierOf(hit, pair, hit.row), {
      isLeft: next !== null,
      next: () => {
        const row = this.nextOf(hit, pair);
        if (row !== null) this.open(hit, row);
      },
      decided: () => decidedEarlier(hit, pair),
    });
  }

  /** Remove the pair of a popup. */
  clear(owner: L.Popup): void {
    if (owner !== this.owner) return;
    this.drawn.clearLayers().remove();
    this.owner = null;
  }

  private draw({ records, row }: Hit, pair: PairSpec, at: L.LatLng): void {
    const options = { pane: AIDS_PANE, interactive: false };
    const ends = pair.places.map(([lon, lat]) => {
      const place = [records.value(row, lat), records.value(row, lon)];
      if (place.includes(null)) return null;
      return L.latLng(Number(place[0]), lonBeside(Number(place[1]), at.lng));
    });
    const known = ends.filter((end) => end !== null);
    if (known.length === ends.length) {
      const { line } = geodesic(known[0], known[1]);
      L.polyline(line, { ...options, className: "mm-pair__line" }).addTo(this.drawn);
    }
    ends.forEach((end, i) => {
      if (end === null) return;
      const html = h("span", "AB"[i]);
      const className = `mm-pair__end mm-pair__end--${"ab"[i]}`;
      const icon = L.divIcon({ className, html, iconSize: [END_PX, END_PX] });
      L.marker(end, { ...options, icon, keyboard: false }).addTo(this.drawn);
    });
    this.drawn.addTo(this.map);
    fitBounds(this.map, roomAround(known), false);
  }

  /** Return the first pair without a decision after this one, else the first of all. */
  private nextOf(hit: Hit, pair: PairSpec): number | null {
    const { records } = hit;
    const orderOf = (row: number): number => Number(records.value(row, pair.order));
    const here = orderOf(hit.row);
    let best: number | null = null;
    const after = (row: number): number => (orderOf(row) > here ? 0 : Number.MAX_SAFE_INTEGER / 2);
    for (let row = 0; row < pair.count; row++) {
      if (row === hit.row || this.isDecided(hit, pair, row)) continue;
      const rank = orderOf(row) + after(row);
      if (best === null || rank < orderOf(best) + after(best)) best = row;
    }
    return best;
  }

  private isDecided(hit: Hit, pair: PairSpec, row: number): boolean {
    const ids = idsOf(hit, pair, row);
    return this.decisions.answerTo(ids) !== null || earlierOf(hit, pair, row) !== null;
  }
}

/** Return the box of a pair with room above it, where its card stands. */
function roomAround(ends: L.LatLng[]): Bounds {
  const lats = ends.map(({ lat }) => lat);
  const lngs = ends.map(({ lng }) => lng);
  const [south, north] = [Math.min(...lats), Math.max(...lats)];
  const [west, east] = [Math.min(...lngs), Math.max(...lngs)];
  const span = Math.max(north - south, (east - west) / 2, LEAST_SPAN);
  return [
    [south - span / 2, west - span / 2],
    [north + span * 2, east + span / 2],
  ];
}

/** Yield the decisions with which the page was made. */
function* decidedEarlier(hit: Hit, pair: PairSpec): Generator<Decision> {
  for (let row = 0; row < pair.count; row++) {
    const answer = earlierOf(hit, pair, row);
    if (answer !== null) yield { ids: idsOf(hit, pair, row), answer, note: "" };
  }
}

const idsOf = ({ records }: Hit, { ids }: PairSpec, row: number): [string, string] => [
  String(records.value(row, ids[0])),
  String(records.value(row, ids[1])),
];

function earlierOf({ records }: Hit, { decision }: PairSpec, row: number): Answer | null {
  const said = decision === undefined ? null : records.value(row, decision);
  return said === "same" || said === "different" ? said : null;
}
