// The names of lines and areas, each at the place that Python chose for it.

import {
  LABEL,
  type Label,
  type LabelSource,
  type SymbolSource,
  type SymbolVisitor,
} from "../canvas/labels.ts";
import { required, type Table } from "../data/payload.ts";
import type { Records } from "../data/records.ts";
import type { LabelsSpec } from "../data/spec.ts";
import { clipSegment } from "../geo/clip.ts";
import { type FeatureIndex, KIND } from "../geo/featureindex.ts";
import { type Box, boxCopies, pixelUnits } from "../geo/mercator.ts";
import type { Place } from "../geo/polyline.ts";

/** The most names that are tried in one view. */
const MOST = 1500;
/** A name may reach this much beyond its area. */
const BEYOND = 1.1;
/** The radius of a point feature and its rim, in CSS pixels. */
const POINT = 5;

export function featureLabels(
  index: FeatureIndex,
  records: Records,
  { column, zoom: least }: LabelsSpec,
  table: Table,
): LabelSource {
  const [xs, ys] = [required(table, "_label_x"), required(table, "_label_y")];
  const precedence = required(table, "_precedence");
  const labelOf = (id: number, zoom: number): Label[] => {
    const text = records.text(id, column);
    if (text === null) return [];
    const label = { x: xs[id], y: ys[id], rank: 0, kind: LABEL.record, text };
    if (index.kinds[id] === KIND.point) return [{ ...label, radius: POINT }];
    if (index.kinds[id] === KIND.line) return [{ ...label, radius: 0 }];
    const unit = pixelUnits(zoom);
    const isInside = (down: number): boolean =>
      index.distanceTo(id, xs[id], ys[id] + down * unit) === 0;
    return [{ ...label, radius: 0, room: (index.extent(id)[0] / unit) * BEYOND, isInside }];
  };
  return {
    symbolsIn(box: Box, _zoom: number, visit: SymbolVisitor) {
      for (const { box: part, shift } of boxCopies(box)) {
        for (const id of index.search(part)) {
          if (index.kinds[id] === KIND.point) visit(xs[id] - shift, ys[id], POINT);
        }
      }
    },
    labelsIn(box: Box, zoom: number) {
      if (zoom < least) return [];
      const found = boxCopies(box).flatMap(({ box: part }) => index.search(part));
      const first = [...new Set(found)].sort((a, b) => precedence[a] - precedence[b]);
      return first.slice(0, MOST).flatMap((id) => labelOf(id, zoom));
    },
  };
}

/** The distance between two places of a line, in CSS pixels, and the space at its sides. */
const STEP = 4;
const ASIDE = 3;

/** Return the lines of an index, which names avoid if they can. */
export function lineSymbols(index: FeatureIndex): SymbolSource {
  const { xs, ys } = index;
  return {
    symbolsIn(box: Box, zoom: number, visit: SymbolVisitor) {
      const step = STEP * pixelUnits(zoom);
      for (const { box: part, shift } of boxCopies(box)) {
        const frame = { left: part.minX, top: part.minY, right: part.maxX, bottom: part.maxY };
        const walk = (from: number, to: number): void => {
          for (let at = from; at < to - 1; at++) {
            const [a, b]: Place[] = [at, at + 1].map((vertex) => [xs[vertex], ys[vertex]]);
            const [first, last] = clipSegment(a, b, frame) ?? [1, 0];
            const length = Math.hypot(b[0] - a[0], b[1] - a[1]);
            for (let t = first; t <= last; t += Math.min(1, step / length)) {
              visit(a[0] + t * (b[0] - a[0]) - shift, a[1] + t * (b[1] - a[1]), ASIDE, "line");
            }
          }
        };
        for (const id of index.search(part)) index.forEachRing(id, walk);
      }
    },
  };
}
