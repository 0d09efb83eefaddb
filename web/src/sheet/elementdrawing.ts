// What a browser has laid out, drawn again on a canvas: boxes, text line by line, pictures, SVG.

import { drawSvg } from "./svgdrawing.ts";

type Pen = CanvasRenderingContext2D;

/** Draw an element and all in it, in CSS pixels of the window. Shadows, filters and what scrolls are left out. */
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
  if (width === 0 || height === 0 || (picture instanceof HTMLImageElement && !picture.complete))
    return;
  // A picture that lies on the paper's pixels is copied, not scaled: its corner is brought onto one.
  const { a: ratio } = pen.getTransform();
  const exact =
    Math.abs(picture.width - width * ratio) < 1.5 &&
    Math.abs(picture.height - height * ratio) < 1.5;
  if (!exact || picture instanceof HTMLImageElement) {
    pen.drawImage(picture, left, top, width, height);
    return;
  }
  const corner = pen.getTransform().transformPoint(new DOMPoint(left, top));
  pen.setTransform(1, 0, 0, 1, 0, 0);
  pen.drawImage(picture, Math.round(corner.x), Math.round(corner.y));
}

function drawBox(pen: Pen, style: CSSStyleDeclaration, box: DOMRect): void {
  const { left, top, width, height } = box;
  pen.beginPath();
  pen.roundRect(
    left,
    top,
    width,
    height,
    Math.min(parseFloat(style.borderTopLeftRadius) || 0, width / 2, height / 2),
  );
  pen.fillStyle = style.backgroundColor;
  pen.fill();
  const gradient = horizontalGradient(pen, style.backgroundImage, box);
  if (gradient !== null) {
    pen.fillStyle = gradient;
    pen.fill();
  }
  const right = left + width;
  const bottom = top + height;
  const sides = {
    Top: [left, top, right, top],
    Right: [right, top, right, bottom],
    Bottom: [left, bottom, right, bottom],
    Left: [left, top, left, bottom],
  };
  for (const [side, [x0, y0, x1, y1]] of Object.entries(sides)) {
    const line = parseFloat(style.getPropertyValue(`border-${side.toLowerCase()}-width`));
    if (!line || style.getPropertyValue(`border-${side.toLowerCase()}-style`) === "none") continue;
    const inset = (from: number, to: number): number =>
      from === to ? (from === left || from === top ? line / 2 : -line / 2) : 0;
    pen.fillStyle = style.getPropertyValue(`border-${side.toLowerCase()}-color`);
    const [dx, dy] = [inset(x0, x1), inset(y0, y1)];
    pen.fillRect(
      Math.min(x0, x0 + 2 * dx),
      Math.min(y0, y0 + 2 * dy),
      Math.abs(2 * dx) || width,
      Math.abs(2 * dy) || height,
    );
  }
}

/** The gradient of a ramp: colours at equal or given steps from left to right; null for any other picture. */
function horizontalGradient(
  pen: Pen,
  image: string,
  { left, width }: DOMRect,
): CanvasGradient | null {
  const parts = /^linear-gradient\((?:to right|90deg), (.+)\)$/.exec(image);
  if (parts === null) return null;
  const stops = parts[1]
    .split(/,\s*(?![^()]*\))/)
    .map((stop) => /^(.+?)(?: ([\d.]+)%)?$/.exec(stop)!);
  const gradient = pen.createLinearGradient(left, 0, left + width, 0);
  stops.forEach(([, color, percent], i) =>
    gradient.addColorStop(
      percent === undefined ? i / Math.max(1, stops.length - 1) : Number(percent) / 100,
      color,
    ),
  );
  return gradient;
}

function drawText(pen: Pen, node: Text, style: CSSStyleDeclaration): void {
  if (node.data.trim() === "") return;
  pen.font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  pen.letterSpacing = style.letterSpacing === "normal" ? "0px" : style.letterSpacing;
  pen.fillStyle = style.color;
  pen.textBaseline = "alphabetic";
  const ascent = pen.measureText("x").fontBoundingBoxAscent;
  for (const { text, left, top } of linesOf(node)) {
    pen.fillText(
      style.textTransform === "uppercase" ? text.toUpperCase() : text,
      left,
      top + ascent,
    );
  }
}

/** The lines into which a text was broken, each with its corner. */
function linesOf(node: Text): { text: string; left: number; top: number }[] {
  const lines: { text: string; left: number; top: number }[] = [];
  const range = document.createRange();
  const plain = (text: string): string => text.replace(/\s+/g, " ");
  range.selectNodeContents(node);
  const [whole, more] = range.getClientRects();
  if (whole === undefined) return lines;
  if (more === undefined)
    return [{ text: plain(node.data).trim(), left: whole.left, top: whole.top }];
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
