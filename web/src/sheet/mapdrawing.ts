// The map drawn again, larger than the screen: every shown layer, in the order of the page.

import { paintedOn } from "../canvas/colors.ts";
import { LabelLayer } from "../canvas/labellayer.ts";
import { PictureTiles } from "../canvas/picturetiles.ts";
import { canvasOf, paintOnto } from "../canvas/surface.ts";
import { CanvasTiles } from "../canvas/tiles.ts";
import type { Edges } from "../geo/clip.ts";
import { TILE_SIZE } from "../geo/mercator.ts";
import { AIDS_PANE } from "../ui/dom.ts";
import { queue, type Steps } from "../ui/queue.ts";
import { drawGraticule, figureBoxes } from "./graticule.ts";
import { arrowBox } from "./northarrow.ts";
import { drawAt, drawImage, drawScreen, drawVector } from "./overlays.ts";
import { readPictures } from "./pictures.ts";
import type { View } from "./view.ts";

type Pen = CanvasRenderingContext2D;

/** A drawn map, and the layers that could not be drawn. */
type Picture = { canvas: HTMLCanvasElement; missing: L.Layer[] };

/** `paper` is the element whose colours the base map uses. */
type Order = { graticule: boolean; paper: Element };

/** Draw the layers of a map. */
export async function drawMap(view: View, { graticule, paper }: Order): Promise<Picture> {
  const { map, ratio } = view;
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(view.width * ratio);
  canvas.height = Math.round(view.height * ratio);
  const pen = canvas.getContext("2d");
  if (pen === null) throw new Error("This browser cannot draw on so large a canvas.");
  const back = map.getContainer().matches(".mm-bare") ? "--mm-surface" : "--mm-water";
  pen.fillStyle = getComputedStyle(paper).getPropertyValue(back).trim();
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.scale(ratio, ratio);
  const pictures = await picturesOf(map, view);
  const missing: L.Layer[] = [];
  const draw = function* (): Steps {
    for (const layer of inOrder(map)) {
      pen.save();
      const picture = pictures.get(layer);
      if (picture) picture(pen);
      else if (!(yield* drawLayer(pen, view, layer, graticule))) missing.push(layer);
      pen.restore();
      yield;
    }
    if (graticule) drawGraticule(pen, view);
  };
  return new Promise((resolve, reject) => {
    // Nobody uses the map behind an open dialog.
    queue.opening = true;
    queue.add(function* () {
      try {
        yield* paintedOn(paper, draw());
        resolve({ canvas, missing });
      } catch (error) {
        reject(error);
      } finally {
        queue.opening = false;
      }
    });
  });
}

/** Read the layers of pictures that can be read; return what draws each. */
async function picturesOf(map: L.Map, view: View): Promise<Map<L.Layer, (pen: Pen) => void>> {
  const found = new Map<L.Layer, (pen: Pen) => void>();
  for (const layer of inOrder(map)) {
    if (!(layer instanceof PictureTiles)) continue;
    const draw = await readPictures(layer, view).catch(() => null);
    if (draw !== null) found.set(layer, draw);
  }
  return found;
}

/** Draw a layer; return false where that is not possible. */
function* drawLayer(
  pen: Pen,
  view: View,
  layer: L.Layer,
  graticule: boolean,
): Generator<void, boolean> {
  const { _canvas: own } = layer as { _canvas?: unknown };
  if (layer instanceof CanvasTiles) yield* drawTiles(pen, view, layer);
  else if (layer instanceof LabelLayer) yield* drawLabels(pen, view, layer, graticule);
  else if (layer instanceof L.Path) drawVector(pen, view, layer);
  else if (layer instanceof L.ImageOverlay) return drawImage(pen, view, layer);
  else if (layer instanceof L.Marker || layer instanceof L.Tooltip) {
    drawAt(pen, view, layer.getLatLng()!, layer.getElement()!);
  } else if (own instanceof HTMLCanvasElement) drawScreen(pen, view, own);
  else return false;
  return true;
}

