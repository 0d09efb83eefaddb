// Values as text: counts, coordinates, distances, links.

import { currentLanguage, plural, t, unitLabel } from "./language.ts";

/** Return a number format in the page's language. */
const numbers = (options: Intl.NumberFormatOptions): ((value: number | bigint) => string) => {
  const made = new Map<string, Intl.NumberFormat>();
  return (value) => {
    const language = currentLanguage();
    if (!made.has(language)) made.set(language, new Intl.NumberFormat(language, options));
    return made.get(language)!.format(value);
  };
};
/** Thousands are separated from 10,000 on, everywhere: below, a number may be a year. */
const grouped = (options: Intl.NumberFormatOptions) => numbers({ ...options, useGrouping: "min2" });
const [whole, tenths, thousandths, exact] = [0, 1, 3, 6].map((digits) =>
  grouped({ maximumFractionDigits: digits }),
);
const plain = numbers({ maximumFractionDigits: 6, useGrouping: false });
const small = numbers({ maximumSignificantDigits: 4, useGrouping: false });
const compact = numbers({ notation: "compact", maximumFractionDigits: 1 });
/** Kilometres with three digits to none. */
const km = [3, 2, 1, 0].map((digits) =>
  grouped({ minimumFractionDigits: digits, maximumFractionDigits: digits }),
);

export const formatCount = (count: number): string => thousandths(count);

/** Return a short count: 1.2K. */
export const formatShort = (count: number): string => compact(count);

/** Return a length that the reader measures, in kilometres, as exact as a pixel of some metres. */
export function formatMeasured(metres: number, pixel: number): string {
  const zeros = Math.max(0, Math.floor(Math.log10(pixel)));
  const step = 10 ** zeros;
  return withUnit(km[Math.min(zeros, 3)]((Math.round(metres / step) * step) / 1000), "km");
}

/**
 * Return a distance rounded by size, everywhere on the page: whole kilometres from 10 km on, tenths
 * below, whole metres below 1 km, and a tenth of a metre below 10 m.
 */
export function formatDistance(km: number): string {
  const metres = Math.abs(km) * 1000;
  if (metres > 0 && metres < 999.5) {
    return withUnit((metres < 9.95 ? tenths : whole)(km * 1000), "m");
  }
  return withUnit(formatNumber(km, "km"), "km");
}

/** The length of a degree of latitude, in metres. */
const DEGREE_M = 111_320;
/** A metre, about: no place is written more exactly. */
const MOST_DIGITS = 5;

/** Return a place, with no more digits than its uncertainty in metres allows. */
export function formatPlace(lat: number, lon: number, uncertainty: number | null = null): string {
  const wanted = uncertainty ? Math.ceil(Math.log10(DEGREE_M / uncertainty)) : MOST_DIGITS;
  const digits = Math.min(Math.max(wanted, 0), MOST_DIGITS);
  return `${lat.toFixed(digits)}, ${lon.toFixed(digits)}`;
}

/** Return an area in square kilometres. */
export const formatArea = (km2: number): string => withUnit(formatNumber(km2, ""), "km²");

/** Return about how long a distance is, in kilometres. */
export const formatRoughKm = (metres: number): string =>
  withUnit(formatNumber(Number((metres / 1000).toPrecision(2)), ""), "km");

/**
 * Return a number as people read it. Without a unit it may be an identifier, which has no
 * separators; the unit of other pure numbers is "".
 */
export function formatNumber(value: number | bigint, unit: string | null): string {
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  const size = Math.abs(Number(value));
  const isFloat = typeof value === "number";
  if (isFloat && unit === "km")
    return (size < 0.9995 ? thousandths : size < 9.95 ? tenths : whole)(value);
  if (isFloat && unit === "m") return (size < 100 ? thousandths : whole)(value);
  if (isFloat && value !== 0 && size < 1) return small(value);
  const isPlain = unit === null || unit === "°"; // a thousandth of a degree is a hundred metres
  return (isPlain ? plain : unit === "" ? exact : thousandths)(value);
}

/** Return a number of a legend. */
export function formatLimit(value: number): string {
  const size = Math.abs(value);
  const isShort = value === 0 || (size >= 1e-5 && size < 1e15);
  return (isShort ? formatNumber(value, "") : value.toExponential()).replaceAll("-", "−");
}

/** Return a value with at most this many decimals, and its unit. */
export function formatReading(value: number, digits: number, unit: string | null): string {
  const scientific = { maximumSignificantDigits: 4, notation: "scientific" } as const;
  const usual = { maximumFractionDigits: digits, useGrouping: "min2" } as const;
  const options = digits > 12 ? scientific : usual;
  const text = new Intl.NumberFormat(currentLanguage(), options).format(value);
  return withUnit(text === "-0" ? "0" : text, unit);
}

/** Return hours as people read them: in days from two days on. */
export function formatDuration(hours: number): string {
  const whole = Math.round(hours);
  if (whole < 48) return formatDays(hours);
  return `${formatDays(hours)} (${t("hours", { n: formatCount(whole) })})`;
}

/** Return hours in days and hours from two days on, without all in hours. */
export function formatDays(hours: number): string {
  const whole = Math.round(hours);
  if (whole < 48) return t("hours", { n: plain(Math.round(hours * 10) / 10) });
  const rest = whole % 24;
  const days = Math.floor(whole / 24);
  const more = rest > 0 ? ` ${t("hours", { n: rest })}` : "";
  return `${plural("days", days, formatCount(days))}${more}`;
}

/** Return a cell of a record; null where it is empty. */
export function formatValue(value: unknown, column: { unit: string | null; prefix?: string }) {
  if (value === null || value === undefined || value === "") return null;
  if (typeof value !== "number" && typeof value !== "bigint")
    return withUnit(String(value), column.unit);
  if (Number.isNaN(value)) return null;
  if (column.prefix) return `${column.prefix}${value}`;
  if (column.unit === "km" && Number.isFinite(value)) return formatDistance(Number(value));
  return withUnit(formatNumber(value, column.unit), column.unit);
}

/** Return a number with its unit, after a space if it is not a degree. */
export const withUnit = (text: string, unit: string | null): string => {
  if (!unit) return text;
  return unit === "°" ? `${text}°` : `${text} ${unitLabel(unit)}`;
};

/** Return a text with one full stop at its end; nothing for an empty text. */
export function sentence(text: string): string {
  const bare = text.trim().replace(/[.;,\s]+$/, "");
  return bare === "" || /[!?…]$/.test(bare) ? bare : `${bare}.`;
}

/** Return an absolute http or https address; null for anything else, above all `javascript:`. */
export function safeLink(address: string | null | undefined): string | null {
  if (!address || !/^https?:\/\//i.test(address.trim())) return null;
  try {
    return new URL(address.trim()).href;
  } catch {
    return null;
  }
}
