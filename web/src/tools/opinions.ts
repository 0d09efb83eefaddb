// What a reviewer says of a pair of records, on a page, in a file or in a browser's storage.

export type Answer = "same" | "different";

/** What is said of a pair: an answer, a note, both or neither. */
export interface Opinion {
  readonly answer: Answer | null;
  readonly note: string;
}

/** An opinion on the pair of two records. */
export interface PairOpinion extends Opinion {
  readonly ids: string[];
  /** The names of the records, empty where they are not known. */
  readonly names: string[];
}

/** An opinion that differs from the table or the file, and whether the last file has it. */
export interface KeptOpinion extends PairOpinion {
  readonly isSaved: boolean;
}

export const NOTHING: Opinion = { answer: null, note: "" };

/** Return what two ids have in common with those of the same pair in the other order. */
export const keyOf = (ids: string[]): string => [...ids].sort().join("\t");

export const isEqual = (one: Opinion, other: Opinion): boolean =>
  one.answer === other.answer && one.note === other.note;

export const isSaid = ({ answer, note }: Opinion): boolean => answer !== null || note !== "";

export const answerIn = (text: unknown): Answer | null =>
  text === "same" || text === "different" ? text : null;

/**
 * Return the answer and note of this page on a pair together with those of a file; null if they
 * contradict each other. The file replaces what the table gave, unless it was changed here.
 */
export function agreed(here: Opinion, given: Opinion, other: Opinion): Opinion | null {
  if (isEqual(here, given)) return other;
  const answer = agreedPart(here.answer, given.answer, other.answer);
  const note = agreedPart(here.note, given.note, other.note);
  return answer === undefined || note === undefined ? null : { answer, note };
}

function agreedPart<T>(here: T, given: T, other: T): T | undefined {
  if (!other || other === here) return here;
  return here === given ? other : undefined;
}

/** Return whether an opinion keeps all that another says. */
export const keeps = (one: Opinion, other: Opinion): boolean =>
  (other.answer ?? one.answer) === one.answer && (other.note || one.note) === one.note;
