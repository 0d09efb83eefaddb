// The rows of a small CSV file, also as a spreadsheet saves it again.

import { unguarded } from "../data/spreadsheet.ts";

/** The cells of a line under the names of their columns. */
export type CsvRow = Record<string, string | undefined>;

const SEPARATORS = [",", ";", "\t"];

/** Return the rows below the first line, which has the names of the columns. */
export function rowsOfCsv(text: string): CsvRow[] {
  const plain = text.replace(/^\ufeff/, "");
  const head = plain.slice(0, plain.search(/[\r\n]|$/));
  const counts = SEPARATORS.map((one) => head.split(one).length);
  const [names, ...lines] = linesOf(plain, SEPARATORS[counts.indexOf(Math.max(...counts))]);
  const rows = lines.filter((cells) => cells.some(Boolean));
  return rows.map((cells) => {
    const row: CsvRow = Object.create(null);
    cells.forEach((cell, i) => {
      if (names[i] !== undefined) row[names[i]] = unguarded(cell);
    });
    return row;
  });
}

/** Return the cells of each line; quotes hold separators and line breaks together. */
function linesOf(text: string, separator: string): string[][] {
  const lines: string[][] = [];
  let [cells, cell, isQuoted] = [[] as string[], "", false];
  for (let i = 0; i < text.length; i++) {
    const sign = text[i];
    if (isQuoted) {
      if (sign !== '"') cell += sign;
      else if (text[i + 1] === '"') cell += text[++i];
      else isQuoted = false;
    } else if (sign === '"' && cell === "") isQuoted = true;
    else if (sign === separator) {
      cells.push(cell);
      cell = "";
    } else if (sign === "\n" || sign === "\r") {
      if (sign === "\r" && text[i + 1] === "\n") i++;
      lines.push([...cells, cell]);
      [cells, cell] = [[], ""];
    } else cell += sign;
  }
  return [...lines, [...cells, cell]];
}
