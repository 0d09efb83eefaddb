// The file of decisions, which minmap.link takes and the page reads again.

import { type CsvRow, rowsOfCsv } from "./csvrows.ts";
import { csvCell } from "./export.ts";
import { answerIn, isSaid, type PairOpinion } from "./opinions.ts";

/** The name of the file, as the documentation has it. */
export const DECISIONS_FILE = "decisions.csv";

const COLUMNS = ["left_id", "right_id", "decision", "note", "left_name", "right_name"];

/** Return the file of the answers and notes on pairs. */
export function fileOf(opinions: PairOpinion[]): string {
  const lines = opinions.map(({ ids, answer, note, names }) =>
    [...ids, answer ?? "", note, ...names].map(csvCell).join(","),
  );
  return `\ufeff${[COLUMNS.join(","), ...lines].join("\r\n")}\r\n`;
}

/** What is said in a file, and the lines that are no decisions: of no pair or with other words. */
export interface FileContents {
  opinions: PairOpinion[];
  refused: string[];
}

/** Return what a file says; lines without decision and note say nothing. */
export function contentsOf(text: string): FileContents {
  const found: FileContents = { opinions: [], refused: [] };
  for (const line of rowsOfCsv(text)) take(line, found);
  return found;
}

function take(line: CsvRow, { opinions, refused }: FileContents): void {
  const ids = [line.left_id ?? "", line.right_id ?? ""];
  const word = line.decision?.trim() ?? "";
  const names = [line.left_name ?? "", line.right_name ?? ""];
  const opinion = { ids, names, answer: answerIn(word.toLowerCase()), note: line.note ?? "" };
  const isWrong = ids.includes("") || (word !== "" && opinion.answer === null);
  if (word === "" && !isSaid(opinion)) return;
  if (isWrong) refused.push([...ids, word].join(", "));
  else opinions.push(opinion);
}
