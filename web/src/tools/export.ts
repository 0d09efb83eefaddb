// Records as files of their own: CSV and GeoJSON, as complete as the page has them.

import { guarded } from "../data/spreadsheet.ts";
import { shortLat, shortLon } from "../geo/mercator.ts";
import type { PointSet } from "../layers/points/pointset.ts";

/** Records written between two pieces of a file. */
const BLOCK = 2000;

/** A cell of CSV, which no spreadsheet takes for a formula or, where the semicolon separates cells, for two. */
export function csvCell(value: string | number | bigint | null): string {
  if (value === null) return "";
  if (typeof value !== "string") return String(value);
  const harmless = guarded(value);
  return /[",;\t\n\r]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** The pieces of a CSV file, UTF-8 with the mark by which spreadsheets know it. */
export function* csvOf(points: PointSet, rows: Iterable<number>): Generator<string, void, void> {
  const { records } = points;
  const names = different(records.names);
  yield `\ufeff${[...names, "longitude_deg", "latitude_deg"].map(csvCell).join(",")}\r\n`;
  yield* inBlocks(rows, (row) => {
    const [x, y] = points.placeOf(row);
    return `${[...names.map((_, i) => csvCell(records.value(row, i))), shortLon(x), shortLat(y)].join(",")}\r\n`;
  });
}

/** The pieces of a GeoJSON file (RFC 7946), the sources beside the features. */
export function* geojsonOf(
  points: PointSet,
  rows: Iterable<number>,
): Generator<string, void, void> {
  const { records, spec } = points;
  const names = different(records.names);
  yield `{"type":"FeatureCollection","name":${JSON.stringify(spec.name)},"sources":${JSON.stringify(spec.sources ?? [])},"features":[`;
  let first = true;
  yield* inBlocks(rows, (row) => {
    const [x, y] = points.placeOf(row);
    const properties = Object.fromEntries(
      names.map((name, i) => [name, jsonValue(records.value(row, i))]),
    );
    const geometry = { type: "Point", coordinates: [shortLon(x), shortLat(y)] };
    const between = first ? "\n" : ",\n";
    first = false;
    return between + JSON.stringify({ type: "Feature", geometry, properties });
  });
  yield "\n]}\n";
}

/** Names of which none stands twice: a second one gets a number. */
function different(names: string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let own = name;
    for (let n = 2; taken.has(own); n++) own = `${name} (${n})`;
    taken.add(own);
    return own;
  });
}

/** JSON has no whole numbers beyond 2^53, no infinity and no "not a number". */
function jsonValue(value: string | number | bigint | null): string | number | null {
  if (typeof value === "bigint")
    return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  return typeof value === "number" && !Number.isFinite(value) ? null : value;
}

function* inBlocks(
  rows: Iterable<number>,
  write: (row: number) => string,
): Generator<string, void, void> {
  let block: string[] = [];
  for (const row of rows) {
    block.push(write(row));
    if (block.length < BLOCK) continue;
    yield block.join("");
    block = [];
  }
  yield block.join("");
}

/** A name for a file, from any text. */
export const fileName = (title: string, ending: string): string =>
  `${
    title
      .normalize("NFC")
      .replace(/[^\p{L}\p{N}]+/gu, "_")
      .replace(/^_+|_+$/g, "")
      .slice(0, 60) || "minmap"
  }.${ending}`;

/** Hand a file to the reader. */
export function download(name: string, type: string, pieces: Iterable<string>): void {
  const address = URL.createObjectURL(new Blob([...pieces], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** Hand the records of a layer that are meant to the reader. */
export async function downloadRecords(
  points: PointSet,
  ending: "csv" | "geojson",
  rows: Iterable<number> = points.selection.meant(),
): Promise<void> {
  const name = fileName(points.spec.name, ending);
  const all = [...rows];
  await points.records.ready(all);
  if (ending === "csv") download(name, "text/csv;charset=utf-8", csvOf(points, all));
  else download(name, "application/geo+json", geojsonOf(points, all));
}
