// One sentence of what minmap measured for a record, in words that fit any value.

import type { Records } from "../data/records.ts";
import { formatDistance } from "../words/format.ts";
import { t } from "../words/language.ts";

/** Columns that the sentence has. */
const KEYS = ["distance_km", "node_name", "node_distance_km"];

/** Titles before which English has an article. */
const NOUN = /\b(corridor|route|railway|bypass|approaches)$/i;
const HAS_ARTICLE = /^(the|a|my|our)\s/i;

export const measuredColumns = (records: Records): number[] =>
  KEYS.flatMap((key) => records.columnOf(key) ?? []);

const numberOf = (value: string | number | null): number | null =>
  typeof value === "number" && Number.isFinite(value) ? value : null;

/** The least share of a distance to which its margin is said: the distances have no more digits. */
const LEAST_MARGIN = 0.01;

/** Return a distance with the margin that the location of its record leaves. */
function withMargin(km: number, marginKm: number): string {
  const distance = formatDistance(km);
  if (marginKm < LEAST_MARGIN * km || marginKm <= 0) return distance;
  return `${distance}\u00a0±\u00a0${formatDistance(marginKm)}`;
}

/** Return how far a record is from a corridor and from its nearest node; null if not measured. */
export function measuredText(records: Records, row: number): string | null {
  const km = numberOf(records.keyed(row, "distance_km"));
  const title = records.spec.corridor ?? records.keyed(row, "leg_id");
  if (km === null || title === null || records.columnOf("along_km") === undefined) return null;
  const line = t(
    NOUN.test(String(title)) && !HAS_ARTICLE.test(String(title)) ? "theLine" : "line",
    {
      name: title,
    },
  );
  const marginKm = (numberOf(records.keyed(row, "location_uncertainty_m")) ?? 0) / 1000;
  const distance = withMargin(km, marginKm);
  const on = marginKm > 0 ? `${line} (± ${formatDistance(marginKm)})` : line;
  const whole = km === 0 ? t("onLine", { line: on }) : t("fromLine", { distance, line });
  const [node, nodeKm] = [
    records.keyed(row, "node_name"),
    numberOf(records.keyed(row, "node_distance_km")),
  ];
  if (node === null || nodeKm === null) return `${whole}.`;
  const nodeDistance = withMargin(nodeKm, marginKm);
  return nodeDistance === distance
    ? t("nearestAt", { whole, node })
    : t("nearestNode", { whole, node, distance: nodeDistance });
}
