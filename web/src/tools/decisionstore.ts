// The answers that a browser keeps of a review, so that a reloaded or closed page loses none, also
// where the same review is open twice.

import type { Decisions } from "./decisions.ts";
import { answerIn, type KeptOpinion } from "./opinions.ts";

const KEY = "minmap-review";
/** Two starts of one hash, since a short one could be that of another review too. */
const OFFSETS = [0x811c9dc5, 0x2f0b4a17];
const PRIME = 0x01000193;

/** Return the name under which the answers to the pairs of a page are kept. */
const nameOf = (decisions: Decisions): string => `${KEY}:${hashOf(decisions.contents)}`;

/** Return a hash of a text (FNV-1a, twice). */
function hashOf(text: string): string {
  const bytes = new TextEncoder().encode(text);
  const hashes = OFFSETS.map((offset) => {
    let hash = offset;
    for (const byte of bytes) hash = Math.imul(hash ^ byte, PRIME);
    return (hash >>> 0).toString(36);
  });
  return hashes.join("-");
}

/** Keeps the answers to the pairs of a page. A browser may forbid it; the page works as without. */
export class DecisionStore {
  private readonly decisions: Decisions;
  private readonly name: string;

  /** What was read or written last. */
  private last: string | null = null;

  constructor(decisions: Decisions) {
    this.decisions = decisions;
    this.name = nameOf(decisions);
  }

  /** Take what is kept, or what another page has kept since; return whether anything was taken. */
  follow(): boolean {
    const now = readItem(this.name);
    // A reader who empties the storage of the browser takes no answer from an open page.
    if (now === null || now === this.last) return false;
    const [before, current] = [this.last, now].map(keptIn);
    this.last = now;
    return this.decisions.follow(before, current);
  }

  /** Keep all that is said, also by another page; return whether the browser did. */
  keep(): boolean {
    this.follow();
    const { changes } = this.decisions;
    const lines = changes.map(({ ids, answer, note, isSaved, names }) => [
      ...ids,
      answer,
      note,
      isSaved,
      ...names,
    ]);
    const text = JSON.stringify(lines);
    const isKept = writeItem(this.name, text);
    if (isKept) this.last = text;
    return isKept;
  }
}

/** Return whether the browser keeps anything; a page from a disk may have no storage. */
export const canKeep = (): boolean => writeItem(`${KEY}?`, "1") && writeItem(`${KEY}?`, null);

/** Keep that the reader has begun a review. */
export const keepBegun = (): boolean => writeItem(KEY, "1");

/** Return whether the reader has begun a review. */
export const hasBegun = (): boolean => readItem(KEY) !== null;

/** Return the opinions in a text that was kept, without what is none. */
function keptIn(text: string | null): KeptOpinion[] {
  let lines: unknown;
  try {
    lines = JSON.parse(text ?? "[]");
  } catch {
    return [];
  }
  return (Array.isArray(lines) ? lines : []).flatMap((line: unknown) => {
    const [left, right, answer, note, isSaved, ...given] = Array.isArray(line) ? line : [];
    const isText = [left, right, note].every((cell) => typeof cell === "string");
    if (!isText) return [];
    const names = [0, 1].map((end) => (typeof given[end] === "string" ? given[end] : ""));
    const said = { answer: answerIn(answer), note, isSaved: isSaved === true };
    return [{ ids: [left, right], names, ...said }];
  });
}

function readItem(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

/** Write an item, or remove it; return whether the browser did. */
function writeItem(name: string, text: string | null): boolean {
  try {
    if (text === null) localStorage.removeItem(name);
    else localStorage.setItem(name, text);
    return true;
  } catch {
    return false;
  }
}
