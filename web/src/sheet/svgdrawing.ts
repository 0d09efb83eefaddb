// SVG shapes of the page, as styled there, drawn on a canvas.

type Pen = CanvasRenderingContext2D;

/** Draw a picture of circles, lines, polygons, rectangles, paths and words where it is in the window. */
export function drawSvg(pen: Pen, picture: SVGSVGElement): void {
  const { left, top, width } = picture.getBoundingClientRect();
  const scale = width / (picture.width.baseVal.value || width || 1);
  for (const shape of picture.querySelectorAll<SVGGraphicsElement>(
    "circle, ellipse, line, path, polygon, polyline, rect, text",
  )) {
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

function drawWords(pen: Pen, words: SVGTextElement): void {
  const style = getComputedStyle(words);
  pen.font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  pen.fillStyle = style.fill;
  pen.textAlign =
    style.textAnchor === "middle" ? "center" : style.textAnchor === "end" ? "right" : "left";
  pen.fillText(
    words.textContent ?? "",
    Number(words.getAttribute("x")),
    Number(words.getAttribute("y")),
  );
}

/** What of a style matters to a shape. */
export type Look = Pick<
  CSSStyleDeclaration,
  | "fill"
  | "fillOpacity"
  | "fillRule"
  | "opacity"
  | "paintOrder"
  | "stroke"
  | "strokeDasharray"
  | "strokeLinecap"
  | "strokeLinejoin"
  | "strokeOpacity"
  | "strokeWidth"
>;

/** Fill and stroke a path as a style says; widths and dashes are multiplied by `scale`. */
export function drawPath(pen: Pen, path: Path2D, look: Look, scale = 1): void {
  const alpha = pen.globalAlpha * (look.opacity === "" ? 1 : Number(look.opacity));
  const fill = (): void => {
    if (look.fill === "none") return;
    pen.globalAlpha = alpha * (look.fillOpacity === "" ? 1 : Number(look.fillOpacity));
    pen.fillStyle = look.fill;
    pen.fill(path, look.fillRule === "evenodd" ? "evenodd" : "nonzero");
  };
  const stroke = (): void => {
    const width = parseFloat(look.strokeWidth) * scale;
    if (look.stroke === "none" || !(width > 0)) return;
    pen.globalAlpha = alpha * (look.strokeOpacity === "" ? 1 : Number(look.strokeOpacity));
    pen.strokeStyle = look.stroke;
    pen.lineWidth = width;
    pen.lineCap = (look.strokeLinecap || "butt") as CanvasLineCap;
    pen.lineJoin = (look.strokeLinejoin || "miter") as CanvasLineJoin;
    pen.setLineDash(
      look.strokeDasharray === "none"
        ? []
        : look.strokeDasharray
            .split(/[\s,]+/)
            .map((dash) => parseFloat(dash) * scale)
            .filter(Number.isFinite),
    );
    pen.stroke(path);
  };
  for (const paint of look.paintOrder.startsWith("stroke") ? [stroke, fill] : [fill, stroke])
    paint();
}

function pathOf(shape: SVGGraphicsElement): Path2D {
  const number = (name: string): number => Number(shape.getAttribute(name) ?? 0);
  const path = new Path2D(shape instanceof SVGPathElement ? (shape.getAttribute("d") ?? "") : "");
  if (shape instanceof SVGCircleElement)
    path.arc(number("cx"), number("cy"), number("r"), 0, 2 * Math.PI);
  if (shape instanceof SVGEllipseElement)
    path.ellipse(number("cx"), number("cy"), number("rx"), number("ry"), 0, 0, 2 * Math.PI);
  if (shape instanceof SVGRectElement)
    path.rect(number("x"), number("y"), number("width"), number("height"));
  if (shape instanceof SVGLineElement) {
    path.moveTo(number("x1"), number("y1"));
    path.lineTo(number("x2"), number("y2"));
  }
  if (shape instanceof SVGPolygonElement || shape instanceof SVGPolylineElement) {
    const corners = (shape.getAttribute("points") ?? "")
      .trim()
      .split(/[\s,]+/)
      .map(Number);
    for (let i = 0; i + 1 < corners.length; i += 2) path.lineTo(corners[i], corners[i + 1]);
    if (shape instanceof SVGPolygonElement) path.closePath();
  }
  return path;
}
