// The map drawn once more, larger than the screen: every layer that shows, by its own painter, in the order of the page.

import { paintedOn } from "../canvas/colors.ts";
import { LabelLayer } from "../canvas/labellayer.ts";
import { canvasOf, paintOnto } from "../canvas/surface.ts";
import { CanvasTiles } from "../canvas/tiles.ts";
import { TILE_SIZE } from "../geo/mercator.ts";
import { queue, type Steps } from "../ui/queue.ts";
import { drawGraticule } from "./graticulelines.ts";
import { drawAt, drawImage, drawScreen, drawVector } from "./overlays.ts";
import type { View } from "./view.ts";

type Pen = CanvasRenderingContext2D;

export interface Picture {
  canvas: HTMLCanvasElement;
  /** Layers of which nothing could be drawn. */
  missing: L.Layer[];
}

interface Order {
  graticule: boolean;
  /** The element whose colours the base map takes. */
  ground: Element;
}

/** Draw the map's layers on a canvas of `ratio` pixels to a CSS pixel of the sheet. */
export function drawMap(
  map: L.Map,
  view: View,
  ratio: number,
  { graticule, ground }: Order,
): Promise<Picture> {
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(view.width * ratio);
  canvas.height = Math.round(view.height * ratio);
  const pen = canvas.getContext("2d");
  if (pen === null) throw new Error("This browser cannot draw on so large a canvas.");
  pen.fillStyle = getComputedStyle(ground).getPropertyValue("--mm-water").trim();
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.scale(ratio, ratio);
  const missing: L.Layer[] = [];
  const draw = function* (): Steps {
    for (const layer of inOrder(map)) {
      pen.save();
      if (!(yield* drawLayer(pen, map, view, ratio, layer))) missing.push(layer);
      pen.restore();
      yield;
    }
    if (graticule) drawGraticule(pen, map, view);
  };
  return new Promise((resolve, reject) => {
    // Nobody uses the map behind an open dialog: the drawing may take more of each frame.
    queue.opening = true;
    queue.add(function* () {
      try {
        yield* paintedOn(ground, draw());
        resolve({ canvas, missing });
      } catch (error) {
        reject(error);
      } finally {
        queue.opening = false;
      }
    });
  });
}

/** Draw one layer; false if it cannot be. */
function* drawLayer(
  pen: Pen,
  map: L.Map,
  view: View,
  ratio: number,
  layer: L.Layer,
): Generator<void, boolean, void> {
  if (layer instanceof CanvasTiles) yield* drawTiles(pen, view, ratio, layer);
  else if (layer instanceof LabelLayer) yield* drawLabels(pen, view, ratio, layer);
  else if (layer instanceof L.Path) drawVector(pen, map, view, layer);
  else if (layer instanceof L.ImageOverlay) return drawImage(pen, map, view, layer);
  else if (layer instanceof L.Marker)
    drawAt(pen, map, view, layer.getLatLng(), layer.getElement()!);
  else if (layer instanceof L.Tooltip)
    drawAt(pen, map, view, layer.getLatLng()!, layer.getElement()!);
  else {
    const own = (layer as { _canvas?: unknown })._canvas;
    if (!(own instanceof HTMLCanvasElement)) return false;
    drawScreen(pen, map, view, own);
  }
  return true;
}

function* drawTiles(pen: Pen, view: View, ratio: number, { tileOptions }: CanvasTiles): Steps {
  const side = TILE_SIZE * view.scale;
  const around = 2 ** view.zoom * (256 / TILE_SIZE);
  const canvas = canvasOf(TILE_SIZE, TILE_SIZE, view.scale * ratio);
  const range = (from: number, extent: number): number[] => {
    const first = Math.floor(from / side);
    return Array.from(
      { length: Math.floor((from + extent) / side) - first + 1 },
      (_, i) => first + i,
    );
  };
  for (const y of range(view.top, view.height)) {
    if (y < 0 || y >= around) continue;
    for (const x of range(view.left, view.width)) {
      const coords = { x: ((x % around) + around) % around, y, z: view.zoom };
      if (tileOptions.isEmpty(coords)) continue;
      const tileRatio = canvas.width / TILE_SIZE;
      yield* paintOnto(canvas, tileRatio, (canvasPen) =>
        tileOptions.paint({ pen: canvasPen, coords, ratio: tileRatio }),
      );
      pen.drawImage(canvas, x * side - view.left, y * side - view.top, side, side);
    }
  }
}

function* drawLabels(pen: Pen, view: View, ratio: number, names: LabelLayer): Steps {
  const { scale, zoom, left, top, width, height } = view;
  const frame = {
    corner: L.point(left / scale, top / scale),
    extent: L.point(width / scale, height / scale),
    zoom,
  };
  const canvas = canvasOf(frame.extent.x, frame.extent.y, scale * ratio);
  yield* paintOnto(canvas, scale * ratio, (canvasPen) => names.paint(canvasPen, frame));
  pen.drawImage(canvas, 0, 0, canvas.width / ratio, canvas.height / ratio);
}

/** The layers that draw something, from the ground up. */
function inOrder(map: L.Map): L.Layer[] {
  const places = new Map<Element, number>();
  map
    .getPane("mapPane")
    ?.querySelectorAll("path, .leaflet-marker-icon")
    .forEach((shape, i) => places.set(shape, i));
  const drawn: { layer: L.Layer; keys: number[] }[] = [];
  map.eachLayer((layer) => {
    if (!draws(layer)) return;
    const pane = map.getPane(layer.options.pane ?? "overlayPane");
    const shape = (layer as L.Marker).getElement?.();
    const height =
      Number((layer.options as L.GridLayerOptions).zIndex ?? shape?.style?.zIndex ?? 0) || 0;
    drawn.push({
      layer,
      keys: [
        pane ? Number(getComputedStyle(pane).zIndex) || 0 : 0,
        height,
        (shape && places.get(shape)) ?? 0,
      ],
    });
  });
  return drawn
    .sort((a, b) => a.keys.map((key, i) => key - b.keys[i]).find((gap) => gap !== 0) ?? 0)
    .map(({ layer }) => layer);
}

/** Groups and renderers only hold what draws; a popup is for the screen, and so is a tooltip that comes and goes. */
function draws(layer: L.Layer): boolean {
  if (layer instanceof L.LayerGroup || layer instanceof L.Renderer || layer instanceof L.Popup)
    return false;
  return !(layer instanceof L.Tooltip) || layer.options.permanent === true;
}
