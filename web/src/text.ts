// Values as text: counts, coordinates, distances, links.

import type { ColumnSpec } from "./spec.ts";

const grouped = new Intl.NumberFormat("en", { maximumFractionDigits: 3 });
const plain = new Intl.NumberFormat("en", { maximumFractionDigits: 6, useGrouping: false });
const small = new Intl.NumberFormat("en", { maximumSignificantDigits: 4, useGrouping: false });
const km = new Intl.NumberFormat("en", { minimumFractionDigits: 3, maximumFractionDigits: 3 });

export const formatCount = (count: number): string => grouped.format(count);

/** A length in kilometres to the metre. */
export const formatKm = (metres: number): string => `${km.format(metres / 1000)} km`;

export const formatPlace = (lat: number, lon: number): string => `${lat.toFixed(5)}, ${lon.toFixed(5)}`;

/** A number as people read it: thousands are grouped only in quantities, so that a year stays a year. */
export function formatNumber(value: number | bigint, unit: string | null): string {
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  if (typeof value === "number" && value !== 0 && Math.abs(value) < 1) return small.format(value);
  return (unit === null ? plain : grouped).format(value);
}

/** Hours as people read them: days where there are two or more. */
export function formatDuration(hours: number): string {
  const whole = Math.round(hours);
  if (whole < 48) return `${plain.format(Math.round(hours * 10) / 10)} h`;
  const rest = whole % 24;
  return `${formatCount(Math.floor(whole / 24))} days${rest > 0 ? ` ${rest} h` : ""} (${formatCount(whole)} h)`;
}

/** A cell of a record; null where it is empty. */
export function formatValue(value: unknown, column: ColumnSpec): string | null {
  if (value === null || value === undefined || value === "") return null;
  if (typeof value !== "number" && typeof value !== "bigint") return withUnit(String(value), column.unit);
  if (Number.isNaN(value)) return null;
  if (column.prefix) return `${column.prefix}${value}`;
  return withUnit(formatNumber(value, column.unit), column.unit);
}

const withUnit = (text: string, unit: string | null): string => (unit === null ? text : `${text} ${unit}`);

/** The address if it is an absolute http or https one; null for all else, `javascript:` first of all. */
export function safeLink(address: string | null | undefined): string | null {
  if (!address || !/^https?:\/\//i.test(address.trim())) return null;
  try {
    return new URL(address.trim()).href;
  } catch {
    return null;
  }
}
