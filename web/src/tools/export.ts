// Records as files: CSV and GeoJSON, with the columns that the page has.

import type { Records } from "../data/records.ts";
import { guarded } from "../data/spreadsheet.ts";
import { shortLat, shortLon } from "../geo/mercator.ts";
import type { PointSet } from "../layers/points/pointset.ts";
import { button, download, fileName } from "../ui/dom.ts";
import { t } from "../words/language.ts";
import { SITE_FACTS } from "./sitefacts.ts";

export type Format = "csv" | "geojson";
type Value = ReturnType<Records["value"]>;

/** Records in one piece of a file. */
const BLOCK = 2000;

/** Return a cell of CSV that no spreadsheet reads as a formula or splits at a semicolon. */
export function csvCell(value: Value): string {
  if (value === null) return "";
  if (typeof value !== "string") return String(value);
  const harmless = guarded(value);
  return /[",;\t\n\r]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/**
 * Yield the pieces of a CSV file: UTF-8 with the byte-order mark that spreadsheets need. It has no
 * facts on the records of sites, which are JSON for the card.
 */
export function* csvOf(points: PointSet, rows: Iterable<number>): Generator<string> {
  const { records } = points;
  const names = distinct(records.names);
  const { columns } = records.spec;
  const written = [...names.keys()].filter((i) => columns[i].key !== SITE_FACTS);
  const heads = written.map((i) => names[i]);
  yield `\ufeff${[...heads, "longitude_deg", "latitude_deg"].map(csvCell).join(",")}\r\n`;
  yield* inBlocks(rows, (row) => {
    const cells = written.map((i) => csvCell(records.value(row, i)));
    const [x, y] = points.placeOf(row);
    return `${[...cells, shortLon(x), shortLat(y)].join(",")}\r\n`;
  });
}

/** Yield the pieces of a GeoJSON file (RFC 7946), with the sources beside the features. */
export function* geojsonOf(points: PointSet, rows: Iterable<number>): Generator<string> {
  const { records, spec } = points;
  const names = distinct(records.names);
  const out = spec.left_out && { columns_left_out: spec.left_out };
  const head = JSON.stringify({ type: "FeatureCollection", name: spec.name, ...out });
  yield `${head.slice(0, -1)},"sources":${JSON.stringify(spec.sources)},"features":[`;
  let separator = "\n";
  yield* inBlocks(rows, (row) => {
    const [x, y] = points.placeOf(row);
    const values = names.map((name, i) => [name, jsonValue(records.value(row, i))]);
    const geometry = { type: "Point", coordinates: [shortLon(x), shortLat(y)] };
    const feature = { type: "Feature", geometry, properties: Object.fromEntries(values) };
    const text = separator + JSON.stringify(feature);
    separator = ",\n";
    return text;
  });
  yield "\n]}\n";
}

/** Number the repetitions of a name. */
function distinct(names: string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let own = name;
    for (let n = 2; taken.has(own); n++) own = `${name} (${n})`;
    taken.add(own);
    return own;
  });
}

/** JSON has no whole numbers beyond 2^53, no infinity and no "not a number". */
function jsonValue(value: Value): string | number | null {
  if (typeof value === "bigint") {
    return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  }
  return typeof value === "number" && !Number.isFinite(value) ? null : value;
}

function* inBlocks(rows: Iterable<number>, write: (row: number) => string): Generator<string> {
  let block: string[] = [];
  for (const row of rows) {
    block.push(write(row));
    if (block.length < BLOCK) continue;
    yield block.join("");
    block = [];
  }
  yield block.join("");
}

const TYPES = { csv: "text/csv;charset=utf-8", geojson: "application/geo+json" };

/** Download records of a layer, by default the selected ones, or all that are shown. */
export async function downloadRecords(points: PointSet, format: Format, rows?: Iterable<number>) {
  const all = [...(rows ?? points.selection.meant())];
  await points.records.cells.rows(all);
  const pieces = format === "csv" ? csvOf(points, all) : geojsonOf(points, all);
  download(new Blob([...pieces], { type: TYPES[format] }), fileName(points.spec.name, format));
}

/** Return the buttons that save records. */
export const saveButtons = (save: (format: Format) => void): HTMLButtonElement[] =>
  (["CSV", "GeoJSON"] as const).map((kind) => {
    const attributes = { class: "mm-button", "aria-label": t("saveAs", { kind }) };
    return button(kind, attributes, () => save(kind.toLowerCase() as Format));
  });
