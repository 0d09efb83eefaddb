// The graticule of a sheet: meridians and parallels at round degrees or minutes.

import { palette } from "../canvas/colors.ts";
import { look } from "../canvas/surface.ts";
import type { Edges } from "../geo/clip.ts";
import { t } from "../words/language.ts";
import type { View } from "./view.ts";

/** Steps between lines, in seconds of arc. */
const STEPS = [3600, 60, 1].flatMap((unit) => [30, 20, 10, 5, 2, 1].map((n) => n * unit));
/** The least number of steps on the longer side. */
const LEAST = 4;

/** Return the step for a span in degrees. */
export function stepFor(degrees: number): number {
  return STEPS.find((seconds) => (degrees * 3600) / seconds >= LEAST) ?? 1;
}

/** Return the multiples of a step, in seconds of arc, between two degrees. */
export function lines(from: number, to: number, step: number): number[] {
  const found: number[] = [];
  for (let n = Math.ceil((from * 3600) / step); n * step <= to * 3600; n++) found.push(n * step);
  return found;
}

/** Return seconds of arc as degrees, minutes and seconds, without zeros at the end. */
export function formatArc(seconds: number): string {
  const whole = Math.abs(seconds);
  const [d, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n: number): string => String(n).padStart(2, "0");
  return `${d}°${m > 0 || s > 0 ? `${two(m)}′` : ""}${s > 0 ? `${two(s)}″` : ""}`;
}

/** Return a longitude in seconds of arc between 180 W and 180 E. */
export function wrapped(seconds: number): number {
  const turn = 360 * 3600;
  return seconds - turn * Math.floor((seconds + turn / 2) / turn);
}

type Pen = CanvasRenderingContext2D;

const fontOfFigures = (): string => `10px ${palette().font}`;
/** The distance of a figure from the edge of the map. */
const GAP = 4;
/** The height of the row of meridians' figures, with its distances. */
const ROW = 20;

/** A figure beside its line: its text, and where it is. */
type Figure = { text: string; x: number; y: number; align: CanvasTextAlign };

/** Return the meridians' figures along the lower edge and the parallels' along the left one. */
function lined(view: View): { meridians: Figure[]; parallels: Figure[] } {
  const { height } = view;
  const [[south, west], [north, east]] = view.corners;
  const step = stepFor(Math.max(east - west, north - south));
  const meridians = lines(west, east, step).map((seconds): Figure => {
    const { x } = view.spot([0, seconds / 3600]);
    return { text: meridian(wrapped(seconds)), x, y: height - GAP - 5, align: "center" };
  });
  const parallels = lines(south, north, step).map((seconds): Figure => {
    const { y } = view.spot([seconds / 3600, west]);
    return { text: parallel(seconds), x: GAP, y, align: "left" };
  });
  return { meridians, parallels };
}

export function drawGraticule(pen: Pen, view: View): void {
  const { width, height } = view;
  const { meridians, parallels } = lined(view);
  pen.save();
  for (const { x } of meridians) drawLine(pen, x, 0, x, height);
  for (const { y } of parallels) drawLine(pen, 0, y, width, y);
  look(pen, { font: fontOfFigures(), textBaseline: "middle" });
  for (const figure of figures(pen, view)) drawFigure(pen, figure);
  pen.restore();
}

/** Return the boxes of the figures, in CSS pixels of the sheet. */
export function figureBoxes(pen: Pen, view: View): Edges[] {
  pen.font = fontOfFigures();
  return figures(pen, view).map((figure) => figureBox(pen, figure));
}

/** Return the figures that have room: within the map, and parallels' above those of meridians. */
function figures(pen: Pen, view: View): Figure[] {
  const { meridians, parallels } = lined(view);
  const fits = ({ left, top, right, bottom }: Edges, lowest: number): boolean =>
    left >= 0 && top >= 0 && right <= view.width && bottom <= lowest;
  const whole = (some: Figure[], lowest: number): Figure[] =>
    some.filter((figure) => fits(figureBox(pen, figure), lowest));
  return [...whole(meridians, view.height), ...whole(parallels, view.height - ROW)];
}

function figureBox(pen: Pen, { text, x, y, align }: Figure): Edges {
  const width = pen.measureText(text).width + 4;
  const left = align === "center" ? x - width / 2 : x - 2;
  return { left, top: y - 6, right: left + width, bottom: y + 6 };
}

function drawLine(pen: Pen, x0: number, y0: number, x1: number, y1: number): void {
  look(pen, { strokeStyle: palette()["country-ink"], globalAlpha: 0.45, lineWidth: 0.6 });
  pen.beginPath();
  pen.moveTo(x0, y0);
  pen.lineTo(x1, y1);
  pen.stroke();
  pen.globalAlpha = 1;
}

/** Draw a figure on a light background, since the map is below it. */
function drawFigure(pen: Pen, figure: Figure): void {
  const { halo, label } = palette();
  const { left, top, right, bottom } = figureBox(pen, figure);
  pen.fillStyle = halo;
  pen.fillRect(left, top, right - left, bottom - top);
  look(pen, { fillStyle: label, textAlign: figure.align });
  pen.fillText(figure.text, figure.x, figure.y);
}

function meridian(seconds: number): string {
  const arc = formatArc(seconds);
  const hasNoSide = seconds === 0 || Math.abs(seconds) === 180 * 3600;
  return hasNoSide ? arc : t(seconds > 0 ? "east" : "west", { arc });
}

export function parallel(seconds: number): string {
  const arc = formatArc(seconds);
  return seconds === 0 ? arc : t(seconds > 0 ? "north" : "south", { arc });
}
