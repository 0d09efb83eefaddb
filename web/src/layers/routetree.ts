// The routes of a table as a tree: from every gate piece by piece to the destination.

export class RouteTree {
  private readonly next: ArrayLike<number>;
  private readonly starts = new Map<string, number>();

  /** `next` is the piece after each, -1 at the destination; `start` the gate where one begins. */
  constructor(next: ArrayLike<number>, start: (row: number) => unknown) {
    this.next = next;
    for (let row = 0; row < next.length; row++) {
      const gate = start(row);
      if (typeof gate === "string") this.starts.set(gate, row);
    }
  }

  /** Return the pieces from a gate, in the order of travel; null where no route begins there. */
  from(gate: string): number[] | null {
    const { next } = this;
    const pieces: number[] = [];
    let row = this.starts.get(gate);
    if (row === undefined) return null;
    // A manipulated table could lead in circles.
    for (; row >= 0 && row < next.length && pieces.length < next.length; row = next[row]) {
      pieces.push(row);
    }
    return pieces;
  }
}

/** The widths of the most and the least used piece, as multiples of a corridor's leg. */
const WIDEST = 2.2;
const NARROWEST = 0.6;

/** Return the width of a piece over that of a leg: by the root, so that a tenth still shows. */
export const widthOf = (passing: number, most: number): number =>
  NARROWEST + (WIDEST - NARROWEST) * Math.sqrt(Math.min(1, passing / Math.max(1, most)));
