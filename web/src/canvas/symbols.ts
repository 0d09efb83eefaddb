// The symbols of occurrences and nodes: one set of outlines for canvas, legend and markers.

import { entry } from "../data/collections.ts";
import type { EntrySpec } from "../data/spec.ts";
import { svg } from "../ui/dom.ts";
import { cssRimOf, rimOf, safeColor, tokens } from "./colors.ts";
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

/** Return corners scaled so that their shape has the area of the unit circle. */
function withArea(corners: number[]): number[] {
  const { length } = corners;
  const twice = corners.reduce((sum, x, i) => {
    if (i % 2 === 1) return sum;
    return sum + x * corners[(i + 3) % length] - corners[(i + 2) % length] * corners[i + 1];
  }, 0);
  const scale = Math.sqrt(Math.PI / (Math.abs(twice) / 2));
  return corners.map((v) => v * scale);
}

/** Corners of shapes with the area of the unit circle, so that areas show numbers; no circle. */
const CORNERS: Record<string, number[]> = {
  square: withArea(regular(4, 45)),
  diamond: withArea(regular(4, 0)),
  triangle: withArea(regular(3, -90)),
  "triangle-down": withArea(regular(3, 90)),
  gauges: withArea(regular(4, 45)),
  hexagon: withArea(regular(6, 0)),
  pentagon: withArea(regular(5, -90)),
  star: withArea(regular(5, -90, 0.48)),
  plus: withArea(cross(0)),
  cross: withArea(cross(45)),
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

/** The diameter of a symbol at near zooms, in CSS pixels, to which the sizes of a layer refer. */
export const USUAL_PX = 11;

/** The smallest diameter at which shapes are legible. Symbols of a layer without many are no smaller. */
const SHAPED_PX = 5;
const MANY = 10_000;

/** Return the diameter of a symbol in CSS pixels: a few points are drawn larger than many. */
export function symbolSize(zoom: number, count: number): number {
  const room = Math.max(0, Math.min(3, Math.log(30000 / Math.max(1, count)) / Math.log(4)));
  const sizes = [3, 3, 3, 3, 5, 6, 8, 10, 10, 11];
  const size = sizes[Math.max(0, Math.min(sizes.length - 1, Math.round(zoom + room)))];
  return count < MANY ? Math.max(SHAPED_PX, size) : size;
}

/** At far zooms, symbols that show numbers keep this share of their size, of more records less. */
const KEPT = 2 / 3;

/** Return the usual diameter where sizes show numbers, which must be told apart at far zooms. */
export const scaledSize = (zoom: number, count: number): number =>
  Math.max(symbolSize(zoom, count), USUAL_PX * KEPT * Math.min(1, (MANY / count) ** 0.25));

/** The SVG paths of icons, in a square of this side around their middle. */
const ICONS = new Map<string, string>();
const ICON_SIDE = 15;
/** An icon is drawn in its own size where a circle of this diameter would be drawn. */
const ICON_PX = 11;

/** Learn the icons that the symbols of a layer have. */
export function addIcons(paths: Record<string, string> = {}): void {
  for (const [name, path] of Object.entries(paths)) ICONS.set(name, path);
}

/** How far shapes reach from their middle up, down or aside, as a share of their size. */
const REACHES = new Map(
  Object.entries(CORNERS).map(([shape, corners]) => [
    shape,
    Math.max(...corners.map(Math.abs)) / 2,
  ]),
);

/** Return how far a shape or an icon reaches from its middle, as a share of its size. */
export const reachOf = (shape: string): number =>
  ICONS.has(shape) ? ICON_SIDE / ICON_PX / 2 : (REACHES.get(shape) ?? 0.5);

/** Trace a circle around (x, y) on a canvas. */
export function traceCircle(pen: Pen, x: number, y: number, radius: number): void {
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
}

const drawnIcons = new Map<string, Path2D>();

/** Return the path of a shape around (x, y). */
function pathOf(shape: string, x: number, y: number, size: number): Path2D {
  const path = new Path2D();
  const icon = ICONS.get(shape);
  const points = outline(shape, size / 2);
  if (icon !== undefined) {
    const scale = size / ICON_PX;
    const [e, f] = [x, y].map((middle) => middle - (scale * ICON_SIDE) / 2);
    const drawn = entry(drawnIcons, shape, () => new Path2D(icon));
    path.addPath(drawn, { a: scale, d: scale, e, f });
  } else if (points === null) path.arc(x, y, size / 2, 0, 2 * Math.PI);
  else {
    for (let i = 0; i < points.length; i += 2) path.lineTo(x + points[i], y + points[i + 1]);
    path.closePath();
  }
  return path;
}

/** How symbols of a shape and a colour look besides. */
type Face = Pick<EntrySpec, "opacity" | "outline" | "outline_width">;
type Symbol = Pick<EntrySpec, "shape" | "color"> & Face;

/** The diameter inside the ring of a record without a size, and the width of the ring. */
export const RING = { size: 6, width: 1.5 };

/** Return the symbol of a record without a size: hollow, and a circle in place of an icon. */
export const hollow = ({ shape, color }: Symbol): Symbol => ({
  shape: ICONS.has(shape) ? "circle" : shape,
  color,
  opacity: 0,
  outline: color,
  outline_width: RING.width,
});

/** How far shapes and icons reach from their middle, as a share of their size. */
export const REACH = 0.79;
const RIM = "rgba(255, 255, 255, 0.9)";
/** The usual width of the outline of a symbol, in CSS pixels. */
export const RIM_PX = 1;

/** Draw a symbol `size` device pixels wide around (x, y); a CSS pixel has `ratio` of them. */
export function drawSymbol(
  pen: Pen,
  { shape, color, opacity = 1, outline: rim = RIM, outline_width: width = RIM_PX }: Symbol,
  [x, y]: [x: number, y: number],
  size: number,
  ratio = 1,
): void {
  const { globalAlpha } = pen;
  const path = pathOf(shape, x, y, size);
  if (rim !== "none") {
    // The fill covers the inner half of the stroke.
    const strokeStyle = rimOf(rim, { color, opacity });
    look(pen, { lineWidth: 2 * width * ratio, lineJoin: "round", strokeStyle });
    pen.stroke(path);
  }
  if (opacity < 1) {
    look(pen, { globalAlpha: 1, globalCompositeOperation: "destination-out" });
    pen.fill(path);
    pen.globalCompositeOperation = "source-over";
  }
  look(pen, { globalAlpha: globalAlpha * opacity, fillStyle: safeColor(color) });
  pen.fill(path);
  pen.globalAlpha = globalAlpha;
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

/** Smaller symbols, in CSS pixels, have the outline that the style sheet gives them. */
const SMALL_PX = 9;

/** Return a symbol with the outline that small ones have, on a page where they have one. */
function withSmallRim(symbol: Symbol): Symbol {
  const [outline, width] = tokens("small-rim")[0].split(" ");
  return outline === "" ? symbol : { ...symbol, outline, outline_width: Number(width) };
}

/** Shapes are legible from this many device pixels on, also where a symbol has few CSS pixels. */
const TINY_PX = 9;

/** Return the sprite of a symbol `size` device pixels wide; tiny ones are plain dots. */
export function spriteOf(given: Symbol, size: number, ratio: number): ImageBitmap {
  const isSmall = size < SMALL_PX * ratio && given.outline === undefined;
  const symbol = isSmall ? withSmallRim(given) : given;
  const { shape, color, opacity, outline, outline_width: width = RIM_PX } = symbol;
  const isTiny = size < Math.min(SHAPED_PX * ratio, TINY_PX);
  const drawn = isTiny ? { shape: "circle", color, outline: "none" } : symbol;
  const rim = outline && rimOf(outline, symbol);
  const key = [shape, color, size, ratio, opacity, rim, width].join("|");
  const reach = Math.ceil(size * REACH + (width + 0.5) * ratio);
  return spriteFor(key, reach, (pen, middle) =>
    drawSymbol(pen, drawn, [middle, middle], size, ratio),
  );
}

/** Return a plain dot `size` CSS pixels wide. */
export function dotSprite(size: number, ratio: number, color: string): ImageBitmap {
  const reach = Math.ceil((size / 2 + 1) * ratio);
  return spriteFor(`dot ${color} ${size} ${ratio}`, reach, (pen, middle) => {
    traceCircle(pen, middle, middle, (size / 2) * ratio);
    pen.fillStyle = safeColor(color);
    pen.fill();
  });
}

/** Return a ring around a symbol, with light rims so that it shows on any background. */
export function ringSprite(size: number, ratio: number, [color, rim]: string[]): ImageBitmap {
  const reach = Math.ceil((size / 2 + 2) * ratio);
  return spriteFor(`ring ${color} ${rim} ${size} ${ratio}`, reach, (pen, middle) => {
    traceCircle(pen, middle, middle, (size / 2) * ratio);
    look(pen, { lineWidth: 3.6 * ratio, strokeStyle: safeColor(rim) });
    pen.stroke();
    look(pen, { lineWidth: 2 * ratio, strokeStyle: safeColor(color) });
    pen.stroke();
  });
}

/** Return the symbol of a corridor's node. */
export function nodePicture(shape: string, color: string, size: number): SVGSVGElement {
  const picture = symbolPicture({ shape, color }, size, "mm-symbol--node");
  const glyph = GLYPHS[shape];
  if (glyph === undefined) return picture;
  const transform = `scale(${size / 2})`;
  picture.append(svg("path", { d: glyph, class: "mm-symbol__glyph", transform }));
  return picture;
}

/** Return a symbol for the legend and for markers; its usual outline is in the style sheet. */
export function symbolPicture(
  { shape, color, opacity = 1, outline: rim, outline_width: width = RIM_PX }: Symbol,
  size: number,
  name = "mm-symbol",
): SVGSVGElement {
  // Behind a fill that is seen through, no half of the outline may lie.
  const isClear = opacity < 1 && rim !== "none";
  const across = isClear ? size + width : size;
  const side = Math.ceil(across * 1.3) + 4;
  const viewBox = `${-side / 2} ${-side / 2} ${side} ${side}`;
  const { shown, scale } = shapePicture(shape, across);
  shown.setAttribute("class", name);
  shown.setAttribute("fill", safeColor(color));
  shown.setAttribute("fill-opacity", String(opacity));
  if (rim !== undefined) shown.style.stroke = cssRimOf(rim, { color, opacity });
  const isUsual = rim === undefined && width === RIM_PX;
  const stroke = isClear ? width : isUsual ? 1 : 2 * width;
  if (!isUsual || scale !== 1) shown.style.strokeWidth = String(stroke / scale);
  return svg("svg", { width: side, height: side, viewBox, "aria-hidden": "true" }, shown);
}

/** Return a shape around the origin, and the scale at which it is drawn. */
function shapePicture(shape: string, size: number): { shown: SVGElement; scale: number } {
  const d = ICONS.get(shape);
  if (d !== undefined) {
    const scale = size / ICON_PX;
    const middle = ICON_SIDE / 2;
    const transform = `scale(${scale}) translate(${-middle} ${-middle})`;
    return { shown: svg("path", { d, transform }), scale };
  }
  const points = outline(shape, size / 2)?.join(" ");
  const shown = points === undefined ? svg("circle", { r: size / 2 }) : svg("polygon", { points });
  return { shown, scale: 1 };
}
