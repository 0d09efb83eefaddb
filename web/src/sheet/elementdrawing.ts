// Elements as the browser laid them out, drawn on a canvas: boxes, lines of text, pictures, SVG; and
// a sheet as a file.

import { look } from "../canvas/surface.ts";
import { CSS_DPI, type Paper, pixels, withResolution } from "./paper.ts";

type Pen = CanvasRenderingContext2D;

/** Draw an element with its content, in CSS pixels of the window, without shadows and filters. */
export function drawElement(pen: Pen, element: Element): void {
  const style = getComputedStyle(element);
  if (style.display === "none" || style.visibility === "hidden") return;
  const box = element.getBoundingClientRect();
  pen.save();
  pen.globalAlpha *= Number(style.opacity);
  if (element instanceof SVGSVGElement) {
    drawBox(pen, style, box);
    drawSvg(pen, element);
  } else if (element instanceof HTMLCanvasElement || element instanceof HTMLImageElement)
    drawPicture(pen, element, box);
  else {
    drawBox(pen, style, box);
    if (style.overflowY === "hidden") clipTo(pen, box);
    for (const child of element.childNodes) {
      if (child instanceof Text) drawText(pen, child, style);
      else if (child instanceof Element) drawElement(pen, child);
    }
  }
  pen.restore();
}

function clipTo(pen: Pen, { left, top, width, height }: DOMRect): void {
  pen.beginPath();
  pen.rect(left, top, width, height);
  pen.clip();
}

function drawPicture(pen: Pen, picture: HTMLCanvasElement | HTMLImageElement, box: DOMRect): void {
  const { left, top, width, height } = box;
  const isImage = picture instanceof HTMLImageElement;
  if (width === 0 || height === 0 || (isImage && !picture.complete)) return;
  // A picture of the canvas's own resolution is copied without scaling, its corner on a pixel.
  const { a: ratio } = pen.getTransform();
  const isClose = (pixels: number, size: number): boolean => Math.abs(pixels - size * ratio) < 1.5;
  if (isImage || !isClose(picture.width, width) || !isClose(picture.height, height)) {
    pen.drawImage(picture, left, top, width, height);
    return;
  }
  const corner = pen.getTransform().transformPoint(new DOMPoint(left, top));
  pen.setTransform(1, 0, 0, 1, 0, 0);
  pen.drawImage(picture, Math.round(corner.x), Math.round(corner.y));
}

function drawBox(pen: Pen, style: CSSStyleDeclaration, box: DOMRect): void {
  const { left, top, width, height, right, bottom } = box;
  const radius = Math.min(parseFloat(style.borderTopLeftRadius) || 0, width / 2, height / 2);
  pen.beginPath();
  pen.roundRect(left, top, width, height, radius);
  for (const fill of [style.backgroundColor, horizontalGradient(pen, style.backgroundImage, box)]) {
    if (fill === null) continue;
    pen.fillStyle = fill;
    pen.fill();
  }
  for (const side of ["top", "right", "bottom", "left"]) {
    const border = (name: string): string => style.getPropertyValue(`border-${side}-${name}`);
    const line = parseFloat(border("width"));
    if (!line || border("style") === "none") continue;
    const size = side === "top" || side === "bottom" ? [width, line] : [line, height];
    const x = side === "right" ? right - line : left;
    pen.fillStyle = border("color");
    pen.fillRect(x, side === "bottom" ? bottom - line : top, size[0], size[1]);
  }
}

/** Return the gradient of a ramp, from left to right; null for any other picture. */
function horizontalGradient(pen: Pen, image: string, { left, width }: DOMRect) {
  const parts = /^linear-gradient\((?:to right|90deg), (.+)\)$/.exec(image);
  if (parts === null) return null;
  const stops = parts[1].split(/,\s*(?![^()]*\))/);
  const gradient = pen.createLinearGradient(left, 0, left + width, 0);
  stops.forEach((stop, i) => {
    const [, color, percent] = /^(.+?)(?: ([\d.]+)%)?$/.exec(stop)!;
    const even = i / Math.max(1, stops.length - 1);
    gradient.addColorStop(percent === undefined ? even : Number(percent) / 100, color);
  });
  return gradient;
}

const fontOf = ({ fontStyle, fontWeight, fontSize, fontFamily }: CSSStyleDeclaration): string =>
  `${fontStyle} ${fontWeight} ${fontSize} ${fontFamily}`;

function drawText(pen: Pen, node: Text, style: CSSStyleDeclaration): void {
  if (node.data.trim() === "") return;
  const letterSpacing = style.letterSpacing === "normal" ? "0px" : style.letterSpacing;
  look(pen, { font: fontOf(style), letterSpacing, fillStyle: style.color });
  pen.textBaseline = "alphabetic";
  const ascent = pen.measureText("x").fontBoundingBoxAscent;
  const isUpper = style.textTransform === "uppercase";
  for (const { text, left, top } of linesOf(node)) {
    pen.fillText(isUpper ? text.toUpperCase() : text, left, top + ascent);
  }
}

