// The names of towns, countries, waters, corridors and records: no two overlap.

import { all, toggle } from "../data/collections.ts";
import type { Edges } from "../geo/clip.ts";
import { type Box, pixelUnits, WORLD } from "../geo/mercator.ts";
import type { Steps } from "../ui/queue.ts";
import { type Palette, palette } from "./colors.ts";
import {
  DOT,
  inOrder,
  isOfBase,
  isSymbol,
  isWide,
  LABEL,
  type Label,
  type LabelSource,
  Placement,
  Repeats,
  SYMBOL,
  type SymbolSource,
} from "./labels.ts";
import { look, type Pen } from "./surface.ts";

/** The distance between repetitions of a name along a line, and from the line, in CSS pixels. */
const REPEAT_PX = 320;
const ASIDE_PX = 6;
/** The lines up and down by which a name may be moved within its area. */
const MOVES = [0, 1, -1, 2, -2];
const LINE_PX = 14;
/** The places around the middle of a country, as shares of the room that its name leaves. */
const AROUND = [
  ...[0, 0.5, -0.5, 1, -1].map((down) => [0, down]),
  ...[0.5, -0.5, 1, -1].flatMap((across) => [0, 0.5, -0.5, 1, -1].map((down) => [across, down])),
];

/** Names drawn between two pauses. */
const STEP = 25;

/** The names of records, which are above their symbols, or all others. */
export type Part = "records" | "others";

/** The part of the world on the canvas: its corner in pixels of the zoom, and its size. */
export type Frame = { corner: L.Point; extent: L.Point; zoom: number };

export const boxOf = ({ corner, extent, zoom }: Frame): Box => {
  const unit = pixelUnits(zoom);
  const [minX, minY] = [corner.x * unit, corner.y * unit];
  return { minX, minY, maxX: minX + extent.x * unit, maxY: minY + extent.y * unit };
};

/** The names on a map, for the two layers that write them. */
export class Names {
  private readonly sets = new Set<Label[]>();
  private readonly sources = new Set<LabelSource>();
  private readonly symbols = new Set<SymbolSource>();
  private labels: Label[] = [];
  /** Layers with names of their own that cover the base map. */
  private readonly covers = new Set<L.Layer>();
  /** Called after each change. */
  private readonly changed: () => void;

  constructor(changed: () => void) {
    this.changed = changed;
  }

  /** Write the names of records again, since others are shown now. */
  refresh(): void {
    this.changed();
  }

  /** Write the names of a layer; return a function that ends it. */
  add(set: Label[]): () => void {
    const change = (isShown: boolean): void => {
      toggle(this.sets, set, isShown);
      if (set.length > 0) this.order();
    };
    change(true);
    return () => change(false);
  }

  /** Write the names of a source, as the view needs them; return a function that ends it. */
  addSource(source: LabelSource): () => void {
    return all([this.put(this.sources, source), this.addSymbols(source)]);
  }

  /** Keep names off the symbols of a source; return a function that ends it. */
  addSymbols(source: SymbolSource): () => void {
    return this.put(this.symbols, source);
  }

  /** Return the sources of symbols that are not names. */
  get obstacles(): SymbolSource[] {
    return [...this.symbols].filter(({ areNames }) => !areNames);
  }

  private put<T>(set: Set<T>, source: T): () => void {
    const change = (isShown: boolean): void => {
      toggle(set, source, isShown);
      this.refresh();
    };
    change(true);
    return () => change(false);
  }

  /** Leave the names of the base map out while a layer covers it. */
  cover(layer: L.Layer, isCovering: boolean): void {
    if (this.covers.has(layer) === isCovering) return;
    toggle(this.covers, layer, isCovering);
    this.order();
  }

  /** Return whether there are names of records. */
  get hasRecords(): boolean {
    return this.sources.size > 0;
  }

  /** Return the names in a box, those of symbols first. */
  private labelsIn(box: Box, zoom: number): Label[] {
    const records = [...this.sources].flatMap((source) => source.labelsIn(box, zoom));
    const nodes = this.labels.filter(({ style }) => style === LABEL.node).length;
    return records.length === 0 ? this.labels : this.labels.toSpliced(nodes, 0, ...records);
  }

  private order(): void {
    const labels = [...this.sets].flat();
    const isWritten = ({ style }: Label): boolean => this.covers.size === 0 || !isOfBase(style);
    this.labels = inOrder(labels.filter(isWritten));
    this.refresh();
  }

  /** Write some of the names of a frame, in CSS pixels of its zoom, with room left for the rest. */
  *paint(pen: Pen, frame: Frame, part: Part): Steps {
    const { corner, extent, zoom } = frame;
    const unit = pixelUnits(zoom);
    const world = WORLD / unit;
    const placement = new Placement(extent.x, extent.y);
    const board = { pen, placement, zoom, colors: palette() };
    const repeats = new Repeats();
    const isMeant = ({ style }: Label): boolean =>
      (style === LABEL.record) === (part === "records");
    const places = function* ({ x, y }: Label): Generator<[x: number, y: number]> {
      const down = y / unit - corner.y;
      if (down < 0 || down > extent.y) return;
      const east = x / unit - corner.x;
      // Once for each copy of the world in view.
      for (let at = east - Math.floor(east / world) * world; at <= extent.x; at += world) {
        yield [Math.round(at), Math.round(down)];
      }
    };
    const box = boxOf(frame);
    const labels = this.labelsIn(box, zoom);
    for (const label of labels.filter(({ style }) => style === LABEL.node)) {
      for (const [x, y] of places(label)) placement.reserve(x, y, SYMBOL);
    }
    for (const source of this.symbols) {
      yield;
      const keepOff = source.areNames ? "block" : "reserve";
      source.symbolsIn(box, zoom, (x, y, radius) =>
        placement[keepOff](x / unit - corner.x, y / unit - corner.y, radius),
      );
    }
    let drawn = 0;
    for (const label of labels) {
      if (label.rank > zoom) continue;
      for (const [x, y] of places(label)) {
        if (label.style === LABEL.leg && repeats.isNear(label.text, x, y, REPEAT_PX)) continue;
        if (writeOne(board, label, x, y, isMeant(label))) repeats.add(label.text, x, y);
        if (++drawn % STEP === 0) yield;
      }
    }
  }
}

