// The names of points: in each view those that get room, the most important first.

import {
  LABEL,
  type Label,
  type LabelSource,
  type SymbolSource,
  type SymbolVisitor,
} from "../../canvas/labels.ts";
import type { LabelsSpec } from "../../data/spec.ts";
import { type Box, boxCopies, pixelUnits } from "../../geo/mercator.ts";
import { visitBubbles } from "./bubbles.ts";
import { contains } from "./pointindex.ts";
import type { PointSet } from "./pointset.ts";
import type { Mode } from "./view.ts";

/** The most names that are tried in one view. */
const MOST = 1500;
/** In views with more points than this, names are looked for in the order of all points. */
const CROWD = 20_000;
/** The side of squares whose symbols count as one in such views, in CSS pixels. */
const COARSE = 8;

/** Names follow each filter where no more symbols than this are in view. */
const FEW = 300;
/** Names are written over symbols where there are more points than this in view. */
const MANY = 200_000;
/** The most points that are tested to find those in view. */
const TESTED = 5000;

/** The symbols of a layer without names: other names keep off them. */
export class PointSymbols implements SymbolSource {
  private readonly points: PointSet;
  private readonly mode: () => Mode;
  private asked: { box: Box; isFew: boolean; mode: Mode } | null = null;

  /** `mode` returns the way in which the points are drawn. */
  constructor(points: PointSet, mode: () => Mode) {
    this.points = points;
    this.mode = mode;
  }

  symbolsIn(box: Box, zoom: number, visit: SymbolVisitor): void {
    const [isFew, mode] = [this.isFew(box), this.mode()];
    this.asked = { box, isFew, mode };
    if (mode === "bubbles") visitBubbles(this.points, box, zoom, visit);
    if (mode !== "symbols" || this.points.index.count(box) > MANY) return;
    visitSymbols(this.points, box, zoom, isFew ? 1 : COARSE, visit);
  }

  /** Return whether names depend on what is shown in the last view. */
  get matter(): boolean {
    if (this.asked === null) return false;
    const { box, isFew, mode } = this.asked;
    return mode !== this.mode() || mode === "bubbles" || isFew || this.isFew(box);
  }

  private isFew(box: Box): boolean {
    return this.points.index.few(FEW, box, TESTED) !== null;
  }
}

/** Visit the drawn symbols in a box, one of each square of a side in CSS pixels. */
function visitSymbols(
  points: PointSet,
  box: Box,
  zoom: number,
  side: number,
  visit: SymbolVisitor,
): void {
  const { index, marks } = points;
  const size = points.sizeAt(zoom);
  index.forEachDrawn(box, Math.log2(side * pixelUnits(zoom)), (row, shift) => {
    visit(index.xs[row] + shift, index.ys[row], marks.radius(row, size));
  });
}

export class PointLabels implements LabelSource {
  private readonly points: PointSet;
  private readonly spec: LabelsSpec;
  private readonly mode: () => Mode;
  /** The place of each row in the order in which names get room, and the rows in that order. */
  private readonly precedence: ArrayLike<number>;
  private readonly rows: Int32Array;
  private asked: { box: Box; few: number[] | null } | null = null;

  /** `mode` returns the way in which the points are drawn: names stand beside symbols alone. */
  constructor(points: PointSet, spec: LabelsSpec, mode: () => Mode) {
    this.points = points;
    this.spec = spec;
    this.mode = mode;
    this.precedence = points.codes.precedence ?? [];
    this.rows = inverse(this.precedence);
  }

  labelsIn(box: Box, zoom: number): Label[] {
    if (zoom < this.spec.zoom || this.mode() !== "symbols") return [];
    const { records, index, marks } = this.points;
    const size = this.points.sizeAt(zoom);
    return this.rowsIn(box).flatMap((row) => {
      const text = records.text(row, this.spec.column);
      if (text === null) return [];
      const radius = marks.radius(row, size);
      const [x, y] = [index.xs[row], index.ys[row]];
      return [{ x, y, rank: 0, kind: LABEL.record, text, radius }];
    });
  }

  symbolsIn(box: Box, zoom: number, visit: SymbolVisitor): void {
    if (this.mode() === "bubbles") visitBubbles(this.points, box, zoom, visit);
    if (this.mode() !== "symbols") return;
    // In a crowd, one symbol stands for its square.
    const side = this.fewIn(box) === null ? COARSE : 1;
    visitSymbols(this.points, box, zoom, side, visit);
  }

  /** Return the shown rows in a box; null in a crowd. Keeps the answer for the last box. */
  private fewIn(box: Box): number[] | null {
    if (this.asked?.box !== box) this.asked = { box, few: this.points.index.atMost(CROWD, box) };
    return this.asked.few;
  }

  /** Return the shown rows in a box whose names are tried, the most important first. */
  private rowsIn(box: Box): number[] {
    const { index } = this.points;
    const few = this.fewIn(box);
    if (few !== null) {
      const { precedence } = this;
      return [...new Set(few)].sort((a, b) => precedence[a] - precedence[b]).slice(0, MOST);
    }
    const copies = boxCopies(box);
    const isIn = (row: number): boolean =>
      copies.some(({ box: part }) => contains(part, index.xs[row], index.ys[row]));
    const found: number[] = [];
    for (const row of this.rows) {
      if (found.length === MOST) break;
      if (index.isShown(row) && isIn(row)) found.push(row);
    }
    return found;
  }
}

/** Return the row at each place of an order. */
function inverse(places: ArrayLike<number>): Int32Array {
  const rows = new Int32Array(places.length);
  for (let row = 0; row < places.length; row++) rows[places[row]] = row;
  return rows;
}
