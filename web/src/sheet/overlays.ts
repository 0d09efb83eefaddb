// Leaflet's own lines, areas, circles, markers, images and tooltips, drawn on a sheet.

import { drawElement } from "./elementdrawing.ts";
import { drawPath, type Look } from "./svgdrawing.ts";
import { spot, type View } from "./view.ts";

type Pen = CanvasRenderingContext2D;

/** Draw a line, an area or a circle as it is styled on the page. */
export function drawVector(pen: Pen, map: L.Map, view: View, layer: L.Path): void {
  const shape = layer.getElement();
  const path = shapeOf(map, view, layer);
  if (path !== null)
    drawPath(pen, path, shape ? getComputedStyle(shape) : lookOf(layer.options), view.scale);
}

function shapeOf(map: L.Map, view: View, layer: L.Path): Path2D | null {
  const path = new Path2D();
  if (layer instanceof L.CircleMarker) {
    const { x, y } = spot(map, view, layer.getLatLng());
    const [rx, ry] =
      layer instanceof L.Circle
        ? radiiOf(map, view, layer)
        : [layer.getRadius() * view.scale, layer.getRadius() * view.scale];
    path.ellipse(x, y, rx, ry, 0, 0, 2 * Math.PI);
    return path;
  }
  if (!(layer instanceof L.Polyline)) return null;
  for (const ring of ringsOf(layer.getLatLngs() as Nested)) {
    ring.forEach((place, i) => {
      const { x, y } = spot(map, view, place);
      if (i === 0) path.moveTo(x, y);
      else path.lineTo(x, y);
    });
    if (layer instanceof L.Polygon) path.closePath();
  }
  return path;
}

/** Return half the width and height of a circle in metres, as Leaflet draws it. */
function radiiOf(map: L.Map, view: View, circle: L.Circle): [number, number] {
  const bounds = circle.getBounds();
  const [a, b] = [spot(map, view, bounds.getNorthWest()), spot(map, view, bounds.getSouthEast())];
  return [(b.x - a.x) / 2, (b.y - a.y) / 2];
}

type Nested = (L.LatLng | Nested)[];

function ringsOf(nested: Nested): L.LatLng[][] {
  if (nested.length === 0) return [];
  return nested[0] instanceof L.LatLng
    ? [nested as L.LatLng[]]
    : nested.flatMap((inner) => ringsOf(inner as Nested));
}

/** Return the look of a path without an element, which Leaflet draws on a canvas. */
function lookOf(options: L.PathOptions): Look {
  const { color = "#3388ff", dashArray } = options;
  return {
    fill: options.fill ? (options.fillColor ?? color) : "none",
    fillOpacity: String(options.fillOpacity ?? 0.2),
    fillRule: options.fillRule ?? "evenodd",
    opacity: "1",
    paintOrder: "normal",
    stroke: options.stroke === false ? "none" : color,
    strokeDasharray: Array.isArray(dashArray) ? dashArray.join(" ") : (dashArray ?? "none"),
    strokeLinecap: options.lineCap ?? "round",
    strokeLinejoin: options.lineJoin ?? "round",
    strokeOpacity: String(options.opacity ?? 1),
    strokeWidth: String(options.weight ?? 3),
  };
}

/** Draw an element of the page at a place: a marker's icon, a tooltip. */
export function drawAt(pen: Pen, map: L.Map, view: View, place: L.LatLng, element: Element): void {
  const { left, top } = map.getContainer().getBoundingClientRect();
  const here = map.latLngToContainerPoint(place);
  const there = spot(map, view, place);
  pen.save();
  pen.translate(there.x, there.y);
  pen.scale(view.scale, view.scale);
  pen.translate(-here.x - left, -here.y - top);
  drawElement(pen, element);
  pen.restore();
}

/** Draw an image; return false where it comes from another host and may not be copied. */
export function drawImage(pen: Pen, map: L.Map, view: View, layer: L.ImageOverlay): boolean {
  const picture: Element | undefined = layer.getElement();
  const local =
    picture instanceof HTMLCanvasElement ||
    (picture instanceof HTMLImageElement && picture.complete && /^(data|blob):/.test(picture.src));
  if (!local) return false;
  const bounds = layer.getBounds();
  const [a, b] = [spot(map, view, bounds.getNorthWest()), spot(map, view, bounds.getSouthEast())];
  pen.save();
  pen.globalAlpha = layer.options.opacity ?? 1;
  pen.imageSmoothingEnabled = getComputedStyle(picture).imageRendering !== "pixelated";
  pen.drawImage(picture, a.x, a.y, b.x - a.x, b.y - a.y);
  pen.restore();
  return true;
}

/** Draw the canvas of a plugin, such as a heat map's, as it is on the screen. */
export function drawScreen(pen: Pen, map: L.Map, view: View, canvas: HTMLCanvasElement): void {
  const frame = map.getContainer().getBoundingClientRect();
  const box = canvas.getBoundingClientRect();
  const at = (x: number, y: number): L.Point =>
    spot(map, view, map.containerPointToLatLng([x - frame.left, y - frame.top]));
  const [a, b] = [at(box.left, box.top), at(box.right, box.bottom)];
  pen.drawImage(canvas, a.x, a.y, b.x - a.x, b.y - a.y);
}