function* drawTiles(pen: Pen, view: View, { tileOptions }: CanvasTiles): Steps {
  const rows = 2 ** view.zoom * (256 / TILE_SIZE);
  const canvas = canvasOf(TILE_SIZE, TILE_SIZE, view.ratio);
  const tileRatio = canvas.width / TILE_SIZE;
  const range = (from: number, extent: number): number[] => {
    const first = Math.floor(from / TILE_SIZE);
    const length = Math.floor((from + extent) / TILE_SIZE) - first + 1;
    return Array.from({ length }, (_, i) => first + i);
  };
  for (const y of range(view.top, view.height)) {
    for (const x of range(view.left, view.width)) {
      const coords = { x, y, z: view.zoom };
      if (y < 0 || y >= rows || tileOptions.isEmpty(coords)) continue;
      yield* paintOnto(canvas, tileRatio, (tilePen) =>
        tileOptions.paint({ pen: tilePen, coords, ratio: tileRatio }),
      );
      const [left, top] = [x * TILE_SIZE - view.left, y * TILE_SIZE - view.top];
      pen.drawImage(canvas, left, top, TILE_SIZE, TILE_SIZE);
    }
  }
}

function* drawLabels(pen: Pen, view: View, names: LabelLayer, graticule: boolean): Steps {
  const { ratio, zoom, left, top, width, height } = view;
  const seen = { left: 0, top: 0, right: width, bottom: height };
  const figures = graticule ? figureBoxes(pen, view) : [];
  const covered = [...figures, arrowBox(view), ...besideFrame(seen)];
  const extent = L.point(width, height);
  const frame = { corner: L.point(left, top), extent, zoom, seen, covered };
  const canvas = canvasOf(width, height, ratio);
  yield* paintOnto(canvas, ratio, (labelPen) => names.paint(labelPen, frame));
  pen.drawImage(canvas, 0, 0, canvas.width / ratio, canvas.height / ratio);
}

/** How far the name of a place in the frame may reach beyond it, in CSS pixels. */
const RIM = 400;

/** Return the boxes beside a frame, where no name is seen. */
const besideFrame = ({ left, top, right, bottom }: Edges): Edges[] => [
  { left: left - RIM, top: top - RIM, right: left, bottom: bottom + RIM },
  { left: right, top: top - RIM, right: right + RIM, bottom: bottom + RIM },
  { left, top: top - RIM, right, bottom: top },
  { left, top: bottom, right, bottom: bottom + RIM },
];

/** Return the layers that draw something, the lowest first. */
function inOrder(map: L.Map): L.Layer[] {
  const shapes = map.getPane("mapPane")?.querySelectorAll("path, .leaflet-marker-icon") ?? [];
  const places = new Map([...shapes].map((shape, i): [Element, number] => [shape, i]));
  const drawn: { layer: L.Layer; keys: number[] }[] = [];
  map.eachLayer((layer) => {
    if (!draws(layer)) return;
    const pane = map.getPane(layer.options.pane ?? "overlayPane");
    const shape = (layer as L.Marker).getElement?.();
    const height = (layer.options as L.GridLayerOptions).zIndex ?? shape?.style?.zIndex;
    const paneHeight = pane && getComputedStyle(pane).zIndex;
    const keys = [paneHeight, height, shape && places.get(shape)].map((key) => Number(key) || 0);
    drawn.push({ layer, keys });
  });
  const order = (a: number[], b: number[]): number =>
    a.map((key, i) => key - b[i]).find((gap) => gap !== 0) ?? 0;
  return drawn.sort((a, b) => order(a.keys, b.keys)).map(({ layer }) => layer);
}

/** Return whether a layer draws something itself that stays on the map. */
function draws(layer: L.Layer): boolean {
  if (layer instanceof L.LayerGroup || layer instanceof L.Renderer) return false;
  if (layer instanceof L.Popup || layer.options.pane === AIDS_PANE) return false;
  return !(layer instanceof L.Tooltip) || layer.options.permanent === true;
}
