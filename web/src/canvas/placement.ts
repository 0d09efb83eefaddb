// Room for names on a map, so that no two overlap.

import type { Edges } from "../geo/clip.ts";

/** Pixels between two names, and from the rim of a symbol to its name. */
const APART = 3;
const GAP = 2;
/** The radius of a town's dot and of a node's symbol. */
export const DOT = 3;
export const SYMBOL = 10;

export class Placement {
  private readonly taken: Edges[] = [];
  /** The places of symbols that are drawn with or without a name. */
  private readonly reserved = new Set<string>();

  /** Keep names off a symbol that is always drawn. */
  reserve(x: number, y: number, radius: number): void {
    this.reserved.add(`${x},${y}`);
    // Its own name may be closer to it than other names.
    this.taken.push(around(x, y, radius + GAP - APART));
  }

  /**
   * Take room for a name at (x, y): on it, or beside a symbol of a radius, preferably on its right.
   * Return null where there is none.
   */
  place(x: number, y: number, width: number, height: number, radius = 0): Edges | null {
    const gap = radius + GAP;
    const beside = [
      [gap, -height / 2],
      [-gap - width, -height / 2],
      [-width / 2, -gap - height],
      [-width / 2, gap],
    ];
    const symbol = around(x, y, radius);
    if (radius > 0 && !this.reserved.has(`${x},${y}`) && !this.isFree(symbol)) return null;
    for (const [dx, dy] of radius > 0 ? beside : [[-width / 2, -height / 2]]) {
      const [left, top] = [x + dx, y + dy];
      const room = { left, top, right: left + width, bottom: top + height };
      if (!this.isFree(room)) continue;
      this.taken.push(room);
      if (radius > 0) this.taken.push(symbol);
      return room;
    }
    return null;
  }

  private isFree({ left, top, right, bottom }: Edges): boolean {
    const touchesX = (other: Edges) => left - APART < other.right && other.left < right + APART;
    const touchesY = (other: Edges) => top - APART < other.bottom && other.top < bottom + APART;
    return !this.taken.some((other) => touchesX(other) && touchesY(other));
  }
}

/** Names that are repeated along a line, with a distance between two of them. */
export class Repeats {
  private readonly written = new Map<string, [x: number, y: number][]>();

  /** Return whether a text is written within a distance of a place. */
  isNear(text: string, x: number, y: number, distance: number): boolean {
    const places = this.written.get(text) ?? [];
    return places.some(([ax, ay]) => Math.hypot(ax - x, ay - y) < distance);
  }

  add(text: string, x: number, y: number): void {
    this.written.set(text, [...(this.written.get(text) ?? []), [x, y]]);
  }
}

const around = (x: number, y: number, radius: number): Edges => {
  return { left: x - radius, top: y - radius, right: x + radius, bottom: y + radius };
};
