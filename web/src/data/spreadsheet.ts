// Text that no spreadsheet runs as a formula. minmap/export/delimited.py has the same rule.

/**
 * A sign that begins a formula, full-width ones as well, after what a spreadsheet may skip: blanks, controls, what is
 * invisible, and quotes. A cell begins at the start of the text, and after a semicolon, tab or new line it may.
 */
const RISKY =
  /(^|[;\t\r\n])([\u0000-\u0020"'\u007f-\u00a0\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff]*)([=+\-@\uff1d\uff0b\uff0d\uff20])/g;
/** Some spreadsheets drop these at the start. */
const RISKY_START = /^'*[\t\r\n]/;
const NUMBER = /^ *[-+]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)(?:[eE][-+]?[0-9]+)? *$/;

/** A text with an apostrophe before each sign that would begin a formula. Numbers stay as they are. */
export function guarded(text: string): string {
  if (NUMBER.test(text)) return text;
  const marked = text.replace(RISKY, "$1$2'$3");
  return RISKY_START.test(marked) ? `'${marked}` : marked;
}