/** Return the lines of a text, each with its corner. */
function linesOf(node: Text): { text: string; left: number; top: number }[] {
  const lines: { text: string; left: number; top: number }[] = [];
  const range = document.createRange();
  const plain = (text: string): string => text.replace(/\s+/g, " ");
  range.selectNodeContents(node);
  const [whole, more] = range.getClientRects();
  if (whole === undefined) return lines;
  if (more === undefined) {
    return [{ text: plain(node.data).trim(), left: whole.left, top: whole.top }];
  }
  for (let at = 0; at < node.length; ) {
    const letter = String.fromCodePoint(node.data.codePointAt(at)!);
    range.setStart(node, at);
    range.setEnd(node, (at += letter.length));
    const box = range.getBoundingClientRect();
    if (box.width === 0) continue;
    const line = lines.at(-1);
    if (line !== undefined && Math.abs(line.top - box.top) < box.height / 2) line.text += letter;
    else lines.push({ text: letter, left: box.left, top: box.top });
  }
  return lines.map((line) => ({ ...line, text: plain(line.text) }));
}

const SHAPES = "circle, ellipse, line, path, polygon, polyline, rect, text";

/** Draw a picture where it is in the window. */
function drawSvg(pen: Pen, picture: SVGSVGElement): void {
  const { left, top, width } = picture.getBoundingClientRect();
  const scale = width / (picture.width.baseVal.value || width || 1);
  for (const shape of picture.querySelectorAll<SVGGraphicsElement>(SHAPES)) {
    const matrix = shape.getCTM();
    if (matrix === null) continue;
    pen.save();
    pen.translate(left, top);
    pen.scale(scale, scale);
    pen.transform(matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f);
    if (shape instanceof SVGTextElement) drawWords(pen, shape);
    else drawPath(pen, pathOf(shape), getComputedStyle(shape));
    pen.restore();
  }
}

const ALIGNMENTS: Record<string, CanvasTextAlign> = { middle: "center", end: "right" };

function drawWords(pen: Pen, words: SVGTextElement): void {
  const style = getComputedStyle(words);
  const textAlign = ALIGNMENTS[style.textAnchor] ?? "left";
  look(pen, { font: fontOf(style), fillStyle: style.fill, textAlign });
  const [x, y] = [words.getAttribute("x"), words.getAttribute("y")].map(Number);
  pen.fillText(words.textContent ?? "", x, y);
}

/** The properties of a style for a shape. */
export type Look = Pick<
  CSSStyleDeclaration,
  | ("fill" | "fillOpacity" | "fillRule" | "opacity" | "paintOrder" | "stroke" | "strokeOpacity")
  | ("strokeDasharray" | "strokeLinecap" | "strokeLinejoin" | "strokeWidth")
>;

/** Fill and stroke a path in a style. */
export function drawPath(pen: Pen, path: Path2D, style: Look): void {
  const opacityOf = (text: string): number => (text === "" ? 1 : Number(text));
  const alpha = pen.globalAlpha * opacityOf(style.opacity);
  const fill = (): void => {
    if (style.fill === "none") return;
    pen.globalAlpha = alpha * opacityOf(style.fillOpacity);
    pen.fillStyle = style.fill;
    pen.fill(path, style.fillRule === "evenodd" ? "evenodd" : "nonzero");
  };
  const stroke = (): void => {
    const width = parseFloat(style.strokeWidth);
    if (style.stroke === "none" || !(width > 0)) return;
    pen.globalAlpha = alpha * opacityOf(style.strokeOpacity);
    const lineCap = (style.strokeLinecap || "butt") as CanvasLineCap;
    const lineJoin = (style.strokeLinejoin || "miter") as CanvasLineJoin;
    look(pen, { strokeStyle: style.stroke, lineWidth: width, lineCap, lineJoin });
    const dashes = style.strokeDasharray.split(/[\s,]+/).map((dash) => parseFloat(dash));
    pen.setLineDash(dashes.filter(Number.isFinite));
    pen.stroke(path);
  };
  for (const paint of style.paintOrder.startsWith("stroke") ? [stroke, fill] : [fill, stroke]) {
    paint();
  }
}

function pathOf(shape: SVGGraphicsElement): Path2D {
  const text = (name: string): string => shape.getAttribute(name) ?? "";
  const number = (name: string): number => Number(text(name));
  const round = (rx: number, ry: number): string =>
    `M${number("cx") - rx} ${number("cy")}a${rx} ${ry} 0 1 0 ${2 * rx} 0a${rx} ${ry} 0 1 0 ${-2 * rx} 0z`;
  const [width, height] = [number("width"), number("height")];
  const outlines: Record<string, () => string> = {
    path: () => text("d"),
    circle: () => round(number("r"), number("r")),
    ellipse: () => round(number("rx"), number("ry")),
    rect: () => `M${number("x")} ${number("y")}h${width}v${height}h${-width}z`,
    line: () => `M${number("x1")} ${number("y1")}L${number("x2")} ${number("y2")}`,
    polyline: () => `M${text("points")}`,
    polygon: () => `M${text("points")}z`,
  };
  return new Path2D(outlines[shape.localName]());
}

/** Return the sheet as a PNG file. It must be in the page, where the browser lays it out. */
export async function renderSheet(sheet: HTMLElement, paper: Paper, dpi: number): Promise<Blob> {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = pixels(paper, dpi);
  const pen = canvas.getContext("2d");
  if (pen === null) throw new Error("This browser cannot draw on so large a canvas.");
  pen.fillStyle = "#ffffff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  const { transform } = sheet.style;
  sheet.style.transform = "none";
  const { left, top } = sheet.getBoundingClientRect();
  pen.scale(dpi / CSS_DPI, dpi / CSS_DPI);
  pen.translate(-left, -top);
  drawElement(pen, sheet);
  sheet.style.transform = transform;
  const png = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (png === null) throw new Error("This browser cannot make so large a picture.");
  return withResolution(png, dpi);
}
