// The base map's shapes from bytes, as minmap/scene/shape_coding.py describes them.

import { type FeatureArrays, KIND } from "../geo/featureindex.ts";
import { WORLD } from "../geo/mercator.ts";

/** Shapes cut into the cells of a zoom, as flat arrays. */
type CodedShapes = { zoom: number; cells: [x: number, y: number][]; arrays: FeatureArrays };

/** The number of streams of a cell. */
const STREAMS = 4;

/** A place in the bytes, from which numbers in base 128 are read, the lowest digit first. */
class Reader {
  private readonly bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  next(): number {
    const { bytes } = this;
    let digit = bytes[this.at++];
    let number = digit & 127;
    for (let shift = 7; digit > 127; shift += 7) {
      digit = bytes[this.at++];
      number |= (digit & 127) << shift;
    }
    return number;
  }

  /** Return a difference: 2n stands for n, and 2n - 1 for -n. */
  step(): number {
    const number = this.next();
    return (number >>> 1) ^ -(number & 1);
  }
}

export function decodeShapes(bytes: Uint8Array): CodedShapes {
  const head = new Reader(bytes);
  const [zoom, bits, count] = [head.next(), head.next(), head.next()];
  const heads = Array.from({ length: count }, () =>
    Array.from({ length: 2 + STREAMS }, () => head.next()),
  );
  const cells = heads.map(([x, y]): [number, number] => [x, y]);
  // A stream of all cells follows the one before.
  let end = head.at;
  const [runs, sizes, dx, dy] = Array.from({ length: STREAMS }, (_, n) => {
    const starts = heads.map((numbers) => {
      const start = end;
      end += numbers[2 + n];
      return start;
    });
    return { starts, ends: [...starts.slice(1), end] };
  });
  const shapes = readSizes(bytes, runs, sizes);
  const side = WORLD / 2 ** zoom;
  const axis = (starts: number[], of: 0 | 1): Int32Array =>
    readAxis(bytes, starts, shapes, (cell) => cells[cell][of] * side, 2 ** bits);
  const arrays = { ...shapes, xs: axis(dx.starts, 0), ys: axis(dy.starts, 1) };
  return { zoom, cells, arrays };
}

type Stream = { starts: number[]; ends: number[] };
type Sizes = Omit<FeatureArrays, "xs" | "ys"> & { firsts: number[] };

/** Return what each shape is, and its numbers of rings and vertices; `firsts` begin the cells. */
function readSizes(bytes: Uint8Array, runs: Stream, sizes: Stream): Sizes {
  const kinds: number[] = [];
  const styles: number[] = [];
  const ringSizes: number[] = [];
  const ringOffsets = [0];
  const vertexOffsets = [0];
  const firsts: number[] = [];
  let total = 0;
  runs.starts.forEach((start, cell) => {
    firsts.push(kinds.length);
    const size = new Reader(bytes, sizes.starts[cell]);
    for (const run = new Reader(bytes, start); run.at < runs.ends[cell]; ) {
      const code = run.next();
      const isArea = (code & 1) === 1;
      for (let left = run.next(); left > 0; left--) {
        kinds.push(isArea ? KIND.polygon : KIND.line);
        styles.push(code >> 1);
        for (let rings = isArea ? size.next() : 1; rings > 0; rings--) {
          const vertices = size.next();
          ringSizes.push(vertices);
          total += vertices;
        }
        ringOffsets.push(ringSizes.length);
        vertexOffsets.push(total);
      }
    }
  });
  firsts.push(kinds.length);
  return {
    kinds: Uint8Array.from(kinds),
    styles: Uint8Array.from(styles),
    firsts,
    ringSizes: Int32Array.from(ringSizes),
    ringOffsets: Int32Array.from(ringOffsets),
    vertexOffsets: Int32Array.from(vertexOffsets),
  };
}

/** Return the x, or the y, of all vertices in world units. */
function readAxis(
  bytes: Uint8Array,
  starts: number[],
  { firsts, vertexOffsets }: Sizes,
  corner: (cell: number) => number,
  step: number,
): Int32Array {
  const values = new Int32Array(vertexOffsets[vertexOffsets.length - 1]);
  starts.forEach((start, cell) => {
    const reader = new Reader(bytes, start);
    const origin = corner(cell);
    let first = 0;
    for (let shape = firsts[cell]; shape < firsts[cell + 1]; shape++) {
      let value = (first += reader.step());
      let at = vertexOffsets[shape];
      values[at++] = origin + value * step;
      while (at < vertexOffsets[shape + 1]) {
        value += reader.step();
        values[at++] = origin + value * step;
      }
    }
  });
  return values;
}
