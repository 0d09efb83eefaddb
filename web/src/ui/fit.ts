// The fit of bounds into the part of a map that its controls leave free.

import { type Bounds, sizeOf } from "../geo/bounds.ts";
import type { Edges } from "../geo/clip.ts";
import { controlBoxes, coveredBeside, freeBox } from "./viewport.ts";

/** A single place is shown with its surroundings; a small area, such as a property, whole. */
const PLACE_ZOOM = 10;
const NEAREST_ZOOM = 15;
/** The farthest zoom of a map whose maker chose none. */
const USUAL_LEAST = 2;
/** The room around the data, in CSS pixels, which holds the symbols at their edge. */
export const MARGIN = 18;
/** Where controls leave less than this share of a map, data lie below them. */
const LEAST = 0.3;

/**
 * Return how much of each edge of a map its controls take from data of a width and a height, such
 * that the data are shown large and near to its middle.
 */
export function freeEdges(
  [width, height]: [number, number],
  controls: Edges[],
  [wide, high]: [number, number],
): Edges {
  const cuts = (cut: (box: Edges) => number): number[] => [...new Set([0, ...controls.map(cut)])];
  const [lefts, tops] = [cuts(({ right }) => right), cuts(({ bottom }) => bottom)];
  const rights = cuts(({ left }) => width - left);
  const bottoms = cuts(({ top }) => height - top);
  let best: Edges = { left: 0, top: 0, right: 0, bottom: 0 };
  let most = 0;
  const consider = (edges: Edges): void => {
    const [across, down] = [width - edges.left - edges.right, height - edges.top - edges.bottom];
    if (across < LEAST * width || down < LEAST * height) return;
    // Between two about as good, the larger part: the data are then nearer to the middle.
    const value = Math.min(across / wide, down / high) * Math.sqrt(across * down);
    if (value <= most || !isClear(edges)) return;
    [best, most] = [edges, value];
  };
  const isClear = ({ left, top, right, bottom }: Edges): boolean =>
    controls.every(
      (box) =>
        box.right <= left ||
        box.left >= width - right ||
        box.bottom <= top ||
        box.top >= height - bottom,
    );
  for (const left of lefts)
    for (const top of tops)
      for (const right of rights)
        for (const bottom of bottoms) consider({ left, top, right, bottom });
  return best;
}

/** Return the deepest zoom at which bounds are shown. */
export const nearestZoom = (bounds: Bounds): number =>
  Math.max(...sizeOf(bounds)) === 0 ? PLACE_ZOOM : NEAREST_ZOOM;

/** The maps that go farther out than usual. */
const wideMaps = new WeakSet<L.Map>();

/** Return the zoom at which all of bounds is seen, however far out it is. */
function wholeZoom(map: L.Map, bounds: L.LatLngBounds, covered: L.Point): number {
  const least = map.options.minZoom;
  map.options.minZoom = 0;
  const zoom = map.getBoundsZoom(bounds, false, covered);
  map.options.minZoom = least;
  return zoom;
}

/** Let a small map go as far out as bounds need, unless its maker chose how far it goes. */
function reachOut(map: L.Map, bounds: L.LatLngBounds, covered: L.Point): void {
  const least = map.getMinZoom();
  if (least !== USUAL_LEAST && !wideMaps.has(map)) return;
  const needed = wholeZoom(map, bounds, covered);
  if (needed >= least) return;
  wideMaps.add(map);
  map.setMinZoom(needed);
}

/** The greatest width of a scale bar, which changes with the zoom, in CSS pixels. */
const SCALE_PX = 130;
const SCALE = ".leaflet-control-scale";
/** The lines at the foot of a map, which follow what it shows, and their height in CSS pixels. */
const CREDIT = ".mm-credit";
const FOOT = `${CREDIT}, .mm-ground-note`;
const FOOT_PX = 26;
/** What else lies on a map for longer than the pointer is on it. */
const LASTING = `.leaflet-control:not(.mm-coordinates, .mm-panel, ${SCALE}, ${FOOT}), .mm-table, .mm-popup--sheet`;
/** The card that a review begins with. */
const START = ".mm-start";
/** A wide view is not drawn smaller than this for the sake of that card, in steps of the zoom. */
const MOST_SMALLER = 0.25;