/** The picture that gets names, and the room that is left on it. */
type Board = { pen: Pen; placement: Placement; zoom: number; colors: Palette };

/** Take room for a name and, if it is meant, draw it; return whether there was room. */
function writeOne(board: Board, label: Label, x: number, y: number, isMeant: boolean): boolean {
  const { pen, colors } = board;
  const { style } = label;
  const [size, face, spacing] = LETTERING[style];
  const text = style === LABEL.country ? label.text.toUpperCase() : label.text;
  look(pen, { font: `${face} ${size}px ${colors.font}`, letterSpacing: `${spacing}px` });
  const { width } = pen.measureText(text);
  if (width > (label.room ?? Infinity)) return false;
  const isTown = style === LABEL.town || style === LABEL.capital;
  const radius = label.radius ?? (style === LABEL.node ? SYMBOL : isTown ? DOT : 0);
  const room = roomFor(board, label, [x, y], [width, size], radius);
  if (room === null || !isMeant) return room !== null;
  if (isTown) drawDot(pen, style, x, y, colors);
  drawText(pen, style, text, room, colors);
  return true;
}

/** The shares of a name that symbols may cover, where nothing less leaves it room. */
const COVERED = [0.1, 0.2, 0.4, 1];

/** Take room for a name. That of a country or a water is rather below symbols than nowhere. */
function roomFor(
  { placement, zoom }: Board,
  label: Label,
  place: Place,
  [width, height]: Size,
  radius: number,
): Edges | null {
  for (const share of [undefined, ...(isWide(label.style) ? COVERED : [])]) {
    for (const [x, y] of placesOf(label, place, [width, height], zoom)) {
      const room = placement.place(x, y, width, height, radius, isSymbol(label.style), share);
      if (room !== null) return room;
    }
  }
  return null;
}

/** Size in pixels, face and letter spacing, in the order of LABEL. */
const LETTERING: [size: number, face: string, spacing: number][] = [
  [11, "", 0],
  [12, "600", 0],
  [12, "600", 1.5],
  [12, "italic", 0.5],
  [11, "600", 0],
  [11, "italic", 0],
  [11, "", 0],
];

function drawText(pen: Pen, style: number, text: string, room: Edges, colors: Palette): void {
  const isWater = style === LABEL.water;
  const y = (room.top + room.bottom) / 2;
  const own = style === LABEL.country ? colors["country-ink"] : colors.label;
  const fillStyle = isWater ? colors["water-ink"] : own;
  const strokeStyle = isWater ? colors.water : colors.halo;
  look(pen, { textBaseline: "middle", lineJoin: "round", lineWidth: 3, strokeStyle, fillStyle });
  pen.strokeText(text, room.left, y);
  pen.fillText(text, room.left, y);
}

function drawDot(pen: Pen, style: number, x: number, y: number, { label, halo }: Palette): void {
  pen.beginPath();
  if (style === LABEL.capital) pen.rect(x - 2.5, y - 2.5, 5, 5);
  else pen.arc(x, y, 1.8, 0, 2 * Math.PI);
  look(pen, { fillStyle: label, strokeStyle: halo, lineWidth: 1.5 });
  pen.stroke();
  pen.fill();
}

type Place = [x: number, y: number];
type Size = [width: number, height: number];

/**
 * Return the places that are tried for a name: both sides of a line, lines within an area, or places
 * around the middle of a country.
 */
function* placesOf(
  { aside, isInside, style, rank }: Label,
  [x, y]: Place,
  [width, height]: Size,
  zoom: number,
): Generator<Place> {
  if (isInside !== undefined) {
    for (const down of MOVES.map((move) => move * LINE_PX)) {
      // All lines of the text, not its middle alone.
      if ([-height / 2, height / 2].every((edge) => isInside(down + edge))) yield [x, y + down];
    }
    return;
  }
  if (style === LABEL.country) {
    // From the zoom of its rank on, there is more and more room in a country than its name needs.
    const spare = Math.min(1, 2 ** (zoom - rank) - 1);
    for (const [across, down] of AROUND)
      yield [
        Math.round(x + (across * spare * width) / 2),
        Math.round(y + down * spare * 2 * LINE_PX),
      ];
    return;
  }
  if (aside === undefined) {
    yield [x, y];
    return;
  }
  const [dx, dy] = [aside[0] * (width / 2 + ASIDE_PX), aside[1] * (height / 2 + ASIDE_PX)];
  for (const side of [1, -1]) yield [x + side * dx, y + side * dy];
}
