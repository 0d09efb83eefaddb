// Sheets of paper, their sizes in pixels, and pictures with their size on paper.

/** Width and height upright, in millimetres: ISO 216 and ANSI/ASME Y14.1. */
const PAPERS = { a4: [210, 297], a3: [297, 420], letter: [215.9, 279.4] } as const;

export type PaperName = keyof typeof PAPERS;

const MM_PER_INCH = 25.4;
/** A CSS pixel is a 96th of an inch on every sheet. */
export const CSS_DPI = 96;

/** A sheet of a width and a height in millimetres. */
export type Paper = { width: number; height: number };

/** Return a sheet of paper in its orientation. */
export function paperOf(name: PaperName, isLandscape: boolean): Paper {
  const [short, long] = PAPERS[name];
  return isLandscape ? { width: long, height: short } : { width: short, height: long };
}

/** Return a sheet as large as a part of the screen, whose size is in CSS pixels. */
export function screenPaper({ x, y }: { x: number; y: number }): Paper {
  const [width, height] = [x, y].map((pixels) => (pixels / CSS_DPI) * MM_PER_INCH);
  return { width, height };
}

/** Return the width and height in whole pixels at a resolution. */
export function pixels({ width, height }: Paper, dpi: number): [width: number, height: number] {
  const [across, down] = [width, height].map((mm) => Math.round((mm / MM_PER_INCH) * dpi));
  return [across, down];
}

/** The metres of paper in a CSS pixel. */
export const PAPER_METRES = MM_PER_INCH / 1000 / CSS_DPI;

const METRES_PER_INCH = 0.0254;
/** Bytes before the second chunk: the signature and IHDR, which is always the first. */
const HEAD = 33;

/** Add the resolution to a file (chunk pHYs, https://www.w3.org/TR/png-3/#11pHYs). */
export async function withResolution(png: Blob, dpi: number): Promise<Blob> {
  const chunk = new DataView(new ArrayBuffer(21));
  const perMetre = Math.round(dpi / METRES_PER_INCH);
  chunk.setUint32(0, 9);
  [..."pHYs"].forEach((letter, i) => chunk.setUint8(4 + i, letter.charCodeAt(0)));
  chunk.setUint32(8, perMetre);
  chunk.setUint32(12, perMetre);
  chunk.setUint8(16, 1);
  chunk.setUint32(17, crc32(new Uint8Array(chunk.buffer, 4, 13)));
  return new Blob([png.slice(0, HEAD), chunk.buffer, png.slice(HEAD)], { type: "image/png" });
}

/** Return the checksum of a PNG chunk (ISO 3309). */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