/** Return where the controls of a map are, in CSS pixels from its corner. */
function controlsOf(map: L.Map): Edges[] {
  const { left: before, right: behind } = coveredBeside(map);
  const { x: width, y: height } = map.getSize();
  // An open panel grows down its side as its layers are unfolded.
  const side = { left: before > 0 ? 0 : width - behind, right: before > 0 ? before : width };
  const isBeside = before + behind > 0;
  const panel = isBeside ? [{ ...side, top: 0, bottom: height }] : controlBoxes(map, ".mm-panel");
  const scales = controlBoxes(map, SCALE).map((box) => {
    return { ...box, right: Math.max(box.right, box.left + SCALE_PX) };
  });
  const bar = isBeside ? undefined : panel.find(({ bottom }) => bottom >= height - 1);
  const foot = bar?.top ?? height;
  const credits = controlBoxes(map, CREDIT).map(({ top, bottom }) => bottom - top);
  const lines = { left: 0, top: foot - Math.max(FOOT_PX, ...credits), right: width, bottom: foot };
  return [...panel, ...scales, lines, ...controlBoxes(map, LASTING)];
}

/** Show all of a part of the world, as large as the map's free box allows. */
export function showWhole(map: L.Map, bounds: Bounds): void {
  const { left, top, right, bottom } = freeBox(map);
  const behind = map.getSize().subtract([right, bottom]);
  reachOut(map, L.latLngBounds(bounds), behind.add([left, top]));
  const padding = { paddingTopLeft: L.point(left, top), paddingBottomRight: behind };
  map.fitBounds(bounds, { animate: false, ...padding });
}

/** Move a map so that bounds lie in its free part; `reach` is how far symbols go beyond them. */
export function fitBounds(map: L.Map, bounds: Bounds, animate = true, reach = 0): void {
  const margin = MARGIN + reach;
  const { left, top, right, bottom } = freeOf(map, bounds, margin);
  reachOut(map, L.latLngBounds(bounds), coveredOf({ left, top, right, bottom }, margin));
  map.fitBounds(bounds, {
    // Only false has a meaning of its own: Leaflet does not animate far moves anyway.
    ...(animate ? {} : { animate }),
    maxZoom: nearestZoom(bounds),
    paddingTopLeft: [margin + left, margin + top],
    paddingBottomRight: [margin + right, margin + bottom],
  });
}

/** Return the edges of a map that are not free for bounds. Most of the world may lie under a start. */
function freeOf(map: L.Map, bounds: Bounds, margin: number): Edges {
  const [wide, high] = sizeOf(bounds);
  const { x, y } = map.getSize();
  const least = Math.max(wide, high) / 100;
  // A single place has no shape: the map's own leaves it in the largest free part.
  const shape: [number, number] =
    least === 0 ? [x, y] : [Math.max(wide, least), Math.max(high, least)];
  const others = controlsOf(map);
  const starts = controlBoxes(map, START);
  const beside = freeEdges([x, y], [...others, ...starts], shape);
  if (starts.length === 0) return beside;
  const under = freeEdges([x, y], others, shape);
  const [small, large] = [beside, under].map((edges) =>
    wholeZoom(map, L.latLngBounds(bounds), coveredOf(edges, margin)),
  );
  return small < USUAL_LEAST && large > small + MOST_SMALLER ? under : beside;
}

const coveredOf = ({ left, top, right, bottom }: Edges, margin: number): L.Point =>
  L.point(2 * margin + left + right, 2 * margin + top + bottom);
