// The routes of a table as a tree: from every gate piece by piece to the destination.

export class RouteTree {
  private readonly next: ArrayLike<number>;
  private readonly starts = new Map<string, number>();

  /** `next` is the piece that follows each, -1 at the destination; `start` the gate whose way begins with it. */
  constructor(next: ArrayLike<number>, start: (row: number) => unknown) {
    this.next = next;
    for (let row = 0; row < next.length; row++) {
      const gate = start(row);
      if (typeof gate === "string") this.starts.set(gate, row);
    }
  }

  /** The pieces from a gate, in the order of travel; null where no way begins at it. */
  from(gate: string): number[] | null {
    const first = this.starts.get(gate);
    if (first === undefined) return null;
    const pieces: number[] = [];
    // A table that was tampered with could lead in circles.
    for (
      let row = first;
      row >= 0 && row < this.next.length && pieces.length < this.next.length;
      row = this.next[row]
    )
      pieces.push(row);
    return pieces;
  }
}

/** How much wider than a leg of a corridor a piece is that the most and the fewest pass. */
const WIDEST = 2.2;
const NARROWEST = 0.6;

/** The width of a piece over that of a leg: by the root of the number, so that a tenth can still be seen. */
export const widthOf = (passing: number, most: number): number =>
  NARROWEST + (WIDEST - NARROWEST) * Math.sqrt(Math.min(1, passing / Math.max(1, most)));
