// The symbols of occurrences and nodes: one set of outlines for canvas, legend and markers.

import { entry } from "../data/collections.ts";
import { svg } from "../ui/dom.ts";
import { look, type Pen, penOf } from "./surface.ts";

/** Corners around the unit circle as [x0, y0, ...]; every second one at `inner` makes a star. */
const regular = (corners: number, turn: number, inner = 1): number[] => {
  const steps = inner === 1 ? corners : corners * 2;
  return Array.from({ length: steps }, (_, i) => {
    const angle = ((turn + (360 * i) / steps) * Math.PI) / 180;
    const radius = i % 2 === 1 ? inner : 1;
    return [Math.cos(angle) * radius, Math.sin(angle) * radius];
  }).flat();
};

/** A cross of four arms, turned by an angle in degrees. */
const cross = (turn: number): number[] => {
  const arm = 0.38;
  return [0, 90, 180, 270].flatMap((angle) => {
    const [cos, sin] = [Math.cos, Math.sin].map((f) => f(((angle + turn) * Math.PI) / 180));
    const turned = (x: number, y: number): number[] => [x * cos - y * sin, x * sin + y * cos];
    return [...turned(-arm, -1), ...turned(arm, -1), ...turned(arm, -arm)];
  });
};

/** Corners in the unit circle, scaled so that all shapes look equally large; a circle has none. */
const CORNERS: Record<string, number[]> = {
  square: regular(4, 45).map((v) => v * 1.2),
  diamond: regular(4, 0).map((v) => v * 1.2),
  triangle: regular(3, -90).map((v) => v * 1.22),
  "triangle-down": regular(3, 90).map((v) => v * 1.22),
  gauges: regular(4, 45).map((v) => v * 1.25),
  hexagon: regular(6, 0).map((v) => v * 1.08),
  pentagon: regular(5, -90).map((v) => v * 1.1),
  star: regular(5, -90, 0.48).map((v) => v * 1.3),
  plus: cross(0).map((v) => v * 1.05),
  cross: cross(45).map((v) => v * 1.05),
};

/** White drawings on a symbol, in units of its radius: an anchor for a port, rails for a gauge. */
const GLYPHS: Record<string, string> = {
  anchor:
    "M0-.62A.14.14 0 1 0 0-.34.14.14 0 1 0 0-.62M0-.34V.6M-.3-.12H.3" +
    "M-.58.12C-.5.48-.26.6 0 .6S.5.48.58.12",
  gauges: "M-.52-.7V-.1L-.24.16V.7M.52-.7V-.1L.24.16V.7",
};

export const isGlyph = (shape: string | undefined): boolean =>
  shape !== undefined && shape in GLYPHS;

/** Return the outline of a shape as [x0, y0, x1, y1, ...]; null for a circle. */
export const outline = (shape: string, radius: number): number[] | null =>
  CORNERS[shape]?.map((v) => v * radius) ?? null;

const HEX = /^#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})$/i;
const NAMED = /^(?:[a-z]+|(?:rgb|hsl)a?\([\d\s.,%/]+\))$/i;

/** Return a colour, or grey for anything else: a style could name an address to load. */
export const safeColor = (color: string): string =>
  HEX.test(color) || NAMED.test(color) ? color : "#777777";

/** Return the diameter of a symbol in CSS pixels: a few points are drawn larger than many. */
export function symbolSize(zoom: number, count: number): number {
  const room = Math.max(0, Math.min(3, Math.log(30000 / Math.max(1, count)) / Math.log(4)));
  const sizes = [3, 3, 3, 3, 5, 6, 8, 10, 10, 11];
  return sizes[Math.max(0, Math.min(sizes.length - 1, Math.round(zoom + room)))];
}

/** Trace a shape around (x, y) on a canvas. */
export function trace(pen: Pen, shape: string, x: number, y: number, radius: number): void {
  const points = outline(shape, radius);
  pen.beginPath();
  if (points === null) {
    pen.arc(x, y, radius, 0, 2 * Math.PI);
    return;
  }
  for (let i = 0; i < points.length; i += 2) pen.lineTo(x + points[i], y + points[i + 1]);
  pen.closePath();
}

/** Drawn symbols in device pixels, each with its centre in the middle. */
const sprites = new Map<string, ImageBitmap>();

/** Draw a sprite around the middle of a canvas, once for each key. */
const spriteFor = (key: string, reach: number, draw: (pen: Pen, middle: number) => void) =>
  entry(sprites, key, () => {
    const pen = penOf(2 * reach + 1, 2 * reach + 1);
    draw(pen, reach + 0.5);
    return pen.canvas.transferToImageBitmap();
  });

/** The rim of symbols: a colour or "none", and its width in CSS pixels. */
export type Rim = { color?: string; width?: number };

/** Return the sprite of a shape `size` device pixels wide. */
export function spriteOf(
  shape: string,
  color: string,
  size: number,
  ratio: number,
  { color: rim = "rgba(255, 255, 255, 0.9)", width = 1 }: Rim = {},
): ImageBitmap {
  const reach = Math.ceil(size * 0.66 + (width + 0.5) * ratio);
  return spriteFor(`${shape} ${color} ${size} ${ratio} ${rim} ${width}`, reach, (pen, middle) => {
    const isTiny = size < 5 * ratio;
    trace(pen, isTiny ? "circle" : shape, middle, middle, size / 2);
    if (!isTiny && rim !== "none") {
      // The fill covers the inner half of the stroke.
      const strokeStyle = safeColor(rim);
      look(pen, { lineWidth: 2 * width * ratio, lineJoin: "round", strokeStyle });
      pen.stroke();
    }
    pen.fillStyle = safeColor(color);
    pen.fill();
  });
}

/** Return a ring around a symbol, with light rims so that it shows on any ground. */
export function ringSprite(size: number, ratio: number, [color, rim]: string[]): ImageBitmap {
  const reach = Math.ceil((size / 2 + 2) * ratio);
  return spriteFor(`ring ${color} ${rim} ${size} ${ratio}`, reach, (pen, middle) => {
    trace(pen, "circle", middle, middle, (size / 2) * ratio);
    look(pen, { lineWidth: 3.6 * ratio, strokeStyle: safeColor(rim) });
    pen.stroke();
    look(pen, { lineWidth: 2 * ratio, strokeStyle: safeColor(color) });
    pen.stroke();
  });
}

/** Return the symbol of a corridor's node. */
export function nodePicture(shape: string, color: string, size: number): SVGSVGElement {
  const picture = symbolPicture(shape, color, size, "mm-symbol--node");
  const glyph = GLYPHS[shape];
  if (glyph === undefined) return picture;
  const transform = `scale(${size / 2})`;
  picture.append(svg("path", { d: glyph, class: "mm-symbol__glyph", transform }));
  return picture;
}

/** Return a symbol for the legend and for markers; its rim comes from the style sheet. */
export function symbolPicture(shape: string, color: string, size: number, name = "mm-symbol") {
  const side = Math.ceil(size * 1.3) + 4;
  const viewBox = `${-side / 2} ${-side / 2} ${side} ${side}`;
  const points = outline(shape, size / 2)?.join(" ");
  const style = { fill: safeColor(color), class: name };
  const round = { r: size / 2, ...style };
  const shown = points === undefined ? svg("circle", round) : svg("polygon", { points, ...style });
  return svg("svg", { width: side, height: side, viewBox, "aria-hidden": "true" }, shown);
}
