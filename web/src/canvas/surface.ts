// The canvas on which everything is painted, one picture after the other.

import type { Steps } from "../ui/queue.ts";

/** The drawing context in which layers are painted. */
export type Pen = OffscreenCanvasRenderingContext2D;

type Paint = (pen: Pen) => Iterable<void>;

let shared: Pen | null = null;

/** Set several properties of a drawing context. */
export const look = (pen: Pen | CanvasRenderingContext2D, properties: Partial<Pen>): void =>
  void Object.assign(pen, properties);

/** Return the context of an off-screen canvas. */
export function penOf(width: number, height: number): Pen {
  // The processor draws on it, so that reading a pixel, which forces the drawing, is cheap.
  const canvas = new OffscreenCanvas(width, height);
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  if (pen === null) throw new Error("This browser cannot draw on a canvas.");
  return pen;
}

export const pixelRatio = (): number => Math.max(1, window.devicePixelRatio || 1);

/** Return a canvas of a size in CSS pixels, to show a picture on. */
export function canvasOf(width: number, height: number, ratio: number): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = Math.ceil(width * ratio);
  canvas.height = Math.ceil(height * ratio);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  return canvas;
}

/**
 * Paint a picture, in CSS pixels, in place of the content of a canvas. Only one may be painted at a
 * time.
 *
 * For every frame, some browsers copy a canvas that was drawn on, but not one that got a picture.
 * And browsers put drawing off to the end of the frame, where the queue could not count its time:
 * to read a pixel at each pause makes them draw at once.
 */
export function* paintOnto(canvas: HTMLCanvasElement, ratio: number, paint: Paint): Steps {
  // A map on a hidden page has no width or height, and browsers make no picture of that size.
  if (canvas.width === 0 || canvas.height === 0) return;
  shared ??= penOf(canvas.width, canvas.height);
  // Setting the size clears the picture and all settings.
  shared.canvas.width = canvas.width;
  shared.canvas.height = canvas.height;
  shared.setTransform(ratio, 0, 0, ratio, 0, 0);
  for (const _ of paint(shared)) {
    shared.getImageData(0, 0, 1, 1);
    yield;
  }
  showPicture(canvas, shared.canvas.transferToImageBitmap());
}

/** Show a picture on a canvas, which takes its size. */
export function showPicture(canvas: HTMLCanvasElement, picture: ImageBitmap): void {
  canvas.width = picture.width;
  canvas.height = picture.height;
  canvas.getContext("bitmaprenderer")?.transferFromImageBitmap(picture);
}
