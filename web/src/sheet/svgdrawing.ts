// SVG shapes of the page, as they are styled there, drawn on a canvas.

type Pen = CanvasRenderingContext2D;

const SHAPES = "circle, ellipse, line, path, polygon, polyline, rect, text";

/** Draw a picture where it is in the window. */
export function drawSvg(pen: Pen, picture: SVGSVGElement): void {
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
  pen.font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  pen.fillStyle = style.fill;
  pen.textAlign = ALIGNMENTS[style.textAnchor] ?? "left";
  const [x, y] = [words.getAttribute("x"), words.getAttribute("y")].map(Number);
  pen.fillText(words.textContent ?? "", x, y);
}

/** The properties of a style for a shape. */
export type Look = Pick<
  CSSStyleDeclaration,
  | ("fill" | "fillOpacity" | "fillRule" | "opacity" | "paintOrder" | "stroke" | "strokeOpacity")
  | ("strokeDasharray" | "strokeLinecap" | "strokeLinejoin" | "strokeWidth")
>;

/** Fill and stroke a path in a style; widths and dashes are multiplied by `scale`. */
export function drawPath(pen: Pen, path: Path2D, look: Look, scale = 1): void {
  const opacityOf = (text: string): number => (text === "" ? 1 : Number(text));
  const alpha = pen.globalAlpha * opacityOf(look.opacity);
  const fill = (): void => {
    if (look.fill === "none") return;
    pen.globalAlpha = alpha * opacityOf(look.fillOpacity);
    pen.fillStyle = look.fill;
    pen.fill(path, look.fillRule === "evenodd" ? "evenodd" : "nonzero");
  };
  const stroke = (): void => {
    const width = parseFloat(look.strokeWidth) * scale;
    if (look.stroke === "none" || !(width > 0)) return;
    pen.globalAlpha = alpha * opacityOf(look.strokeOpacity);
    pen.strokeStyle = look.stroke;
    pen.lineWidth = width;
    pen.lineCap = (look.strokeLinecap || "butt") as CanvasLineCap;
    pen.lineJoin = (look.strokeLinejoin || "miter") as CanvasLineJoin;
    const dashes = look.strokeDasharray.split(/[\s,]+/).map((dash) => parseFloat(dash) * scale);
    pen.setLineDash(dashes.filter(Number.isFinite));
    pen.stroke(path);
  };
  for (const paint of look.paintOrder.startsWith("stroke") ? [stroke, fill] : [fill, stroke]) {
    paint();
  }
}

function pathOf(shape: SVGGraphicsElement): Path2D {
  const numbers = (...names: string[]): number[] =>
    names.map((name) => Number(shape.getAttribute(name) ?? 0));
  if (shape instanceof SVGPathElement) return new Path2D(shape.getAttribute("d") ?? "");
  const path = new Path2D();
  if (shape instanceof SVGCircleElement || shape instanceof SVGEllipseElement) {
    const [cx, cy, r, rx, ry] = numbers("cx", "cy", "r", "rx", "ry");
    path.ellipse(cx, cy, rx || r, ry || r, 0, 0, 2 * Math.PI);
  } else if (shape instanceof SVGRectElement) {
    const [x, y, width, height] = numbers("x", "y", "width", "height");
    path.rect(x, y, width, height);
  } else if (shape instanceof SVGLineElement) {
    const [x1, y1, x2, y2] = numbers("x1", "y1", "x2", "y2");
    path.moveTo(x1, y1);
    path.lineTo(x2, y2);
  } else {
    const corners = (shape.getAttribute("points") ?? "")
      .trim()
      .split(/[\s,]+/)
      .map(Number);
    for (let i = 0; i + 1 < corners.length; i += 2) path.lineTo(corners[i], corners[i + 1]);
    if (shape instanceof SVGPolygonElement) path.closePath();
  }
  return path;
}
