import assert from "node:assert/strict";
import { test } from "node:test";
import { type Clock, type Steps, WorkQueue } from "../src/ui/queue.ts";

/** A clock that is moved by hand; a frame runs what was put off. */
class HandClock implements Clock {
  time = 0;
  private later: (() => void)[] = [];
  now(): number {
    return this.time;
  }
  soon(callback: () => void): void {
    this.later.push(callback);
  }
  frame(): boolean {
    const run = this.later.splice(0);
    for (const callback of run) callback();
    return run.length > 0;
  }
}

function setUp(): {
  clock: HandClock;
  queue: WorkQueue;
  done: string[];
  job(name: string, parts: number, ms: number): () => Steps;
} {
  const clock = new HandClock();
  const queue = new WorkQueue(clock);
  queue.opening = false;
  const done: string[] = [];
  const job = (name: string, parts: number, ms: number) =>
    function* () {
      for (let i = 0; i < parts; i++) {
        clock.time += ms;
        done.push(name);
        yield;
      }
    };
  return { clock, queue, done, job };
}

test("a frame stops after its few milliseconds and goes on in the next", () => {
  const { clock, queue, done, job } = setUp();
  queue.add(job("a", 3, 3));
  queue.add(job("b", 2, 3));
  clock.frame();
  assert.deepEqual(done, ["a", "a", "a"]);
  while (clock.frame());
  assert.deepEqual(done, ["a", "a", "a", "b", "b"], "one job is finished before the next begins");
});

test("a frame finishes only a few jobs however quick they are, except while the page opens", () => {
  const { clock, queue, done, job } = setUp();
  for (const name of ["a", "b", "c", "d", "e"]) queue.add(job(name, 1, 0));
  queue.add(job("cancelled", 1, 0)).cancel();
  clock.frame();
  assert.deepEqual(done, ["a", "b", "c"]);
  queue.opening = true;
  clock.frame();
  assert.deepEqual(done, ["a", "b", "c", "d", "e"]);
});

test("what is cancelled is not drawn, also half-way", () => {
  const { clock, queue, done, job } = setUp();
  const half = queue.add(job("half", 5, 8));
  queue.add(job("never", 1, 1)).cancel();
  queue.add(job("last", 1, 1));
  clock.frame();
  half.cancel();
  while (clock.frame());
  assert.deepEqual(done, ["half", "last"]);
});

test("idle resolves when all is done, at once when there is nothing", async () => {
  const { clock, queue, done, job } = setUp();
  const nothing = queue.idle();
  while (clock.frame());
  await nothing;
  queue.add(job("a", 4, 5));
  const idle = queue.idle().then(() => done.push("idle"));
  while (clock.frame());
  await idle;
  assert.deepEqual(done, ["a", "a", "a", "a", "idle"]);
});

test("a job that fails does not stop the others", (context) => {
  const { clock, queue, done, job } = setUp();
  const late = context.mock.method(globalThis, "setTimeout", () => 0);
  // biome-ignore lint/correctness/useYield: it fails before its first pause.
  queue.add(function* () {
    throw new Error("broken tile");
  });
  queue.add(job("next", 1, 1));
  while (clock.frame());
  assert.deepEqual(done, ["next"]);
  assert.equal(late.mock.callCount(), 1, "the error is thrown later, where the console sees it");
});
