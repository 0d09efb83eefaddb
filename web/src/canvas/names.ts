// The names of towns, countries, waters, corridors and records: no two overlap.

import { all, put, replayed, toggle } from "../data/collections.ts";
import type { Edges } from "../geo/clip.ts";
import type { Box } from "../geo/mercator.ts";
import type { Steps } from "../ui/queue.ts";
import { boxesIn, boxesOnLand, fitIn, inView, type Space } from "./areas.ts";
import { Board, type Spot } from "./board.ts";
import { isLargeTown, leaderOf, roomBeside } from "./chieftowns.ts";
import type { Frame } from "./frame.ts";
import {
  inOrder,
  isOfBase,
  isSymbol,
  LABEL,
  type Label,
  type LabelSource,
  type SymbolSource,
  type SymbolVisitor,
} from "./labels.ts";
import {
  drawDot,
  drawLeader,
  drawName,
  type Lettering,
  lettered,
  letterings,
} from "./lettering.ts";
import { Repeats, SHARES } from "./placement.ts";
import type { Pen } from "./surface.ts";

/**
 * A name is not written twice within this distance, in CSS pixels: that of a leg along its line, that
 * of a town beside a node of the same name.
 */
const APART: Record<number, number> = {
  [LABEL.leg]: 320,
  [LABEL.town]: 40,
  [LABEL.capital]: 40,
  [LABEL.province]: Infinity,
};
/** A town is not named within this distance of a node of its name, in metres on the ground. */
const SAME_TOWN = 5000;
/** The distance of a name from its line, in CSS pixels. */
const ASIDE_PX = 6;
/** The lines up and down by which a name may be moved within its area. */
const MOVES = [0, 1, -1, 2, -2];
const LINE_PX = 14;
/** The radius of the symbol that a name stands beside, by its kind. */
const RADIUS: Record<number, number> = {
  [LABEL.town]: 3,
  [LABEL.capital]: 3,
  [LABEL.peak]: 4,
  [LABEL.node]: 10,
};
/** Wide letters leave at least this share of the room of an area free. */
const AMPLE = 0.5;
/** The share of its width by which a name may reach beyond its area, where it does not fit. */
const OVER: Record<number, number> = { [LABEL.water]: 0.5 };
/** An area that has room for its name is named this many zoom levels early. */
const EARLIER = 1;

/** Other names stay this far from a capital if they can, in CSS pixels. */
const CAPITAL_PX = 24;

/** The method of `Placement` for each kind of thing that is not a symbol. */
const KEEPING_OFF = { line: "avoid", text: "block" } as const;

/** Names drawn between two pauses. */
const STEP = 25;

/** Returns whether an area of a layer is at a place in world units. */
export type AreaTest = (x: number, y: number) => boolean;

/** A written name: its kind, and its box in CSS pixels of the canvas. */
export type Written = Edges & { text: string; kind: number };

/** The names on a map. */
export class Names {
  private readonly sets = new Set<Label[]>();
  private readonly sources = new Set<LabelSource>();
  private readonly symbols = new Set<SymbolSource>();
  private readonly areas = new Set<AreaTest>();
  private labels: Label[] = [];
  /** Layers with names of their own that cover the base map. */
  private readonly covers = new Set<L.Layer>();
  /** Called after each change. */
  private readonly changed: () => void;

  constructor(changed: () => void) {
    this.changed = changed;
  }

  get isEmpty(): boolean {
    return this.labels.length === 0 && this.sources.size === 0;
  }

  /** Write the names again, since other symbols are shown now. */
  refresh(): void {
    this.changed();
  }

  /** Write the names of a layer; return a function that ends it. */
  add(set: Label[]): () => void {
    return put(this.sets, set, () => {
      if (set.length > 0) this.collect();
    });
  }

  /** Write the names of a source, as the view needs them; return a function that ends it. */
  addSource(source: LabelSource): () => void {
    return all([put(this.sources, source, this.changed), this.addSymbols(source)]);
  }

  /** Keep names off the symbols of a source; return a function that ends it. */
  addSymbols(source: SymbolSource): () => void {
    return put(this.symbols, source, this.changed);
  }

  /** Let countries with areas of a layer in their middles hold data; return a function that ends it. */
  addAreas(isArea: AreaTest): () => void {
    return put(this.areas, isArea, this.changed);
  }

  /** Return the sources of symbols. */
  get obstacles(): SymbolSource[] {
    return [...this.symbols];
  }

  /** Leave the names of the base map out while a layer covers it. */
  cover(layer: L.Layer, isCovering: boolean): void {
    if (this.covers.has(layer) === isCovering) return;
    toggle(this.covers, layer, isCovering);
    this.collect();
  }

  private collect(): void {
    const isWritten = ({ kind }: Label): boolean => this.covers.size === 0 || !isOfBase(kind);
    this.labels = [...this.sets].flat().filter(isWritten);
    this.refresh();
  }

