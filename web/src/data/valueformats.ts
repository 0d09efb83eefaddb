// Values in the formats that the maker of a map gives the rows of a popup or a tooltip.

import { formatNumber, formatValue, withUnit } from "../words/format.ts";
import { currentLanguage } from "../words/language.ts";
import type { ColumnSpec, DateField, DatePartSpec, FormatSpec, NumberFormatSpec } from "./spec.ts";

type Column = Pick<ColumnSpec, "unit" | "prefix">;

/** Return a cell in a format, without the text around it; null where it is empty. */
export function formatCell(value: unknown, column: Column, format: FormatSpec): string | null {
  const { unit, number, date } = format;
  const text = formatValue(value, { ...column, unit: null });
  if (text === null) return null;
  if (date !== undefined) return dateText(text, date);
  if (number !== undefined) return withUnit(numberText(value, number), unit);
  const isNumber = typeof value === "number" || typeof value === "bigint";
  if (!isNumber || column.prefix) return text;
  if (unit === column.unit) return formatValue(value, column);
  return withUnit(formatNumber(value, column.unit), unit);
}

function numberText(value: unknown, format: NumberFormatSpec): string {
  const { decimals, grouped = false, signed = false, percent = false } = format;
  const [least, most] = decimals === undefined ? [0, 20] : [decimals, decimals];
  const numbers = new Intl.NumberFormat(currentLanguage(), {
    style: percent ? "percent" : "decimal",
    minimumFractionDigits: least,
    maximumFractionDigits: most,
    useGrouping: grouped ? "always" : false,
    signDisplay: signed ? "always" : "negative",
  });
  // Whole numbers that a float would round are text.
  return numbers.format(typeof value === "string" ? BigInt(value) : (value as number | bigint));
}

const ISO_DATE = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d))?/;

function dateText(text: string, parts: DatePartSpec[]): string {
  const [found, year, month, day, hour = "00", minute = "00"] = ISO_DATE.exec(text) ?? [];
  if (found === undefined) return text;
  const hasDay = parts.some(([field]) => field === "day" || field === "short_day");
  const texts: Record<Exclude<DateField, "text">, () => string> = {
    year: () => year,
    month: () => month,
    name: () => monthName(Number(month), "long", hasDay),
    short_name: () => monthName(Number(month), "short", hasDay),
    day: () => day,
    short_day: () => String(Number(day)),
    hour: () => hour,
    minute: () => minute,
  };
  return parts.map(([field, own]) => (field === "text" ? own : texts[field]())).join("");
}

/** Return the name of a month, which has another case beside a day in Russian. */
function monthName(month: number, length: "long" | "short", hasDay: boolean): string {
  const day = hasDay ? ({ day: "numeric" } as const) : {};
  const options = { month: length, timeZone: "UTC", ...day } as const;
  const pieces = new Intl.DateTimeFormat(currentLanguage(), options).formatToParts(
    Date.UTC(2000, month - 1, 1),
  );
  return pieces.find(({ type }) => type === "month")!.value;
}
