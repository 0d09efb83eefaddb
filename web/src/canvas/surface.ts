// Where pictures are painted before they are drawn on the page: one sheet for all, each picture then handed over whole.

import type { Steps } from "../ui/queue.ts";

/** The pen that paints: the context of the sheet. */
export type Pen = OffscreenCanvasRenderingContext2D;

let sheet: { paper: OffscreenCanvas; pen: Pen } | null = null;

/** A blank sheet. It is drawn on by the processor, so that `paintOnto` can ask it cheaply to keep up. */
function blankSheet(width: number, height: number): { paper: OffscreenCanvas; pen: Pen } {
  if (sheet === null) {
    const paper = new OffscreenCanvas(width, height);
    const pen = paper.getContext("2d", { willReadFrequently: true });
    if (pen === null) throw new Error("This browser cannot draw on a canvas.");
    sheet = { paper, pen };
  }
  // Setting the size wipes the sheet and all settings of the pen.
  sheet.paper.width = width;
  sheet.paper.height = height;
  return sheet;
}

export const pixelRatio = (): number => Math.max(1, window.devicePixelRatio || 1);

/** A canvas of a size in CSS pixels, to hang a picture on. */
export function canvasOf(width: number, height: number, ratio: number): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = Math.ceil(width * ratio);
  canvas.height = Math.ceil(height * ratio);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  return canvas;
}

/**
 * Paint a picture, in CSS pixels, and put it onto a canvas in place of what is there. Only one may be in work at a time.
 *
 * A canvas that was drawn on is copied by some browsers for every frame; one that was handed a picture is not.
 * And browsers put drawing off to the end of the frame, where it would escape the queue's count of time:
 * at each pause the sheet is asked for a pixel, so that it carries out what it was told.
 */
export function* paintOnto(
  canvas: HTMLCanvasElement,
  ratio: number,
  paint: (pen: Pen) => Iterable<void>,
): Steps {
  const { paper, pen } = blankSheet(canvas.width, canvas.height);
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  for (const _ of paint(pen)) {
    pen.getImageData(0, 0, 1, 1);
    yield;
  }
  canvas.getContext("bitmaprenderer")?.transferFromImageBitmap(paper.transferToImageBitmap());
}
