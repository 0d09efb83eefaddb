// How names are lettered: size, face and spacing by kind, and in how many lines.

import type { Edges } from "../geo/clip.ts";
import type { Palette } from "./colors.ts";
import { LABEL } from "./labels.ts";
import { look, type Pen } from "./surface.ts";

/** Size in CSS pixels, face and letter spacing. */
type Face = [size: number, face: string, spacing: number];

/** The faces in the order of LABEL. */
const FACES: readonly Face[] = [
  [11, "", 0],
  [12, "600", 0],
  [12, "600", 1.5],
  [12, "italic", 0.5],
  [11, "600", 0],
  [11, "italic", 0],
  [11, "", 0],
  [10, "", 1],
  [10, "", 0],
];
/** Faces of the names of areas where there is much room for them, and where there is little. */
const AMPLE: Record<number, Face> = {
  [LABEL.country]: [13, "600", 6],
  [LABEL.water]: [13, "italic", 3],
};
const TIGHT: Record<number, Face> = {
  [LABEL.country]: [10, "600", 0.5],
  [LABEL.water]: [11, "italic", 0],
};
/** The height of a line, as a share of its size. */
const LEADING = 1.15;

/** A name as it is drawn, and its size in CSS pixels. */
export type Lettering = { face: Face; lines: string[]; width: number; height: number };

/** Return a name in one line. */
export const lettered = (pen: Pen, kind: number, text: string, { font }: Palette): Lettering =>
  inLines(pen, FACES[kind], [text], font);

/** Return the ways to write the name of an area, that for the most room first. */
export function* letterings(
  pen: Pen,
  kind: number,
  text: string,
  { font }: Palette,
): Generator<Lettering> {
  const halves = broken(text);
  for (const face of [AMPLE[kind], FACES[kind], TIGHT[kind]]) {
    yield inLines(pen, face, [text], font);
    if (halves !== null && face !== AMPLE[kind]) yield inLines(pen, face, halves, font);
  }
}

function inLines(pen: Pen, face: Face, lines: string[], font: string): Lettering {
  const [size, weight, spacing] = face;
  look(pen, { font: `${weight} ${size}px ${font}`, letterSpacing: `${spacing}px` });
  // The space behind the last letter is not part of the name.
  const width = Math.max(...lines.map((line) => pen.measureText(line).width)) - spacing;
  return { face, lines, width, height: size * (1 + (lines.length - 1) * LEADING) };
}

/** Return a name in two lines, broken at the space nearest its middle; null for a short one. */
function broken(text: string): string[] | null {
  const spaces = [...text.matchAll(/ /g)].map(({ index }) => index);
  if (spaces.length === 0 || text.length < 8) return null;
  const off = (at: number): number => Math.abs(at - text.length / 2);
  const at = spaces.reduce((best, one) => (off(one) < off(best) ? one : best));
  return [text.slice(0, at), text.slice(at + 1)];
}

/** Draw a name in a room of its size. */
export function drawName(
  pen: Pen,
  kind: number,
  { face, lines }: Lettering,
  room: Edges,
  colors: Palette,
): void {
  const [size, weight, spacing] = face;
  const isWater = kind === LABEL.water;
  const isArea = kind === LABEL.country || kind === LABEL.province;
  const own = isArea ? colors["country-ink"] : colors.label;
  const fillStyle = isWater ? colors["water-ink"] : own;
  const strokeStyle = isWater ? colors.water : colors.halo;
  look(pen, { font: `${weight} ${size}px ${colors.font}`, letterSpacing: `${spacing}px` });
  look(pen, { textBaseline: "middle", lineJoin: "round", lineWidth: 3, strokeStyle, fillStyle });
  for (const [row, line] of lines.entries()) {
    const slack = room.right - room.left - (pen.measureText(line).width - spacing);
    const y = room.top + size * (0.5 + row * LEADING);
    const x = room.left + slack / 2;
    pen.strokeText(line, x, y);
    pen.fillText(line, x, y);
  }
}

/** Draw the symbol of a town, a capital or a peak. */
export function drawDot(
  pen: Pen,
  kind: number,
  x: number,
  y: number,
  { label, halo }: Palette,
): void {
  pen.beginPath();
  if (kind === LABEL.capital) pen.rect(x - 2.5, y - 2.5, 5, 5);
  else if (kind === LABEL.peak) {
    pen.moveTo(x - 3.5, y + 3);
    pen.lineTo(x, y - 3.5);
    pen.lineTo(x + 3.5, y + 3);
    pen.closePath();
  } else pen.arc(x, y, 1.8, 0, 2 * Math.PI);
  look(pen, { fillStyle: label, strokeStyle: halo, lineWidth: 1.5 });
  pen.stroke();
  pen.fill();
}

/** Draw a line from a name to a place under symbols. */
export function drawLeader(
  pen: Pen,
  line: readonly [x: number, y: number][],
  { label, halo }: Palette,
): void {
  pen.beginPath();
  for (const [x, y] of line) pen.lineTo(x, y);
  look(pen, { strokeStyle: halo, lineWidth: 2.5 });
  pen.stroke();
  look(pen, { strokeStyle: label, lineWidth: 1 });
  pen.stroke();
}