  /** Return the names in a frame in the order in which they get room. */
  private labelsOn(board: Board): Label[] {
    const { box, zoom, lastRank } = board;
    const records = [...this.sources].flatMap((source) => source.labelsIn(box, zoom));
    for (const label of this.labels) {
      if (label.kind !== LABEL.country) continue;
      for (const name of namesOf(label)) board.countries.add(name);
      if (label.region && this.holdsData(label, board)) board.regions.add(label.region);
    }
    const isChief = ({ kind, region }: Label): boolean =>
      (kind === LABEL.country || kind === LABEL.capital) && board.regions.has(region);
    // Countries with a code were looked at above.
    const isKnown = ({ kind, region }: Label): boolean =>
      kind === LABEL.country && region !== undefined;
    const hasData = (label: Label): boolean =>
      isChief(label) || (!isKnown(label) && isOfBase(label.kind) && board.holdsData(label));
    const isAtNode = (label: Label): boolean =>
      label.kind === LABEL.town && board.spots(label).some((spot) => board.nodeOf(label, spot));
    const isEarly = (label: Label): boolean =>
      label.rooms !== undefined || isChief(label) || isAtNode(label);
    const isIn = (label: Label): boolean =>
      isAt(label, box) && label.rank <= lastRank + (isEarly(label) ? EARLIER : 0);
    const labels = this.labels.filter(isIn);
    for (const label of labels) if (label.kind === LABEL.capital) board.markCapital(label);
    const isLarge = (label: Label): boolean => isLargeTown(board, label);
    return inOrder([...labels, ...records], hasData, isLarge);
  }

  /** Return whether symbols or areas of layers are in a country. */
  private holdsData(country: Label, board: Board): boolean {
    if (board.holdsData(country)) return true;
    const middle = board.middle(country);
    return middle !== null && [...this.areas].some((isArea) => isArea(...middle));
  }

  /** Write the names of a frame as far as there is room; `written` gets them. */
  *paint(pen: Pen, frame: Frame, written: Written[] = []): Steps {
    const board = new Board(pen, frame);
    yield* this.reserve(board);
    const repeats = new Repeats();
    let tried = 0;
    for (const label of this.labelsOn(board)) {
      const found = label.rooms ? writeArea(board, label) : writeSpots(board, label, repeats);
      written.push(...found);
      if (++tried % STEP === 0) yield;
    }
  }

  /** Keep names off symbols, and off lines if they can avoid them. */
  private *reserve(board: Board): Steps {
    const { placement, box, zoom, lastRank, frame } = board;
    for (const label of this.labels) {
      if (label.kind === LABEL.node) {
        board.addNode(label, RADIUS[LABEL.node]);
      } else if (label.kind === LABEL.capital && label.rank <= lastRank) {
        // Names of countries leave capitals theirs.
        for (const [x, y] of board.spots(label)) placement.avoid(x, y, CAPITAL_PX);
      }
    }
    for (const source of this.symbols) {
      yield;
      const visit: SymbolVisitor = (x, y, radius, kind) => {
        const way = kind === undefined ? "reserve" : KEEPING_OFF[kind];
        placement[way](...board.spot(x, y), radius);
      };
      source.symbolsIn(box, zoom, visit, frame);
    }
  }
}

/** Return whether a place is in the rows of a box; areas may be wherever their rooms are. */
const isAt = ({ y, rooms }: Label, { minY, maxY }: Box): boolean =>
  rooms !== undefined || (y >= minY && y <= maxY);

/** Write the name of an area where most of it is in view; return what was written. */
function writeArea(board: Board, label: Label): Written[] {
  const fit = (spaces: Space[]): number =>
    Math.max(...spaces.map((space) => fitIn(space, board.seen)));
  const written: Written[] = [];
  for (const spaces of board.spaces(label).sort((a, b) => fit(b) - fit(a))) {
    if (written.length === board.times) break;
    const found = areaName(board, label, spaces, board.free) ?? areaName(board, label, spaces);
    if (found !== null) written.push(draw(board, label, ...found));
  }
  if (written.length > 0) for (const name of namesOf(label)) board.named.add(name);
  return written;
}

/** Return all names of an area, in small letters. */
const namesOf = ({ text, others = "" }: Label): string[] =>
  `${text}; ${others}`.toLowerCase().split("; ").filter(Boolean);

