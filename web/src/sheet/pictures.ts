// Tiles of pictures on a sheet, of the zoom that its resolution needs.

import type { PictureTiles } from "../canvas/picturetiles.ts";
import type { View } from "./view.ts";

/** The side of a tile at its own zoom, in CSS pixels. */
const SIDE = 256;

/** Draws what was read. */
type Draw = (pen: CanvasRenderingContext2D) => void;

/** Read the tiles of a view; return a function that draws them. */
export async function readPictures({ read, options }: PictureTiles, view: View): Promise<Draw> {
  const { minZoom = 0, maxNativeZoom = Infinity } = options;
  const { zoom, ratio, left, top, width, height } = view;
  if (Math.round(zoom) < minZoom) return () => {};
  const z = Math.max(minZoom, Math.min(maxNativeZoom, Math.round(zoom + Math.log2(ratio))));
  const side = SIDE * 2 ** (zoom - z);
  const count = 2 ** z;
  const last = Math.min(count - 1, Math.floor((top + height) / side));
  const tiles: { x: number; y: number; picture: ImageBitmap | null }[] = [];
  const readTile = async (x: number, y: number): Promise<void> => {
    const picture = await read({ x: ((x % count) + count) % count, y, z });
    tiles.push({ x, y, picture });
  };
  const reading: Promise<void>[] = [];
  for (let y = Math.max(0, Math.floor(top / side)); y <= last; y++)
    for (let x = Math.floor(left / side); x * side < left + width; x++)
      reading.push(readTile(x, y));
  await Promise.all(reading);
  // Edges lie on pixels of the picture, so that no seam is seen.
  const edge = (n: number, from: number): number => Math.round((n * side - from) * ratio) / ratio;
  return (pen) => {
    for (const { x, y, picture } of tiles) {
      if (picture === null) continue;
      const [east, south] = [edge(x + 1, left), edge(y + 1, top)];
      const corner = [edge(x, left), edge(y, top)] as const;
      pen.drawImage(picture, ...corner, east - corner[0], south - corner[1]);
      picture.close();
    }
  };
}
