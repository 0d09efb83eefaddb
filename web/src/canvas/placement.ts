// Room for names on a map: no two over each other, in the order in which they ask.

export interface Room {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Pixels between two names, and from the rim of a symbol to its name. */
const APART = 3;
const GAP = 2;
/** The radius of a town's dot and of a node's symbol. */
export const DOT = 3;
export const SYMBOL = 10;

export class Placement {
  private readonly taken: Room[] = [];
  /** The places whose symbols are drawn whether they are named or not. */
  private readonly reserved = new Set<string>();

  /** Keep names off a symbol that is drawn in any case. */
  reserve(x: number, y: number, radius: number): void {
    this.reserved.add(`${x},${y}`);
    // Its own name stands closer to it than others do.
    this.taken.push(around(x, y, radius + GAP - APART));
  }

  /**
   * Find room for a name of a width and height at (x, y): on it, or beside a symbol of a radius, the right side first.
   * Null where there is none; what is returned is taken from then on.
   */
  place(x: number, y: number, width: number, height: number, radius = 0): Room | null {
    const gap = radius + GAP;
    const corners =
      radius > 0
        ? [
            [gap, -height / 2],
            [-gap - width, -height / 2],
            [-width / 2, -gap - height],
            [-width / 2, gap],
          ]
        : [[-width / 2, -height / 2]];
    if (radius > 0 && !this.reserved.has(`${x},${y}`) && !this.isFree(around(x, y, radius)))
      return null;
    for (const [dx, dy] of corners) {
      const room = { left: x + dx, top: y + dy, right: x + dx + width, bottom: y + dy + height };
      if (!this.isFree(room)) continue;
      this.taken.push(room);
      if (radius > 0) this.taken.push(around(x, y, radius));
      return room;
    }
    return null;
  }

  private isFree({ left, top, right, bottom }: Room): boolean {
    return !this.taken.some(
      (other) =>
        left - APART < other.right &&
        other.left < right + APART &&
        top - APART < other.bottom &&
        other.top < bottom + APART,
    );
  }
}

/** Names that are written along a line, again and again: the same one not too soon. */
export class Repeats {
  private readonly written = new Map<string, [x: number, y: number][]>();

  /** Whether a text is written within a distance of a place. */
  isNear(text: string, x: number, y: number, distance: number): boolean {
    return (
      this.written.get(text)?.some(([ax, ay]) => Math.hypot(ax - x, ay - y) < distance) ?? false
    );
  }

  add(text: string, x: number, y: number): void {
    const known = this.written.get(text);
    if (known === undefined) this.written.set(text, [[x, y]]);
    else known.push([x, y]);
  }
}

const around = (x: number, y: number, radius: number): Room => ({
  left: x - radius,
  top: y - radius,
  right: x + radius,
  bottom: y + radius,
});
