// The review of pairs of records: a line between both on the map, the answers, and the way on.

import { all, entry } from "../data/collections.ts";
import type { Records } from "../data/records.ts";
import type { PairSpec } from "../data/spec.ts";
import type { Bounds } from "../geo/bounds.ts";
import { geodesic, isPlace } from "../geo/geodesic.ts";
import { lonBeside } from "../geo/mercator.ts";
import type { Hit } from "../layers/hit.ts";
import type { PointSet } from "../layers/points/pointset.ts";
import { AIDS_PANE, h, pane } from "../ui/dom.ts";
import { fitBounds } from "../ui/fit.ts";
import { withRetry } from "../ui/retry.ts";
import { ANSWERS, type ControlEvents, decisionControls, UNDO_KEY } from "./decisioncontrols.ts";
import { DecisionMarks } from "./decisionmarks.ts";
import { Decisions } from "./decisions.ts";
import { canKeep, DecisionStore, hasBegun, keepBegun } from "./decisionstore.ts";
import type { Answer } from "./opinions.ts";
import { ReviewStart } from "./reviewstart.ts";

/** The side of the letters at the ends of a pair. */
const END_PX = 28;
/** The radius of the ring around the cross of a pair. */
const PLACE_PX = 12;
/** Least span of a pair, in degrees; a quarter of the span is added on each side. */
const LEAST_SPAN = 0.12;
/** Elements that take keys themselves. */
const FIELDS = "input, textarea, select";

/** Shows a pair of a layer. */
type OpenPair = (records: Records, row: number) => void;

/** The pair that is shown. */
type Shown = {
  owner: L.Popup;
  hit: Hit;
  ends: L.LatLng[];
  decisions: Decisions;
  controls: HTMLElement;
};

export class PairReview {
  open: OpenPair = () => {};
  private readonly map: L.Map;
  private readonly known = new Map<Records, Decisions>();
  private readonly drawn = L.layerGroup();
  private shown: Shown | null = null;
  private start: { card: ReviewStart; decisions: Decisions } | null = null;
  /** Decisions that are lost when the page closes. */
  private readonly atRisk = new Set<Decisions>();
  /** Asks a reader who leaves the page with decisions that would be lost. */
  private readonly ask = (event: BeforeUnloadEvent): void => event.preventDefault();
  private readonly stores: { store: DecisionStore; points: PointSet }[] = [];
  /** Whether an answer is being taken here; its card is shown anew in any case. */
  private isChanging = false;
  /** Shows what another page of the same review has kept. */
  private readonly follow = (): void => {
    const taken = this.stores.filter(({ store }) => store.follow());
    for (const { points } of taken) points.decided();
    if (taken.length > 0) this.update();
  };

  constructor(map: L.Map) {
    this.map = map;
    pane(map, AIDS_PANE, 448);
    map.getContainer().addEventListener("keydown", (event) => this.key(event));
    window.addEventListener("storage", this.follow);
    map.on("unload", () => {
      window.removeEventListener("beforeunload", this.ask);
      window.removeEventListener("storage", this.follow);
    });
  }

  /** Offer the review of the pairs of a layer, if its records are pairs; return its end. */
  offer(points: PointSet): () => void {
    const { records } = points;
    const { pair } = records.spec;
    if (pair === undefined) return () => {};
    let end = (): void => {
      end = () => {};
      isOver = true;
    };
    let isOver = false;
    const begin = (): void => {
      if (!isOver) end = this.offerDecisions(this.decisionsOn(points, pair), points);
    };
    // A page in a folder has no cells yet.
    const needed = columnsOf(records, pair);
    if (pair.count === 0 || records.cells.has(0)) begin();
    else void withRetry(this.map.getContainer(), () => records.cells.columns(needed).then(begin));
    return () => end();
  }

  private offerDecisions(decisions: Decisions, points: PointSet): () => void {
    const { selection } = points;
    decisions.isOffered = (row) => selection.isShown(row);
    const marks = new DecisionMarks(this.map, points, decisions);
    const unmark = all([selection.on(() => marks.update()), () => marks.remove()]);
    marks.update();
    if (this.start !== null) return unmark;
    const start = new ReviewStart(decisions, canKeep(), {
      begin: () => this.begin(decisions),
      resized: () => this.map.fire("covered"),
    });
    this.start = { card: start, decisions };
    start.explain(!decisions.isBegun && decisions.decided === 0 && !hasBegun());
    start.show();
    // The reader of a keyboard meets it before the buttons of the map.
    this.map.getContainer().prepend(start.element);
    this.map.fire("covered");
    return all([
      unmark,
      selection.on(() => this.isChanging || this.update()),
      () => {
        start.element.remove();
        this.start = null;
      },
    ]);
  }

  /** Draw the pair of a record, if it is one; return the controls of the decision. */
  show(owner: L.Popup, hit: Hit, at: L.LatLng): HTMLElement | null {
    if (this.shown !== null) this.clear(this.shown.owner);
    const { pair } = hit.records.spec;
    if (pair === undefined) return null;
    const decisions = this.known.get(hit.records);
    if (decisions === undefined) return null;
    const controls = decisionControls(decisions, hit.row, this.events(hit, decisions));
    this.shown = { owner, hit, ends: this.draw(hit, pair, at), decisions, controls };
    this.start?.card.hide();
    keepBegun();
    if (owner.isOpen()) this.fit();
    return controls;
  }

  /** Move the map so that the pair is in its free part. */
  fit(): void {
    if (this.shown !== null) fitBounds(this.map, around(this.shown.ends), false, END_PX);
  }

