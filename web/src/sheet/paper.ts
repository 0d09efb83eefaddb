// Sheets of paper, and their sizes in pixels.

/** Width and height upright, in millimetres: ISO 216 and ANSI/ASME Y14.1. */
const PAPERS = { a4: [210, 297], a3: [297, 420], letter: [215.9, 279.4] } as const;

export type PaperName = keyof typeof PAPERS;
export const PAPER_NAMES: Record<PaperName, string> = { a4: "A4", a3: "A3", letter: "Letter" };
export const RESOLUTIONS = [96, 150, 300] as const;

const MM_PER_INCH = 25.4;
/** A CSS pixel is a 96th of an inch on every sheet. */
export const CSS_DPI = 96;

export type Paper = { name: PaperName; landscape: boolean };

/** Return the width and height of a sheet in its orientation, in millimetres. */
export function millimetres({ name, landscape }: Paper): [width: number, height: number] {
  const [short, long] = PAPERS[name];
  return landscape ? [long, short] : [short, long];
}

/** Return the width and height in whole pixels at a resolution. */
export function pixels(paper: Paper, dpi: number): [width: number, height: number] {
  const [width, height] = millimetres(paper).map((mm) => Math.round((mm / MM_PER_INCH) * dpi));
  return [width, height];
}

/** The metres of paper in a CSS pixel. */
export const PAPER_METRES = MM_PER_INCH / 1000 / CSS_DPI;
