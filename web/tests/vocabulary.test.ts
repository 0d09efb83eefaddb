import assert from "node:assert/strict";
import { test } from "node:test";
import { Vocabulary } from "../src/data/vocabulary.ts";
import { integer, random } from "./random.ts";

const encoder = new TextEncoder();
const FACTOR = 0x193;

function hashOf(word: string, start: number): number {
  let hash = start;
  for (let i = 0; i < word.length; i++) hash = Math.imul(hash ^ word.charCodeAt(i), FACTOR);
  return hash;
}

/** Return 2 ** `steps` words of one hash: at each step one of two parts that lead to the same. */
function colliding(steps: number): string[] {
  const next = random(4);
  const part = (): string =>
    String.fromCharCode(...Array.from({ length: 6 }, () => 97 + integer(next, 26)));
  let words = [""];
  let start = 0;
  for (let step = 0; step < steps; step++) {
    const seen = new Map<number, string>();
    for (;;) {
      const one = part();
      const hash = hashOf(one, start);
      const other = seen.get(hash);
      seen.set(hash, one);
      if (other === undefined || other === one) continue;
      words = words.flatMap((word) => [word + one, word + other]);
      start = hash;
      break;
    }
  }
  return words;
}

/** Return the most slots in a row that words take, if random numbers are all `drawn`. */
function longestRun(words: string[], drawn: number): number {
  const { random: own } = Math;
  Math.random = () => drawn;
  const vocabulary = new Vocabulary();
  Math.random = own;
  const bytes = encoder.encode(`${words.join(" ")} `);
  vocabulary.add(bytes, 0, bytes.length);
  const { slots } = vocabulary as unknown as { slots: Uint32Array };
  let [longest, run] = [0, 0];
  for (const slot of slots) longest = Math.max(longest, (run = slot === 0 ? 0 : run + 1));
  return longest;
}

test("words that collide for one start of the hash do not for another", () => {
  const words = colliding(6);
  assert.equal(longestRun(words, 0), words.length);
  for (const drawn of [0.2, 0.3719, 0.9]) assert.ok(longestRun(words, drawn) < 20);
});