  /** Remove the pair of a popup; return whether it was shown. */
  clear(owner: L.Popup): boolean {
    if (owner !== this.shown?.owner) return false;
    this.drawn.clearLayers().remove();
    this.shown = null;
    return true;
  }

  /** Show what to do next where a card was closed; the focus that a pair had goes on to it. */
  closed({ hadPair, hadFocus }: { hadPair: boolean; hadFocus: boolean }): void {
    if (this.shown !== null || this.start === null) return;
    this.start.card.show();
    if (hadPair && hadFocus) this.start.card.focus();
  }

  /** Answer by a key; before the first pair, a key of an answer shows it. */
  key(event: KeyboardEvent): void {
    const isTaken = event.altKey || (event.target as Element).matches(FIELDS) || event.repeat;
    if (isTaken) return;
    if (event.key === "Tab" && event.target === document.body) this.reach(event);
    const key = event.code === "KeyZ" ? UNDO_KEY : event.key.toLowerCase();
    const isPlain = !event.ctrlKey && !event.metaKey;
    const found = isPlain ? ANSWERS.find((one) => one.key === key) : undefined;
    const isAnswer = found !== undefined;
    if (!(isAnswer || key === UNDO_KEY) || (this.shown ?? this.start) === null) return;
    event.preventDefault();
    if (!isAnswer) this.undo();
    else if (this.shown !== null) this.answer(found.answer);
    else this.begin(this.start!.decisions);
  }

  /** The first Tab goes to the way on. */
  private reach(event: KeyboardEvent): void {
    if (event.shiftKey || this.start === null || this.start.card.element.hidden) return;
    event.preventDefault();
    this.start.card.focus();
  }

  private begin(decisions: Decisions): void {
    this.goTo(decisions.records, decisions.next(null));
  }

  /** Show the decisions on the pairs that the filters show, as they are now. */
  private update(): void {
    this.start?.card.update();
    if (this.shown === null) return;
    const { hit, decisions, controls } = this.shown;
    const made = decisionControls(decisions, hit.row, this.events(hit, decisions));
    controls.replaceWith(made);
    this.shown.controls = made;
  }

  /** Return the decisions on the pairs of a layer, with what the browser kept of them. */
  private decisionsOn(points: PointSet, pair: PairSpec): Decisions {
    const { records, live } = points;
    return entry(this.known, records, () => {
      const decisions = new Decisions(records, pair);
      if (live !== undefined) {
        live.decision.cell = (row) => decisions.of(row).answer;
        live.note.cell = (row) => decisions.of(row).note || null;
      }
      const store = new DecisionStore(decisions);
      store.follow();
      this.stores.push({ store, points });
      decisions.changed = () => {
        this.guard(decisions, store.keep());
        this.isChanging = true;
        points.decided();
        this.isChanging = false;
      };
      points.decided();
      return decisions;
    });
  }

  private events({ records, row }: Hit, decisions: Decisions): ControlEvents {
    return {
      answer: (answer) => this.answer(answer),
      undo: () => this.undo(),
      next: () => this.goTo(records, decisions.next(row)),
      open: (other) => this.goTo(records, other),
      help: () => {
        this.map.closePopup();
        this.start?.card.explain(true);
        this.start?.card.focus();
      },
    };
  }

  /** Take the answer to the pair that is shown, and go on; after the last the pair stays. */
  private answer(answer: Answer | null): void {
    if (this.shown === null) return;
    const { hit, decisions } = this.shown;
    decisions.decide(hit.row, answer);
    this.goTo(hit.records, decisions.next(hit.row) ?? hit.row);
  }

  private undo(): void {
    const { decisions } = this.shown ?? this.start!;
    this.goTo(decisions.records, decisions.undo());
  }

  private goTo(records: Records, row: number | null): void {
    if (row !== null) this.open(records, row);
  }

  /** Ask a leaving reader about decisions only while some are neither in a file nor kept. */
  private guard(decisions: Decisions, isKept: boolean): void {
    this.atRisk.delete(decisions);
    if (!isKept && decisions.toSave > 0) this.atRisk.add(decisions);
    if (this.atRisk.size === 0) window.removeEventListener("beforeunload", this.ask);
    else window.addEventListener("beforeunload", this.ask);
  }

  /**
   * Draw both ends of a pair and a line between them; return the ends that have a place, or the
   * place of the pair.
   */
  private draw({ records, row }: Hit, pair: PairSpec, at: L.LatLng): L.LatLng[] {
    const options = { pane: AIDS_PANE, interactive: false };
    const ends = pair.places.map(([lon, lat]) => {
      const place = placeIn(records, row, [lat, lon]);
      return place === null ? null : L.latLng(place[0], lonBeside(place[1], at.lng));
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
    const place = { ...options, className: "mm-pair__place", radius: PLACE_PX };
    L.circleMarker(at, place).addTo(this.drawn);
    this.drawn.addTo(this.map);
    return known.length > 0 ? known : [at];
  }
}

/** Return the latitude and longitude in two columns; null unless they are those of a place. */
export function placeIn(records: Records, row: number, columns: number[]): number[] | null {
  const place = columns.map((column) => {
    const value = records.value(row, column);
    return typeof value === "bigint" ? Number(value) : value;
  });
  return isPlace(place[0], place[1]) ? (place as number[]) : null;
}

/** Return the columns that the review of pairs reads. */
function columnsOf({ spec }: Records, pair: PairSpec): number[] {
  const { ids, names, places, order, decision, note } = pair;
  const columns = [spec.title, ...ids, ...names.flat(), ...places.flat(), order, decision, note];
  return columns.filter((column) => column != null);
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
