// A transport corridor: legs drawn by mode and status, nodes as markers that the keyboard reaches.

import { lightened, onGround, palette, rimOf, safeColor, setByTheme } from "../canvas/colors.ts";
import { LABEL, type Label } from "../canvas/labels.ts";
import { legStrokes } from "../canvas/strokes.ts";
import { isGlyph, nodePicture } from "../canvas/symbols.ts";
import type { CanvasTiles } from "../canvas/tiles.ts";
import { cellsOf } from "../data/loader.ts";
import { readTable } from "../data/payload.ts";
import { Records } from "../data/records.ts";
import type { CorridorSpec, EntrySpec, LaneSpec, RunSpec } from "../data/spec.ts";
import type { FeatureIndex } from "../geo/featureindex.ts";
import { latOf, lonOf } from "../geo/mercator.ts";
import { type Line, lineOf } from "../geo/polyline.ts";
import { h } from "../ui/dom.ts";
import { Roving } from "../ui/roving.ts";
import { t } from "../words/language.ts";
import { type Content, type Draft, type LayerContext, PANES } from "./content.ts";
import { lineSymbols } from "./featurelabels.ts";
import type { Findable } from "./findable.ts";
import { hoverCard } from "./hit.ts";
import { entryLabel, legend, legSwatch, lineSwatch, nodeSwatch } from "./legend.ts";
import { legLabels, MARKED_ZOOM, paintArrows } from "./legmarks.ts";
import type { PointIndex } from "./points/pointindex.ts";
import { pointIndex } from "./points/pointset.ts";
import { featureTiles, readFeatures } from "./vector.ts";

/** The most strokes of a leg over each other. */
const DEPTH = 4;

/** The distance between two lanes, which is the width of a leg with a narrow halo. */
const LANE_PX = 5;

/** Return how much wider or narrower than usual legs are at a zoom. */
const legScale = (zoom: number): number => Math.max(0.65, Math.min(1.15, zoom / 6));

/**
 * Return tiles of legs. `width` multiplies the width of each; arrows show their direction where
 * there is room; legs with `lanes` lie beside those of other corridors.
 */
export function legTiles(
  index: FeatureIndex,
  entries: EntrySpec[],
  options: L.GridLayerOptions,
  { width = (_: number) => 1, isDirected = false, lanes = [] as LaneSpec[] },
): CanvasTiles {
  return featureTiles(index, options, function* (painter, zoom) {
    const scale = legScale(zoom);
    const left = (id: number): number => (lanes[id] ?? 0) * LANE_PX * scale;
    const ids = painter.ids();
    const shown = onGround(entries);
    const strokes = shown.map((entry) => legStrokes(entry, rimOf));
    // Stroke by stroke over all legs, so that where two meet no halo covers the other's core.
    for (let depth = 0; depth < DEPTH; depth++) {
      for (const id of ids) {
        const stroke = strokes[index.styles[id]]?.[depth];
        if (stroke === undefined) continue;
        const most = (lanes[id] ?? null) === null ? Infinity : LANE_PX;
        const wide = Math.min(stroke.width, most) * scale * width(id);
        painter.stroke([id], { ...stroke, width: wide }, left(id));
      }
      yield;
    }
    if (!isDirected || zoom < MARKED_ZOOM) return;
    const { halo } = palette();
    for (const id of ids) {
      const fill = safeColor(shown[index.styles[id]].color);
      paintArrows(painter, id, { fill, halo }, left(id));
    }
  });
}

/** Return the length of a leg as its table has it. */
function lengthOf(records: Records, row: number): string | null {
  const column = records.spec.columns.findIndex(({ unit }) => unit === "km");
  return column < 0 ? null : records.text(row, column);
}

/** Return the mode, gauge, status and length of a leg in one line. */
export function legHint(records: Records, row: number, style: number): string {
  const entry: EntrySpec | undefined = records.spec.legend.entries[style];
  const year = records.named(row, "status_year");
  const key = entry?.status === "operating" ? "since" : "asOf";
  const parts = [entry && entryLabel(entry), year && t(key, { year }), lengthOf(records, row)];
  return parts.filter(Boolean).join(", ");
}

/** Return the sources of the status and the length of a leg. */
function legSources(records: Records, row: number): string[] {
  const names = ["status_source", "length_source"];
  const known = names.map((name) => records.named(row, name)).filter((text) => text !== null);
  const value = [...new Set(known)].join("; ");
  return value === "" ? [] : [t("ofColumn", { name: t("source"), value })];
}

/** Return the names and lengths of all legs, to be written along them. */
const namesOfLegs = (index: FeatureIndex, records: Records): Label[] =>
  Array.from({ length: index.length }, (_, row) =>
    legLabels(index, row, records.titleOf(row), lengthOf(records, row)),
  ).flat();

/** The zoom from which there is room for the names of nodes. */
const NAMED_ZOOM = 6;

const nodeLabels = ({ xs, ys }: PointIndex, records: Records): Label[] =>
  Array.from(xs, (x, row) => {
    const text = records.titleOf(row);
    return { x, y: ys[row], rank: NAMED_ZOOM, kind: LABEL.node, text };
  });

