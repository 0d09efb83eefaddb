// The review of pairs of records: a line between both on the map, the answers, and the way on.

import type { Records } from "../data/records.ts";
import type { PairSpec } from "../data/spec.ts";
import type { Bounds } from "../geo/bounds.ts";
import { geodesic } from "../geo/geodesic.ts";
import { lonBeside } from "../geo/mercator.ts";
import type { Hit } from "../layers/hit.ts";
import { AIDS_PANE, h, pane } from "../ui/dom.ts";
import { fitBounds } from "../ui/fit.ts";
import { ANSWERS, type ControlEvents, decisionControls, UNDO_KEY } from "./decisioncontrols.ts";
import { type Answer, Decisions } from "./decisions.ts";
import { ReviewStart } from "./reviewstart.ts";

/** The side of the letters at the ends of a pair. */
const END_PX = 28;
/** Least span of a pair, in degrees; a quarter of the span is added on each side. */
const LEAST_SPAN = 0.12;
/** Where a browser keeps that its reader has begun a review. */
const BEGUN_KEY = "minmap-review";
/** Elements that take keys themselves. */
const FIELDS = "input, textarea, select";

/** Shows a pair of a layer. */
type OpenPair = (records: Records, row: number) => void;

/** The pair that is shown. */
type Shown = { owner: L.Popup; hit: Hit; ends: L.LatLng[]; decisions: Decisions };

export class PairReview {
  open: OpenPair = () => {};
  private readonly map: L.Map;
  private readonly known = new Map<Records, Decisions>();
  private readonly drawn = L.layerGroup();
  private shown: Shown | null = null;
  private start: ReviewStart | null = null;
  /** Asks a reader who leaves the page with decisions that are not saved. */
  private readonly ask = (event: BeforeUnloadEvent): void => event.preventDefault();

  constructor(map: L.Map) {
    this.map = map;
    pane(map, AIDS_PANE, 448);
    map.getContainer().addEventListener("keydown", (event) => this.key(event));
    map.on("unload", () => window.removeEventListener("beforeunload", this.ask));
  }

  /** Offer the review of the pairs of a layer, if its records are pairs; return its end. */
  offer(records: Records): () => void {
    const { pair } = records.spec;
    if (pair === undefined || this.start !== null) return () => {};
    const decisions = this.decisionsOn(records, pair);
    const start = new ReviewStart(decisions, {
      begin: () => this.goTo(records, decisions.next(null)),
      close: () => {
        start.element.hidden = true;
        keepBegun();
      },
      saved: () => this.guard(),
    });
    this.start = start;
    start.show(decisions.decided === 0 && !hasBegun());
    this.map.getContainer().append(start.element);
    return () => {
      start.element.remove();
      this.start = null;
    };
  }

  /** Draw the pair of a record, if it is one; return the controls of the decision. */
  show(owner: L.Popup, hit: Hit, at: L.LatLng): HTMLElement | null {
    if (this.shown !== null) this.clear(this.shown.owner);
    const { pair } = hit.records.spec;
    if (pair === undefined) return null;
    const decisions = this.decisionsOn(hit.records, pair);
    this.shown = { owner, hit, ends: this.draw(hit, pair, at), decisions };
    if (this.start !== null) this.start.element.hidden = true;
    keepBegun();
    if (owner.isOpen()) this.fit();
    return decisionControls(decisions, hit.row, this.events(hit, decisions));
  }

  /** Move the map so that the pair is in its free part. */
  fit(): void {
    if (this.shown !== null) fitBounds(this.map, around(this.shown.ends), false, END_PX);
  }

  /** Remove the pair of a popup. */
  clear(owner: L.Popup): void {
    if (owner !== this.shown?.owner) return;
    this.drawn.clearLayers().remove();
    this.shown = null;
  }

  /** Show what to do next where a pair was closed. */
  closed(): void {
    if (this.shown === null && this.start !== null) this.start.show(false);
  }

  private decisionsOn(records: Records, pair: PairSpec): Decisions {
    const decisions = this.known.get(records) ?? new Decisions(records, pair);
    this.known.set(records, decisions);
    return decisions;
  }

  private events({ records, row }: Hit, decisions: Decisions): ControlEvents {
    return {
      answer: (answer) => this.answer(answer),
      undo: () => this.undo(),
      next: () => this.goTo(records, decisions.next(row)),
      open: (other) => this.goTo(records, other),
      changed: () => this.guard(),
      help: () => {
        this.map.closePopup();
        this.start?.show(true);
        this.start?.focus();
      },
    };
  }

  /** Take the answer to the pair that is shown, and go on; after the last the pair stays. */
  private answer(answer: Answer | null): void {
    if (this.shown === null) return;
    const { hit, decisions } = this.shown;
    decisions.decide(hit.row, answer);
    this.guard();
    this.goTo(hit.records, decisions.next(hit.row) ?? hit.row);
  }

  private undo(): void {
    if (this.shown === null) return;
    const { hit, decisions } = this.shown;
    this.goTo(hit.records, decisions.undo());
    this.guard();
  }

  private goTo(records: Records, row: number | null): void {
    if (row !== null) this.open(records, row);
  }

  private key(event: KeyboardEvent): void {
    const isTaken = event.altKey || (event.target as Element).matches(FIELDS);
    if (this.shown === null || isTaken || event.repeat) return;
    const key = event.code === "KeyZ" ? UNDO_KEY : event.key.toLowerCase();
    const isPlain = !event.ctrlKey && !event.metaKey;
    const found = isPlain ? ANSWERS.find((one) => one.key === key) : undefined;
    if (found === undefined && key !== UNDO_KEY) return;
    event.preventDefault();
    if (found === undefined) this.undo();
    else this.answer(found.answer);
  }

  /** Ask a leaving reader about decisions only while some are not saved. */
  private guard(): void {
    const areSaved = [...this.known.values()].every(({ toSave }) => toSave === 0);
    if (areSaved) window.removeEventListener("beforeunload", this.ask);
    else window.addEventListener("beforeunload", this.ask);
  }

  /** Draw both ends of a pair and a line between them; return the ends that have a place. */
  private draw({ records, row }: Hit, pair: PairSpec, at: L.LatLng): L.LatLng[] {
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
    return known;
  }
}

/** Return the box of a pair with its surroundings. */
function around(ends: L.LatLng[]): Bounds {
  const lats = ends.map(({ lat }) => lat);
  const lngs = ends.map(({ lng }) => lng);
  const [south, north] = [Math.min(...lats), Math.max(...lats)];
  const [west, east] = [Math.min(...lngs), Math.max(...lngs)];
  const rim = Math.max(north - south, (east - west) / 2, LEAST_SPAN) / 4;
  return [
    [south - rim, west - rim],
    [north + rim, east + rim],
  ];
}

/** Keep that the reader has begun a review. A page from a disk may have no storage. */
function keepBegun(): void {
  try {
    localStorage.setItem(BEGUN_KEY, "1");
  } catch {
    // The next page shows the instructions again.
  }
}

/** Return whether the reader has begun a review. */
function hasBegun(): boolean {
  try {
    return localStorage.getItem(BEGUN_KEY) !== null;
  } catch {
    return false;
  }
}
