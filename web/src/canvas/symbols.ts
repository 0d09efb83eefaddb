// Symbols of occurrences and nodes: one set of outlines for the canvas, the legend and the markers.

import { svg } from "../ui/dom.ts";
import type { Pen } from "./surface.ts";

const regular = (corners: number, turn: number, inner = 1): number[] => {
  const points: number[] = [];
  const steps = inner === 1 ? corners : corners * 2;
  for (let i = 0; i < steps; i++) {
    const angle = ((turn + (360 * i) / steps) * Math.PI) / 180;
    const radius = i % 2 === 1 && inner !== 1 ? inner : 1;
    points.push(Math.cos(angle) * radius, Math.sin(angle) * radius);
  }
  return points;
};

const cross = (arm: number): number[] => [
  -arm,
  -1,
  arm,
  -1,
  arm,
  -arm,
  1,
  -arm,
  1,
  arm,
  arm,
  arm,
  arm,
  1,
  -arm,
  1,
  -arm,
  arm,
  -1,
  arm,
  -1,
  -arm,
  -arm,
  -arm,
];

const turned = (points: number[]): number[] => {
  const diagonal = Math.SQRT1_2;
  const result: number[] = [];
  for (let i = 0; i < points.length; i += 2) {
    result.push((points[i] - points[i + 1]) * diagonal, (points[i] + points[i + 1]) * diagonal);
  }
  return result;
};

/** Corners on or in the unit circle, sized so that all shapes look equally large; the circle has none. */
const CORNERS: Record<string, number[]> = {
  square: regular(4, 45).map((v) => v * 1.2),
  diamond: regular(4, 0).map((v) => v * 1.2),
  triangle: regular(3, -90).map((v) => v * 1.22),
  "triangle-down": regular(3, 90).map((v) => v * 1.22),
  gauges: regular(4, 45).map((v) => v * 1.25),
  hexagon: regular(6, 0).map((v) => v * 1.08),
  pentagon: regular(5, -90).map((v) => v * 1.1),
  star: regular(5, -90, 0.48).map((v) => v * 1.3),
  plus: cross(0.38).map((v) => v * 1.05),
  cross: turned(cross(0.38)).map((v) => v * 1.05),
};

/** White drawings on a symbol, in units of its radius: an anchor for a port, rails that step from wide to narrow for a gauge. */
const GLYPHS: Record<string, string> = {
  anchor:
    "M0-.62A.14.14 0 1 0 0-.34.14.14 0 1 0 0-.62M0-.34V.6M-.3-.12H.3M-.58.12C-.5.48-.26.6 0 .6S.5.48.58.12",
  gauges: "M-.52-.7V-.1L-.24.16V.7M.52-.7V-.1L.24.16V.7",
};

export const isGlyph = (shape: string | undefined): boolean =>
  shape !== undefined && shape in GLYPHS;

/** The outline of a shape with the given radius as [x0, y0, x1, y1, ...]; null for a circle. */
export function outline(shape: string, radius: number): number[] | null {
  return CORNERS[shape]?.map((v) => v * radius) ?? null;
}

const HEX = /^#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})$/i;
const NAMED = /^(?:[a-z]+|(?:rgb|hsl)a?\([\d\s.,%/]+\))$/i;

/** The colour if it is one; grey for anything else, since a style could also name an address to load. */
export const safeColor = (color: string): string =>
  HEX.test(color) || NAMED.test(color) ? color : "#777777";

