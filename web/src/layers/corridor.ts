// A transport corridor: legs drawn by mode and status, nodes as markers that the keyboard reaches.

import { palette } from "../canvas/colors.ts";
import { featurePainters } from "../canvas/featurepainter.ts";
import { LABEL, type Label } from "../canvas/labels.ts";
import { legStrokes, type Stroke } from "../canvas/strokes.ts";
import { isGlyph, nodePicture, safeColor } from "../canvas/symbols.ts";
import { CanvasTiles, type Tile } from "../canvas/tiles.ts";
import { readTable } from "../data/payload.ts";
import { Records } from "../data/records.ts";
import type { CorridorSpec, EntrySpec } from "../data/spec.ts";
import type { FeatureIndex } from "../geo/featureindex.ts";
import { latOf, lonOf } from "../geo/mercator.ts";
import type { Steps } from "../ui/queue.ts";
import { t } from "../words/language.ts";
import { entryLabel } from "./classes.ts";
import { type Content, type Draft, type LayerContext, PANES, RANK } from "./content.ts";
import { hoverCard } from "./hit.ts";
import { legend, legSwatch, nodeSwatch } from "./legend.ts";
import { legLabels, MARKED_ZOOM, paintArrows } from "./legmarks.ts";
import type { PointIndex } from "./points/pointindex.ts";
import { pointIndex } from "./points/pointset.ts";
import { emptyTiles, featureIndex, vectorPicks } from "./vector.ts";

export function legTiles(
  index: FeatureIndex,
  entries: EntrySpec[],
  options: L.GridLayerOptions,
  width?: (id: number) => number,
): CanvasTiles {
  const strokes = entries.map(legStrokes);
  return new CanvasTiles({
    ...options,
    isEmpty: emptyTiles(index),
    paint: (tile) => paintLegs(tile, index, strokes, width),
  });
}

/** Legs with arrows that tell which way the corridor runs, where the zoom has room for them. */
export function directedLegTiles(
  index: FeatureIndex,
  entries: EntrySpec[],
  options: L.GridLayerOptions,
): CanvasTiles {
  const strokes = entries.map(legStrokes);
  return new CanvasTiles({
    ...options,
    isEmpty: emptyTiles(index),
    *paint(tile) {
      yield* paintLegs(tile, index, strokes);
      if (tile.coords.z < MARKED_ZOOM) return;
      const { halo } = palette();
      for (const painter of featurePainters(tile.pen, index, tile.coords)) {
        for (const id of painter.ids())
          paintArrows(tile.pen, painter, index, id, {
            fill: safeColor(entries[index.styles[id]].color),
            halo,
          });
      }
    },
  });
}

/** The most strokes that a leg has over each other. */
const DEPTH = 4;

function* paintLegs(
  { pen, coords }: Tile,
  index: FeatureIndex,
  strokes: Stroke[][],
  width: (id: number) => number = () => 1,
): Steps {
  const scale = Math.max(0.65, Math.min(1.15, coords.z / 6));
  for (const painter of featurePainters(pen, index, coords)) {
    const ids = painter.ids();
    // Stroke by stroke over all legs, so that where two meet neither casing covers the other's core.
    for (let depth = 0; depth < DEPTH; depth++) {
      for (const id of ids) {
        const stroke = strokes[index.styles[id]]?.[depth];
        if (stroke !== undefined)
          painter.stroke([id], { ...stroke, width: stroke.width * scale * width(id) });
      }
      yield;
    }
  }
}

/** The length of a leg, as its table has it. */
function lengthOf(records: Records, row: number): string | null {
  const column = records.spec.columns.findIndex(({ unit }) => unit === "km");
  return column < 0 ? null : records.text(row, column);
}

/** Mode, gauge, status and length of a leg in one line. */
export function legHint(records: Records, row: number, style: number): string {
  const { legend } = records.spec;
  const fields = new Map(records.fieldsOf(row).map(({ label, text }) => [label, text]));
  const entry = legend.entries[style];
  const year = fields.get("status year") ?? fields.get("status_year");
  const since =
    year === undefined
      ? null
      : entry?.status === "operating"
        ? t("since", { year })
        : t("asOf", { year });
  return [entry && entryLabel(entry), since, lengthOf(records, row)].filter(Boolean).join(", ");
}

