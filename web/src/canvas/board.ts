// The picture that gets names: the part of the world on it, and the room that is left.

import type { Edges } from "../geo/clip.ts";
import { type Box, meetsAnywhere, pixelUnits, unitsPerMetre, WORLD } from "../geo/mercator.ts";
import { type Space, spacesOf } from "./areas.ts";
import { type Palette, palette } from "./colors.ts";
import { boxOfFrame, type Frame } from "./frame.ts";
import { isWide, type Label } from "./labels.ts";
import { Placement } from "./placement.ts";
import type { Pen } from "./surface.ts";

export type Spot = [x: number, y: number];

/** Half the side of the square around a place in which a symbol makes it hold data. */
const NEAR_PX = 30;

/** The distance within which a town is at a node, in CSS pixels. */
const NODE_PX = 40;

/** The rank of the names that a map of the world has. */
const FIRST_RANK = 2;

export class Board {
  readonly pen: Pen;
  readonly colors: Palette = palette();
  readonly placement: Placement;
  readonly zoom: number;
  /** The greatest rank of names that are written. */
  readonly lastRank: number;
  /** The part of the world, in world units. */
  readonly box: Box;
  /** The part of the picture that the map shows, and that without panel and table. */
  readonly seen: Edges;
  readonly free: Edges;
  /** The two-letter codes of the countries in view that hold data. */
  readonly regions = new Set<string | undefined>();
  /** The names of countries, in small letters. */
  readonly countries = new Set<string>();
  /** The names of the areas that are named, in small letters. */
  readonly named = new Set<string>();
  /** The nodes of corridors on the picture. */
  private readonly nodes: { text: string; spot: Spot }[] = [];
  /** The spots of capitals that are named if there is room. */
  readonly capitals: Spot[] = [];
  readonly frame: Frame;
  private readonly unit: number;

  constructor(pen: Pen, frame: Frame) {
    const { extent, zoom, seen, free, covered = [] } = frame;
    this.pen = pen;
    this.frame = frame;
    this.zoom = zoom;
    // Ranks are whole zooms, and a map of the world may begin at less than the first of them.
    this.lastRank = Math.max(FIRST_RANK, Math.round(zoom));
    this.unit = pixelUnits(zoom);
    this.box = boxOfFrame(frame);
    const whole = { left: 0, top: 0, right: extent.x, bottom: extent.y };
    this.seen = seen ?? whole;
    this.free = free ?? this.seen;
    this.placement = new Placement(extent.x, extent.y);
    if (seen !== undefined) this.placement.fence(seen);
    for (const box of covered) this.placement.take(box);
  }

  /** Return the spot of a place on the picture. */
  spot(x: number, y: number): Spot {
    const { corner } = this.frame;
    return [x / this.unit - corner.x, y / this.unit - corner.y];
  }

  /** Return the spots of a place on the picture: one for each copy of the world in view. */
  spots({ x, y }: Pick<Label, "x" | "y">): Spot[] {
    const [east, down] = this.spot(x, y);
    if (down < 0 || down > this.frame.extent.y) return [];
    return this.copies(east, east).map((shift) => [Math.round(east + shift), Math.round(down)]);
  }

  /** Keep names off the symbol of a node, whose radius is given. */
  addNode(label: Label, radius: number): void {
    for (const spot of this.spots(label)) {
      this.placement.reserve(...spot, radius);
      this.nodes.push({ text: label.text, spot });
    }
  }

  /** Return the spot of the node beside a town that has the town's name; null without one. */
  nodeOf({ text, others = "" }: Label, [x, y]: Spot): Spot | null {
    const near = this.nodes.filter(({ spot }) => Math.hypot(spot[0] - x, spot[1] - y) < NODE_PX);
    if (near.length === 0) return null;
    const names = [text, ...others.split("; ")];
    // Such as "Almaty-1"; "Shuchinsk" is not at Shu.
    const isOf = (node: string, name: string): boolean =>
      name !== "" && node.startsWith(name) && !/^\p{L}/u.test(node.slice(name.length));
    return near.find((node) => names.some((name) => isOf(node.text, name)))?.spot ?? null;
  }

  /** Keep names off the square of a capital. */
  markCapital(label: Label): void {
    const spots = this.spots(label);
    for (const spot of spots) this.placement.mark(...spot);
    this.capitals.push(...spots);
  }

  /** Return the CSS pixels of a distance in metres at a place of the world. */
  pixels(metres: number, y: number): number {
    return (metres * unitsPerMetre(y)) / this.unit;
  }

  /** Return the rooms of an area on the picture, for each copy of the world in view. */
  spaces(label: Label): Space[][] {
    const { corner } = this.frame;
    const all = spacesOf(label.rooms ?? [], corner.x, corner.y, this.unit);
    const isIn = ({ top, bottom }: Edges): boolean =>
      top < this.seen.bottom && bottom > this.seen.top;
    const found = all.filter(isIn);
    if (found.length === 0) return [];
    const west = Math.min(...found.map(({ left }) => left));
    const east = Math.max(...found.map(({ right }) => right));
    return this.copies(west, east).map((shift) =>
      found.map((one) => ({ ...one, left: one.left + shift, right: one.right + shift })),
    );
  }

  /** How often the whole world is in view, but at least once: so often an area is named. */
  get times(): number {
    return Math.max(1, Math.floor(((this.seen.right - this.seen.left) * this.unit) / WORLD));
  }

  /** Return the middle, in world units, of the first room of an area in view; null without one. */
  middle({ rooms = [] }: Label): [x: number, y: number] | null {
    const room = rooms.find((one) => meetsAnywhere(this.box, one));
    return room === undefined ? null : [(room.minX + room.maxX) / 2, (room.minY + room.maxY) / 2];
  }

  /** Return how far copies of the world are shifted in which something is on the picture. */
  private copies(west: number, east: number): number[] {
    const world = WORLD / this.unit;
    const first = Math.ceil(-east / world);
    const count = Math.floor((this.frame.extent.x - west) / world) - first + 1;
    return Array.from({ length: Math.max(0, count) }, (_, n) => (first + n) * world);
  }

  /** Return whether symbols are in an area or near a town. */
  holdsData(label: Label): boolean {
    const has = (box: Edges): boolean => this.placement.hasSymbols(box);
    if (isWide(label.kind)) return this.spaces(label).some((spaces) => spaces.some(has));
    const near = ([x, y]: Spot): Edges => {
      const [right, bottom] = [x + NEAR_PX, y + NEAR_PX];
      return { left: x - NEAR_PX, top: y - NEAR_PX, right, bottom };
    };
    return this.spots(label).map(near).some(has);
  }
}
