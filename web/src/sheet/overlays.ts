// Leaflet's own lines, areas, circles, markers, images and tooltips, drawn on a sheet.

import { drawElement, drawPath, type Look } from "./elementdrawing.ts";
import type { View } from "./view.ts";

type Pen = CanvasRenderingContext2D;

/** Draw a line, an area or a circle as it is styled on the page. */
export function drawVector(pen: Pen, view: View, layer: L.Path): void {
  const shape = layer.getElement();
  const style = shape ? getComputedStyle(shape) : lookOf(layer.options);
  const path = shapeOf(view, layer);
  if (path !== null) drawPath(pen, path, style);
}

function shapeOf(view: View, layer: L.Path): Path2D | null {
  const path = new Path2D();
  if (layer instanceof L.CircleMarker) {
    const { x, y } = view.spot(layer.getLatLng());
    // A circle in metres is as wide and high as its bounds, as Leaflet draws it.
    const side = 2 * layer.getRadius();
    const isInMetres = layer instanceof L.Circle;
    const box = isInMetres ? boxOnSheet(view, layer.getBounds()) : [x, y, side, side];
    const [width, height] = box.slice(2);
    path.ellipse(x, y, width / 2, height / 2, 0, 0, 2 * Math.PI);
    return path;
  }
  if (!(layer instanceof L.Polyline)) return null;
  for (const ring of ringsOf(layer.getLatLngs() as Nested)) {
    ring.forEach((place, i) => {
      const { x, y } = view.spot(place);
      if (i === 0) path.moveTo(x, y);
      else path.lineTo(x, y);
    });
    if (layer instanceof L.Polygon) path.closePath();
  }
  return path;
}

/** Return the box of two corners on the sheet: its corner, its width and its height. */
function boxBetween(view: View, northWest: L.LatLng, southEast: L.LatLng) {
  const [a, b] = [view.spot(northWest), view.spot(southEast)];
  return [a.x, a.y, b.x - a.x, b.y - a.y] as const;
}

const boxOnSheet = (view: View, bounds: L.LatLngBounds) =>
  boxBetween(view, bounds.getNorthWest(), bounds.getSouthEast());

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
export function drawAt(pen: Pen, view: View, place: L.LatLng, element: Element): void {
  const { left, top } = view.map.getContainer().getBoundingClientRect();
  const here = view.map.latLngToContainerPoint(place);
  const there = view.spot(place);
  pen.save();
  pen.translate(there.x, there.y);
  pen.translate(-here.x - left, -here.y - top);
  drawElement(pen, element);
  pen.restore();
}

/** Draw an image; return false where it comes from another host and may not be copied. */
export function drawImage(pen: Pen, view: View, layer: L.ImageOverlay): boolean {
  const picture: Element | undefined = layer.getElement();
  const local =
    picture instanceof HTMLCanvasElement ||
    (picture instanceof HTMLImageElement && picture.complete && /^(data|blob):/.test(picture.src));
  if (!local) return false;
  pen.save();
  pen.globalAlpha = layer.options.opacity ?? 1;
  pen.imageSmoothingEnabled = getComputedStyle(picture).imageRendering !== "pixelated";
  pen.drawImage(picture, ...boxOnSheet(view, layer.getBounds()));
  pen.restore();
  return true;
}

/** Draw the canvas of a plugin, such as a heat map's, as it is on the screen. */
export function drawScreen(pen: Pen, view: View, canvas: HTMLCanvasElement): void {
  const frame = view.map.getContainer().getBoundingClientRect();
  const box = canvas.getBoundingClientRect();
  const at = (x: number, y: number): L.LatLng =>
    view.map.containerPointToLatLng([x - frame.left, y - frame.top]);
  pen.drawImage(canvas, ...boxBetween(view, at(box.left, box.top), at(box.right, box.bottom)));
}
