// Room for names on a map: no two over each other, in the order in which they ask.

export interface Room {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Pixels between two names, from the dot of a town to its name, and from its middle to its rim. */
const APART = 3;
const GAP = 5;
const DOT = 3;

export class Placement {
  private readonly taken: Room[] = [];

  /**
   * Find room for a name of a width and height at (x, y): on it, or beside the dot of a town, the right side first.
   * Null where there is none; what is returned is taken from then on.
   */
  place(x: number, y: number, width: number, height: number, besideDot: boolean): Room | null {
    const corners = besideDot
      ? [[GAP, -height / 2], [-GAP - width, -height / 2], [-width / 2, -GAP - height], [-width / 2, GAP]]
      : [[-width / 2, -height / 2]];
    const dot = { left: x - DOT, top: y - DOT, right: x + DOT, bottom: y + DOT };
    if (besideDot && !this.isFree(dot)) return null;
    for (const [dx, dy] of corners) {
      const room = { left: x + dx, top: y + dy, right: x + dx + width, bottom: y + dy + height };
      if (!this.isFree(room)) continue;
      this.taken.push(room);
      if (besideDot) this.taken.push(dot);
      return room;
    }
    return null;
  }

  private isFree({ left, top, right, bottom }: Room): boolean {
    return !this.taken.some((other) =>
      left - APART < other.right && other.left < right + APART && top - APART < other.bottom && other.top < bottom + APART);
  }
}
