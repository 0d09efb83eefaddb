// A Leaflet grid layer whose tiles are pictures that a function reads.

import type { TileCoords } from "../geo/mercator.ts";
import { h } from "../ui/dom.ts";
import { showPicture } from "./surface.ts";

/** Returns the picture of a tile; null where there is none. */
type PictureReader = (coords: TileCoords) => Promise<ImageBitmap | null>;

export class PictureTiles extends L.TileLayer {
  readonly read: PictureReader;

  constructor(read: PictureReader, options: L.TileLayerOptions) {
    super("", options);
    this.read = read;
  }

  protected override createTile(coords: L.Coords, done: L.DoneCallback): HTMLElement {
    const canvas = h("canvas", { role: "presentation" });
    const show = (picture: ImageBitmap | null): void => {
      if (picture !== null) showPicture(canvas, picture);
      done(undefined, canvas);
    };
    this.read(coords).then(show, (error: Error) => done(error, canvas));
    return canvas;
  }
}
