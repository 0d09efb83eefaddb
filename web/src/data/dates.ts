// Dates as days since the start of 1970, as Python sends them in legends.

const DAY_MS = 86_400_000;
const MINUTES = 24 * 60;

/** Return the whole days of an ISO date, with or without a time; NaN for any other text. */
export const daysOf = (text: string): number => Date.parse(text.slice(0, 10)) / DAY_MS;

/** Return days as an ISO date, with the time of day if there is one. */
export function dateText(days: number): string {
  const text = new Date((Math.round(days * MINUTES) / MINUTES) * DAY_MS).toISOString();
  return Number.isInteger(days) ? text.slice(0, 10) : text.slice(0, 16).replace("T", " ");
}

/** Return the days of a typed date; a year or a month means its first or last day. */
export function typedDays(text: string, isEnd: boolean): number {
  const [found, year, month, day] = /^\s*(\d{4})(?:-(\d\d?))?(?:-(\d\d?))?\s*$/.exec(text) ?? [];
  if (found === undefined) return NaN;
  if (!isEnd || day !== undefined)
    return startOf(Number(year), Number(month ?? 1) - 1, Number(day ?? 1));
  // The last day is before the first of the next month.
  return startOf(Number(year), Number(month ?? 12), 1) - 1;
}

function startOf(year: number, month: number, day: number): number {
  // Date.UTC takes years below 100 as those of the 20th century.
  return new Date(0).setUTCFullYear(year, month, day) / DAY_MS;
}
