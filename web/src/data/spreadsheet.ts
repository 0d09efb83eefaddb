// Text that no spreadsheet runs as a formula; minmap/writing/delimited.py has the same rule.

/**
 * Blanks, control and invisible characters and quotes, which a spreadsheet may skip before a sign.
 * Tabs and line breaks may begin a cell themselves; with them here a long run of them would take
 * the square of its length.
 */
export const SKIPPED = [
  String.raw`\u0000-\u0008\u000b\u000c\u000e-\u0020"'\u007f-\u00a0\u1680\u180e\u2000-\u200f`,
  String.raw`\u2028-\u202f\u205f-\u2064\u3000\ufeff`,
].join("");
const SIGNS = String.raw`=+\-@\uff1d\uff0b\uff0d\uff20`;
/**
 * A sign that begins a formula, also in full width: at the start of a text, and where a semicolon,
 * a tab or a line break may begin a cell.
 */
const RISKY = new RegExp(String.raw`(^|[;\t\r\n])([${SKIPPED}]*)([${SIGNS}])`, "g");
const GUARDED = new RegExp(String.raw`(^|[;\t\r\n])([${SKIPPED}]*)'([${SIGNS}])`, "g");
/** Some spreadsheets remove these at the start of a text. */
const RISKY_START = /^'*[\t\r\n]/;
const GUARDED_START = /^'+[\t\r\n]/;
const NUMBER = /^ *[-+]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)(?:[eE][-+]?[0-9]+)? *$/;

/** Put an apostrophe before each sign that would begin a formula. Numbers stay as they are. */
export function guarded(text: string): string {
  if (NUMBER.test(text)) return text;
  const marked = text.replace(RISKY, "$1$2'$3");
  return RISKY_START.test(marked) ? `'${marked}` : marked;
}

/** Remove the apostrophes that `guarded` has put. */
export function unguarded(text: string): string {
  const rest = GUARDED_START.test(text) ? text.slice(1) : text;
  return rest.replace(GUARDED, "$1$2$3");
}