/** Return a marker for a node, which the keyboard reaches and Enter opens. */
function nodeMarker(
  index: PointIndex,
  records: Records,
  row: number,
  context: LayerContext,
  roving: Roving,
) {
  const entry: EntrySpec | undefined = records.spec.legend.entries[index.styles[row]];
  const { shape = "circle", color = "#333333" } = entry ?? {};
  const title = records.titleOf(row);
  const kind = entry && entryLabel(entry);
  const place: [number, number] = [index.xs[row], index.ys[row]];
  const { isShown } = context;
  const picture = nodePicture(shape, color, isGlyph(shape) ? 16 : 12);
  const side = Number(picture.getAttribute("width"));
  const html = picture as unknown as HTMLElement;
  const icon = L.divIcon({ className: "mm-node", html, iconSize: [side, side] });
  const at: L.LatLngTuple = [latOf(place[1]), lonOf(place[0])];
  const marker = L.marker(at, { icon, pane: PANES.nodes.name, alt: title, keyboard: true });
  const tooltip: L.TooltipOptions = { direction: "top", offset: [0, -8], opacity: 1 };
  marker.bindTooltip(hoverCard(title, kind), {
    className: "mm-tooltip mm-tooltip--node",
    ...tooltip,
  });
  let leave = (): void => {};
  marker.on("add", () => {
    const element = marker.getElement()!;
    element.setAttribute("aria-label", [title, kind].filter(Boolean).join(", "));
    leave = roving.add(element);
  });
  marker.on("remove", () => leave());
  const open = (pressed: MouseEvent | null): void =>
    context.openRecord({ records, row, place, isShown }, marker.getLatLng(), pressed);
  marker.on("click", ({ originalEvent }: L.LeafletMouseEvent) => open(originalEvent));
  marker.on("keypress", (event: L.LeafletKeyboardEvent) => {
    if (event.originalEvent.key === "Enter") open(null);
  });
  return marker;
}

/** Return the lines of runs, in world units. */
const linesOf = (index: FeatureIndex, runs: RunSpec[]): Line[] =>
  runs.map((run) => {
    const parts = run.map((row) => {
      const part = index.lines(row < 0 ? ~row : row).flatMap(({ places }) => places);
      return row < 0 ? part.reverse() : part;
    });
    return lineOf(parts.flat());
  });

/** The zoom from which a node is seen well. */
const NODE_ZOOM = 9;

/** Return the nodes for the search: each with its kind and its corridor. */
const nodesFound = (
  index: PointIndex,
  records: Records,
  { isShown, openRecord }: LayerContext,
): Findable[] =>
  Array.from(index.xs, (x, row) => {
    const at: [number, number] = [x, index.ys[row]];
    const entry: EntrySpec | undefined = records.spec.legend.entries[index.styles[row]];
    const hint = [entry && entryLabel(entry), records.spec.name].filter(Boolean).join(", ");
    const hit = { records, row, place: at, isShown };
    const open = (): void => openRecord(hit, L.latLng(latOf(at[1]), lonOf(at[0])), null);
    return { kind: "node", name: records.titleOf(row), hint, place: { at, zoom: NODE_ZOOM }, open };
  });

/** Return an entry that keeps the colour of its corridor on a dark page. */
const toldOnDark = (entry: EntrySpec): EntrySpec => {
  return { ...entry, dark: lightened(safeColor(entry.color)) };
};

export function corridorDraft(spec: CorridorSpec, context: LayerContext): Draft {
  const { name, sources, legs, nodes, course } = spec;
  const load = async (): Promise<Content> => {
    const [{ index, records: legRecords, picks, holds }, nodeTable] = await Promise.all([
      readFeatures({ ...legs, name, sources }, context),
      readTable(context.store, nodes.payload),
    ]);
    const places = pointIndex(nodeTable);
    const nodeRecords = new Records({ ...nodes, name, sources }, cellsOf(nodeTable));
    picks.hint = ({ row }) => [
      legHint(legRecords, row, index.styles[row]),
      ...legSources(legRecords, row),
    ];
    const { entries } = legs.legend;
    const { lanes } = course;
    const tiles = legTiles(
      index,
      spec.told_apart ? entries.map(toldOnDark) : entries,
      context.options,
      { isDirected: true, lanes },
    );
    const roving = new Roving();
    const markers = Array.from(places.xs, (_, row) =>
      nodeMarker(places, nodeRecords, row, context, roving),
    );
    const labels = [...nodeLabels(places, nodeRecords), ...namesOfLegs(index, legRecords)];
    const found = () => nodesFound(places, nodeRecords, context);
    const lines = linesOf(index, course.runs);
    const named = { text: name, color: course.color ?? null, lines };
    const symbols = lineSymbols(index);
    const layers = [tiles, ...markers];
    return { layers, picks: [picks], labels, symbols, named, found, holds };
  };
  if (!spec.told_apart) {
    const parts = [legend(legs.legend, legSwatch), legend(nodes.legend, nodeSwatch)];
    return { parts, content: load() };
  }
  const color = safeColor(course.color!);
  const own = h("span.mm-swatch", lineSwatch([{ color, width: 4 }]));
  setByTheme(own.querySelector("line")!, "stroke", color, lightened(color));
  const key = { lines: legs.legend.entries, stops: nodes.legend.entries };
  return { parts: [], sole: { swatch: own, count: h("span") }, key, content: load() };
}
