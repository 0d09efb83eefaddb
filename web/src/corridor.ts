// A transport corridor: legs drawn by mode and status, nodes as markers that the keyboard reaches.

import { brushes } from "./brush.ts";
import type { FeatureIndex } from "./features.ts";
import { LABEL, type Label } from "./names.ts";
import { latOf, lonOf } from "./mercator.ts";
import type { Picker } from "./pick.ts";
import type { PointIndex } from "./points.ts";
import { hoverCard } from "./popup.ts";
import type { Records } from "./records.ts";
import type { EntrySpec } from "./spec.ts";
import { legStrokes, type Stroke } from "./strokes.ts";
import { isGlyph, nodePicture } from "./symbols.ts";
import { CanvasTiles, type Tile } from "./tiles.ts";
import { emptyTiles } from "./vectorlayer.ts";
import { say } from "./words.ts";

export function legTiles(index: FeatureIndex, entries: EntrySpec[], options: L.GridLayerOptions, width?: (id: number) => number): CanvasTiles {
  const strokes = entries.map(legStrokes);
  return new CanvasTiles({ ...options, isEmpty: emptyTiles(index), paint: (tile) => paintLegs(tile, index, strokes, width) });
}

/** The most strokes that a leg has over each other. */
const DEPTH = 4;

function* paintLegs(
  { pen, coords }: Tile, index: FeatureIndex, strokes: Stroke[][], width: (id: number) => number = () => 1,
): Generator<void, void, void> {
  const scale = Math.max(0.65, Math.min(1.15, coords.z / 6));
  for (const brush of brushes(pen, index, coords)) {
    const ids = brush.ids();
    // Stroke by stroke over all legs, so that where two meet neither casing covers the other's core.
    for (let depth = 0; depth < DEPTH; depth++) {
      for (const id of ids) {
        const stroke = strokes[index.styles[id]]?.[depth];
        if (stroke !== undefined) brush.stroke([id], { ...stroke, width: stroke.width * scale * width(id) });
      }
      yield;
    }
  }
}

/** Mode, gauge, status and length of a leg in one line. */
export function legHint(records: Records, row: number, style: number): string {
  const { columns, legend } = records.spec;
  const fields = new Map(records.fieldsOf(row).map(({ label, text }) => [label, text]));
  const kilometres = columns.find(({ unit }) => unit === "km")?.label ?? "";
  const entry = legend.entries[style];
  const year = fields.get("status year") ?? fields.get("status_year");
  const since = year === undefined ? null : entry?.status === "operating" ? say("since", { year }) : say("asOf", { year });
  return [entry?.label, since, fields.get(kilometres)].filter(Boolean).join(", ");
}

/** Where the nodes of a corridor are far enough apart to be named. */
const NAMED_ZOOM = 6;

export function nodeLabels(index: PointIndex, records: Records): Label[] {
  return Array.from(index.xs, (x, row) => ({ x, y: index.ys[row], rank: NAMED_ZOOM, style: LABEL.node, text: records.titleOf(row) }));
}

/** Nodes of a corridor as markers: each can be reached with the tab key and opened with Enter. */
export function nodeMarkers(index: PointIndex, records: Records, pane: string, picker: () => Picker | null): L.Marker[] {
  const { entries } = records.spec.legend;
  return Array.from({ length: index.length }, (_, row) => {
    const entry = entries[index.styles[row]];
    const title = records.titleOf(row);
    const place: [number, number] = [index.xs[row], index.ys[row]];
    const picture = nodePicture(entry?.shape ?? "circle", entry?.color ?? "#333333", isGlyph(entry?.shape) ? 16 : 12);
    const side = Number(picture.getAttribute("width"));
    const icon = L.divIcon({ className: "mm-node", html: picture as unknown as HTMLElement, iconSize: [side, side] });
    const marker = L.marker([latOf(place[1]), lonOf(place[0])], { icon, pane, alt: title, keyboard: true });
    marker.bindTooltip(hoverCard(title, entry?.label), { className: "mm-tooltip", direction: "top", offset: [0, -8], opacity: 1 });
    marker.on("add", () => marker.getElement()?.setAttribute("aria-label", `${title}, ${entry?.label ?? ""}`));
    const open = (focus: boolean): void => void picker()?.show([{ records, row, place }], marker.getLatLng(), focus);
    marker.on("click", () => open(false));
    marker.on("keypress", (event: L.LeafletKeyboardEvent) => {
      if (event.originalEvent.key === "Enter") open(true);
    });
    return marker;
  });
}
