// Elements as the browser laid them out, drawn on a canvas: boxes, lines of text, pictures, SVG.

import { drawSvg } from "./svgdrawing.ts";

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
    for (const child of element.childNodes) {
      if (child instanceof Text) drawText(pen, child, style);
      else if (child instanceof Element) drawElement(pen, child);
    }
  }
  pen.restore();
}

function drawPicture(
  pen: Pen,
  picture: HTMLCanvasElement | HTMLImageElement,
  { left, top, width, height }: DOMRect,
): void {
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
  const border = (side: string, name: string): string =>
    style.getPropertyValue(`border-${side}-${name}`);
  const sides: Record<string, (line: number) => [number, number, number, number]> = {
    top: (line) => [left, top, width, line],
    right: (line) => [right - line, top, line, height],
    bottom: (line) => [left, bottom - line, width, line],
    left: (line) => [left, top, line, height],
  };
  for (const [side, rectOf] of Object.entries(sides)) {
    const line = parseFloat(border(side, "width"));
    if (!line || border(side, "style") === "none") continue;
    pen.fillStyle = border(side, "color");
    pen.fillRect(...rectOf(line));
  }
}

/** Return the gradient of a ramp, from left to right; null for any other picture. */
function horizontalGradient(
  pen: Pen,
  image: string,
  { left, width }: DOMRect,
): CanvasGradient | null {
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

function drawText(pen: Pen, node: Text, style: CSSStyleDeclaration): void {
  if (node.data.trim() === "") return;
  pen.font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  pen.letterSpacing = style.letterSpacing === "normal" ? "0px" : style.letterSpacing;
  pen.fillStyle = style.color;
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