/** Symbol diameter in CSS pixels. `crowd` is the number of points: few can be large from afar, many cannot. */
export function symbolSize(zoom: number, crowd: number): number {
  const room = Math.max(0, Math.min(3, Math.log(30000 / Math.max(1, crowd)) / Math.log(4)));
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

/** A pre-drawn symbol as pixels: where each lies from the centre and what colour it has. */
export interface Sprite {
  /** Pixels reach at most this far from the centre. */
  reach: number;
  dx: Int16Array;
  dy: Int16Array;
  /** Red, green, blue and alpha of each pixel, and the same four bytes as one word. */
  rgba: Uint8ClampedArray;
  words: Uint32Array;
}

const sprites = new Map<string, Sprite>();

/** The sprite of a shape `size` device pixels wide; made once and kept. */
export function spriteOf(shape: string, color: string, size: number, ratio: number): Sprite {
  const key = `${shape} ${color} ${size} ${ratio}`;
  let sprite = sprites.get(key);
  if (sprite === undefined)
    sprites.set(key, (sprite = drawSprite(shape, safeColor(color), size, ratio)));
  return sprite;
}

function drawSprite(shape: string, color: string, size: number, ratio: number): Sprite {
  const reach = Math.ceil(size * 0.66 + 1.5 * ratio);
  const side = 2 * reach + 1;
  const pen = new OffscreenCanvas(side, side).getContext("2d", { willReadFrequently: true });
  if (pen === null) throw new Error("This browser cannot draw on a canvas.");
  const tiny = size < 5 * ratio;
  trace(pen, tiny ? "circle" : shape, reach + 0.5, reach + 0.5, size / 2);
  if (!tiny) {
    pen.lineWidth = 2 * ratio;
    pen.lineJoin = "round";
    pen.strokeStyle = "rgba(255, 255, 255, 0.9)";
    pen.stroke();
  }
  pen.fillStyle = color;
  pen.fill();
  return pixels(pen.getImageData(0, 0, side, side), reach);
}

/** A ring around a symbol, light on both sides so that it shows on any ground. */
export function ringSprite(size: number, ratio: number, [color, rim]: string[]): Sprite {
  const key = `ring ${color} ${rim} ${size} ${ratio}`;
  const known = sprites.get(key);
  if (known !== undefined) return known;
  const reach = Math.ceil((size / 2 + 2) * ratio);
  const side = 2 * reach + 1;
  const pen = new OffscreenCanvas(side, side).getContext("2d", { willReadFrequently: true });
  if (pen === null) throw new Error("This browser cannot draw on a canvas.");
  for (const [width, style] of [
    [3.6, rim],
    [2, color],
  ] as const) {
    pen.beginPath();
    pen.arc(reach + 0.5, reach + 0.5, (size / 2) * ratio, 0, 2 * Math.PI);
    pen.lineWidth = width * ratio;
    pen.strokeStyle = safeColor(style);
    pen.stroke();
  }
  const made = pixels(pen.getImageData(0, 0, side, side), reach);
  sprites.set(key, made);
  return made;
}

function pixels(image: ImageData, reach: number): Sprite {
  const dx: number[] = [],
    dy: number[] = [],
    bytes: number[] = [];
  for (let i = 0, at = 0; at < image.data.length; i++, at += 4) {
    if (image.data[at + 3] < 8) continue;
    dx.push((i % image.width) - reach);
    dy.push(Math.floor(i / image.width) - reach);
    bytes.push(...image.data.subarray(at, at + 4));
  }
  const rgba = Uint8ClampedArray.from(bytes);
  return {
    reach,
    dx: Int16Array.from(dx),
    dy: Int16Array.from(dy),
    rgba,
    words: new Uint32Array(rgba.buffer),
  };
}

/** A sprite as a picture with its centre in the middle. */
export function imageOf({ reach, dx, dy, words }: Sprite): OffscreenCanvas {
  const side = 2 * reach + 1;
  const image = new ImageData(side, side);
  const pixels = new Uint32Array(image.data.buffer);
  words.forEach((word, i) => (pixels[(dy[i] + reach) * side + dx[i] + reach] = word));
  const paper = new OffscreenCanvas(side, side);
  paper.getContext("2d")?.putImageData(image, 0, 0);
  return paper;
}

/** Draw a sprite with its centre at a pixel of an image, over what is there. */
export function stamp(
  sprite: Sprite,
  image: ImageData,
  words: Uint32Array,
  x: number,
  y: number,
): void {
  const { width, height, data } = image;
  for (let i = 0; i < sprite.words.length; i++) {
    const px = x + sprite.dx[i];
    const py = y + sprite.dy[i];
    if (px < 0 || py < 0 || px >= width || py >= height) continue;
    const at = py * width + px;
    const alpha = sprite.rgba[4 * i + 3];
    const under = data[4 * at + 3];
    if (alpha === 255 || under === 0) {
      words[at] = sprite.words[i];
      continue;
    }
    // Source over destination (Porter and Duff 1984), colours not premultiplied.
    const below = (under * (255 - alpha)) / 255;
    const total = alpha + below;
    for (let c = 0; c < 3; c++) {
      data[4 * at + c] = (sprite.rgba[4 * i + c] * alpha + data[4 * at + c] * below) / total;
    }
    data[4 * at + 3] = total;
  }
}

/** The symbol of a corridor's node. */
export function nodePicture(shape: string, color: string, size: number): SVGSVGElement {
  const picture = symbolPicture(shape, color, size, "mm-symbol--node");
  const glyph = GLYPHS[shape];
  if (glyph !== undefined)
    picture.append(
      svg("path", { d: glyph, class: "mm-symbol__glyph", transform: `scale(${size / 2})` }),
    );
  return picture;
}

/** A symbol as an SVG picture, for the legend and for markers; its rim comes from the style sheet. */
export function symbolPicture(
  shape: string,
  color: string,
  size: number,
  className = "mm-symbol",
): SVGSVGElement {
  const side = Math.ceil(size * 1.3) + 4;
  const picture = svg("svg", {
    width: side,
    height: side,
    viewBox: `${-side / 2} ${-side / 2} ${side} ${side}`,
    "aria-hidden": "true",
  });
  const points = outline(shape, size / 2);
  const style = { fill: safeColor(color), class: className };
  picture.append(
    points === null
      ? svg("circle", { r: size / 2, ...style })
      : svg("polygon", { points: points.join(" "), ...style }),
  );
  return picture;
}
