// A sheet as a file: the laid-out page drawn on a canvas of exactly its size in pixels.

import { drawElement } from "./elementdrawing.ts";
import { CSS_DPI, type Paper, pixels } from "./paper.ts";
import { withResolution } from "./png.ts";

/** Return the sheet as a PNG file. It must be in the page, where the browser lays it out. */
export async function renderSheet(sheet: HTMLElement, paper: Paper, dpi: number): Promise<Blob> {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = pixels(paper, dpi);
  const pen = canvas.getContext("2d");
  if (pen === null) throw new Error("This browser cannot draw on so large a canvas.");
  pen.fillStyle = "#ffffff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  const { transform } = sheet.style;
  sheet.style.transform = "none";
  const { left, top } = sheet.getBoundingClientRect();
  pen.scale(dpi / CSS_DPI, dpi / CSS_DPI);
  pen.translate(-left, -top);
  drawElement(pen, sheet);
  sheet.style.transform = transform;
  const png = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (png === null) throw new Error("This browser cannot make so large a picture.");
  return withResolution(png, dpi);
}