/** What the state and the length of a leg are known from. */
export function legSources(records: Records, row: number): string[] {
  const fields = new Map(records.fieldsOf(row).map(({ label, text }) => [label, text]));
  const known = ["status source", "status_source", "length source"].map((label) =>
    fields.get(label),
  );
  const texts = [...new Set(known.filter((text) => text !== undefined))];
  return texts.length === 0 ? [] : [t("ofColumn", { name: t("source"), value: texts.join("; ") })];
}

/** The names and lengths of all legs, to be written along them. */
export const namesOfLegs = (index: FeatureIndex, records: Records): Label[] =>
  Array.from({ length: index.length }, (_, row) =>
    legLabels(index, row, records.titleOf(row), lengthOf(records, row)),
  ).flat();

/** Where the nodes of a corridor are far enough apart to be named. */
const NAMED_ZOOM = 6;

export function nodeLabels(index: PointIndex, records: Records): Label[] {
  return Array.from(index.xs, (x, row) => ({
    x,
    y: index.ys[row],
    rank: NAMED_ZOOM,
    style: LABEL.node,
    text: records.titleOf(row),
  }));
}

/** Nodes of a corridor as markers: each can be reached with the tab key and opened with Enter. */
export function nodeMarkers(
  index: PointIndex,
  records: Records,
  pane: string,
  openRecord: LayerContext["openRecord"],
  isShown: () => boolean,
): L.Marker[] {
  const { entries } = records.spec.legend;
  return Array.from({ length: index.length }, (_, row) => {
    const entry = entries[index.styles[row]];
    const title = records.titleOf(row);
    const kind = entry && entryLabel(entry);
    const place: [number, number] = [index.xs[row], index.ys[row]];
    const picture = nodePicture(
      entry?.shape ?? "circle",
      entry?.color ?? "#333333",
      isGlyph(entry?.shape) ? 16 : 12,
    );
    const side = Number(picture.getAttribute("width"));
    const icon = L.divIcon({
      className: "mm-node",
      html: picture as unknown as HTMLElement,
      iconSize: [side, side],
    });
    const marker = L.marker([latOf(place[1]), lonOf(place[0])], {
      icon,
      pane,
      alt: title,
      keyboard: true,
    });
    marker.bindTooltip(hoverCard(title, kind), {
      className: "mm-tooltip",
      direction: "top",
      offset: [0, -8],
      opacity: 1,
    });
    marker.on("add", () =>
      marker.getElement()?.setAttribute("aria-label", [title, kind].filter(Boolean).join(", ")),
    );
    const open = (focus: boolean): void =>
      openRecord({ records, row, place, isShown }, marker.getLatLng(), focus);
    marker.on("click", () => open(false));
    marker.on("keypress", (event: L.LeafletKeyboardEvent) => {
      if (event.originalEvent.key === "Enter") open(true);
    });
    return marker;
  });
}

export function corridorDraft(
  spec: CorridorSpec,
  { zIndex, openRecord, store, isShown }: LayerContext,
): Draft {
  const { name, sources } = spec;
  const content = async (): Promise<Content> => {
    const [legs, nodes] = await Promise.all([
      readTable(store, spec.legs.payload),
      readTable(store, spec.nodes.payload),
    ]);
    const index = featureIndex(legs);
    const places = pointIndex(nodes);
    const legRecords = new Records({ ...spec.legs, name, sources }, legs);
    const nodeRecords = new Records({ ...spec.nodes, name, sources }, nodes);
    const picks = vectorPicks(index, legRecords, RANK.corridor + zIndex / 1000, isShown);
    picks.hint = ({ row }) => [
      legHint(legRecords, row, index.styles[row]),
      ...legSources(legRecords, row),
    ];
    return {
      layers: [
        directedLegTiles(index, spec.legs.legend.entries, { pane: PANES.corridor.name, zIndex }),
        ...nodeMarkers(places, nodeRecords, PANES.nodes.name, openRecord, isShown),
      ],
      picks: [picks],
      labels: [...nodeLabels(places, nodeRecords), ...namesOfLegs(index, legRecords)],
    };
  };
  return {
    parts: [legend(spec.legs.legend, legSwatch), legend(spec.nodes.legend, nodeSwatch)],
    content: content(),
  };
}