/** Take room in a part of the picture for the name of an area, in the widest letters that fit. */
function areaName(
  board: Board,
  label: Label,
  all: Space[],
  view = board.seen,
): [Lettering, Edges] | null {
  const spaces = inView(all, view);
  if (spaces.length === 0) return null;
  const { pen, placement, colors } = board;
  const isCountry = label.kind === LABEL.country;
  const text = isCountry ? label.text.toUpperCase() : label.text;
  const ways = [...letterings(pen, label.kind, text, colors)];
  const [ample, ...usual] = ways;
  const tight = usual[usual.length - 1];
  const isAmple = ample.width <= AMPLE * fitIn(spaces[0], view);
  // Names of areas that are too small as yet do not reach beyond them.
  const isNow = label.rank <= board.lastRank;
  const over = isNow ? (OVER[label.kind] ?? 0) : 0;
  const isSmall = isNow && all.every((space) => fitIn(space, space) < tight.width);
  const tries = [
    ...(isAmple ? [{ way: ample, over: 0 }] : []),
    ...usual.map((way) => ({ way, over: 0 })),
    ...(over > 0 ? usual.map((way) => ({ way, over: over * way.width })) : []),
  ];
  // The boxes are the same for each share.
  const offers = tries.map(({ way, over }) => {
    const size: Size = [way.width, way.height];
    const boxes = isCountry
      ? boxesOnLand(spaces, size, view, isSmall)
      : { boxes: replayed(boxesIn(spaces, size, view, over)), isGood: undefined };
    return { way, ...boxes };
  });
  for (const share of isCountry || placement.isCrowded ? SHARES : [0]) {
    for (const { way, boxes, isGood } of offers) {
      const room = placement.choose(boxes, share, isGood);
      if (room !== null) return [way, room];
    }
  }
  return null;
}

/** Write a name at its place in each copy of the world; return what was written. */
function writeSpots(board: Board, label: Label, repeats: Repeats): Written[] {
  const { pen, colors } = board;
  const found: Written[] = [];
  // A record may be a country or a lake of the base map.
  const name = label.isInside === undefined ? "" : label.text.toLowerCase();
  if (board.named.has(name)) return found;
  const isCountry = board.countries.has(name);
  const kind = isCountry ? LABEL.country : label.kind;
  const text = isCountry ? label.text.toUpperCase() : label.text;
  const isTown = kind === LABEL.town || kind === LABEL.capital;
  const apart = Math.max(APART[kind] ?? 0, isTown ? board.pixels(SAME_TOWN, label.y) : 0);
  for (const spot of board.spots(label)) {
    if (repeats.isNear(text, ...spot, apart)) continue;
    const way = lettered(pen, kind, text, colors);
    if (way.width > (label.room ?? Infinity)) break;
    const own = roomFor(board, label, spot, way);
    const atNode = own ?? roomAtNode(board, label, spot, way);
    const room = atNode ?? roomBeside(board, label, spot, way);
    if (room === null) continue;
    // Two provinces with one name are in two countries.
    if (kind !== LABEL.province) repeats.add(text, ...spot);
    if (atNode === null) drawLeader(pen, leaderOf(spot, room), colors);
    // The node stands for a town that it covers.
    const isSeen = own !== null || (atNode === null && kind === LABEL.capital);
    if (isSeen && isOfBase(kind) && kind in RADIUS) drawDot(pen, kind, ...spot, colors);
    found.push(draw(board, { ...label, kind }, way, room));
  }
  return found;
}

/** Take room for a name at a spot. */
function roomFor(
  { placement }: Board,
  label: Label,
  spot: Spot,
  { width, height }: Lettering,
): Edges | null {
  const radius = label.radius ?? RADIUS[label.kind] ?? 0;
  const isDrawn = isSymbol(label.kind);
  for (const [x, y] of spotsOf(label, spot, [width, height])) {
    const room = placement.place({ x, y, width, height, radius, isDrawn });
    if (room !== null) return room;
  }
  return null;
}

/** Take room for the name of a town beside a node of its name, which covers it. */
function roomAtNode(board: Board, label: Label, spot: Spot, way: Lettering): Edges | null {
  const node = label.kind === LABEL.town ? board.nodeOf(label, spot) : null;
  return node && roomFor(board, { ...label, kind: LABEL.node }, node, way);
}

function draw({ pen, colors }: Board, { kind, text }: Label, way: Lettering, room: Edges): Written {
  drawName(pen, kind, way, room, colors);
  return { ...room, text, kind };
}

type Size = [width: number, height: number];

/** Return the spots that are tried for a name: both sides of a line, or lines within an area. */
function spotsOf({ aside, isInside }: Label, [x, y]: Spot, [width, height]: Size): Spot[] {
  if (isInside !== undefined) {
    const moves = MOVES.map((move) => move * LINE_PX);
    // All lines of the text, not its middle alone.
    const isIn = (down: number): boolean =>
      [-height / 2, height / 2].every((edge) => isInside(down + edge));
    return moves.filter(isIn).map((down) => [x, y + down]);
  }
  if (aside === undefined) return [[x, y]];
  const [across, down] = aside;
  // As far as the name reaches towards its line, which it does not touch then.
  const away = (Math.abs(across) * width + Math.abs(down) * height) / 2 + ASIDE_PX;
  return [1, -1].map((side) => [x + side * across * away, y + side * down * away]);
}
