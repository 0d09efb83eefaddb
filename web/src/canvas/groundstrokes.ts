// The strokes of the base map's lines by zoom: quiet, below all data.

import type { Palette } from "./colors.ts";
import type { Stroke } from "./strokes.ts";

/** What a shape of the base map is; the numbers are those of `Ground` in Python. */
export const GROUND = {
  ...({ land: 0, lake: 1, glacier: 2, playa: 3, urban: 4, river: 5 } as const),
  ...({ province: 6, minorProvince: 7, border: 8, disputed: 9, rail: 10 } as const),
  ...({ motorway: 11, trunk: 12, primary: 13, secondary: 14, tertiary: 15 } as const),
} as const;

/** A stroke of all lines of a kind. */
type GroundStroke = { ground: number; stroke: Stroke };

/** Roads from the least to the greatest, with their widths at zoom 9 in CSS pixels. */
const ROADS: readonly [ground: number, width: number, isMain: boolean][] = [
  [GROUND.tertiary, 0.8, false],
  [GROUND.secondary, 1.1, false],
  [GROUND.primary, 1.5, false],
  [GROUND.trunk, 1.8, true],
  [GROUND.motorway, 2, true],
];
const ROAD_ZOOM = 9;
/** Roads are wider by this factor at the next zoom. */
const WIDENING = 1.25;
/** From this zoom on, roads have an edge on either side, of this width. */
const EDGED_ZOOM = 9;
const EDGE = 0.7;
/** From this zoom on, railways have ties. */
const TIES_ZOOM = 8;

/** Lines of the land are thinner at far zooms. */
const landWidth = (zoom: number): number => Math.max(0.6, Math.min(1.4, zoom / 6));

export const riverStroke = (zoom: number, { river }: Palette): Stroke => {
  return { color: river, width: 0.9 * landWidth(zoom) };
};

/** Return the strokes of the lines above the waters, the lowest first. */
export function groundStrokes(zoom: number, colors: Palette): GroundStroke[] {
  const border = { color: colors.border, width: 1.1 * landWidth(zoom) };
  const province = { color: colors.province, width: 0.9, cap: "butt" } as const;
  return [
    { ground: GROUND.minorProvince, stroke: { ...province, dash: [1.5, 3] } },
    { ground: GROUND.province, stroke: { ...province, dash: [4, 3] } },
    { ground: GROUND.border, stroke: border },
    { ground: GROUND.disputed, stroke: { ...border, dash: [4, 3], cap: "butt" } },
    ...roadStrokes(zoom, colors),
    ...railStrokes(zoom, colors),
  ];
}

function roadStrokes(zoom: number, colors: Palette): GroundStroke[] {
  const widths = ROADS.map(([ground, width, isMain]) => {
    return { ground, isMain, width: Math.max(0.5, width * WIDENING ** (zoom - ROAD_ZOOM)) };
  });
  const stroke = (ground: number, color: string, width: number): GroundStroke => {
    return { ground, stroke: { color, width } };
  };
  const edge = (isMain: boolean): string => colors[isMain ? "main-road-edge" : "road-edge"];
  const edges = widths.map(({ ground, width, isMain }) =>
    stroke(ground, edge(isMain), zoom < EDGED_ZOOM ? width : width + 2 * EDGE),
  );
  if (zoom < EDGED_ZOOM) return edges;
  const fills = widths.map(({ ground, width, isMain }) =>
    stroke(ground, colors[isMain ? "main-road" : "road"], width),
  );
  return [...edges, ...fills];
}

function railStrokes(zoom: number, { rail }: Palette): GroundStroke[] {
  const ground = GROUND.rail;
  const track = { ground, stroke: { color: rail, width: zoom < TIES_ZOOM ? 0.7 : 1 } };
  if (zoom < TIES_ZOOM) return [track];
  const ties: Stroke = { color: rail, width: 3.4, dash: [1, 8], cap: "butt" };
  return [track, { ground, stroke: ties }];
}
