// The graticule drawn over the map of a sheet, with degrees at its edges.

import { palette } from "../canvas/colors.ts";
import { t } from "../words/language.ts";
import { formatArc, lines, stepFor, wrapped } from "./graticule.ts";
import { placeAt, spot, type View } from "./view.ts";

type Pen = CanvasRenderingContext2D;

const FONT = "10px system-ui, sans-serif";
/** Room between a figure and the edge of the map. */
const GAP = 4;

export function drawGraticule(pen: Pen, map: L.Map, view: View): void {
  const { width, height } = view;
  const [corner, far] = [placeAt(map, view, 0, 0), placeAt(map, view, width, height)];
  const step = stepFor(Math.max(far.lon - corner.lon, corner.lat - far.lat));
  pen.save();
  pen.font = FONT;
  pen.textBaseline = "middle";
  pen.textAlign = "center";
  for (const seconds of lines(corner.lon, far.lon, step)) {
    const { x } = spot(map, view, [0, seconds / 3600]);
    rule(pen, x, 0, x, height);
    figure(pen, meridian(wrapped(seconds)), x, height - GAP - 5);
  }
  for (const seconds of lines(far.lat, corner.lat, step)) {
    const { y } = spot(map, view, [seconds / 3600, corner.lon]);
    rule(pen, 0, y, width, y);
    pen.textAlign = "left";
    figure(pen, parallel(seconds), GAP, y);
  }
  pen.restore();
}

function rule(pen: Pen, x0: number, y0: number, x1: number, y1: number): void {
  pen.strokeStyle = palette()["country-ink"];
  pen.globalAlpha = 0.45;
  pen.lineWidth = 0.6;
  pen.beginPath();
  pen.moveTo(x0, y0);
  pen.lineTo(x1, y1);
  pen.stroke();
  pen.globalAlpha = 1;
}

/** A figure on a veil, since the map is under it. */
function figure(pen: Pen, text: string, x: number, y: number): void {
  const { halo, label } = palette();
  const width = pen.measureText(text).width + 4;
  const left = pen.textAlign === "center" ? x - width / 2 : x - 2;
  pen.fillStyle = halo;
  pen.fillRect(left, y - 6, width, 12);
  pen.fillStyle = label;
  pen.fillText(text, x, y);
}

const meridian = (seconds: number): string =>
  seconds === 0 || Math.abs(seconds) === 180 * 3600
    ? formatArc(seconds)
    : t(seconds > 0 ? "east" : "west", { arc: formatArc(seconds) });

export const parallel = (seconds: number): string =>
  seconds === 0 ? formatArc(0) : t(seconds > 0 ? "north" : "south", { arc: formatArc(seconds) });
