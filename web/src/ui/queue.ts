// One queue for all painting, so that a frame spends only a few milliseconds on it.

import { busy } from "./busy.ts";

/** Work that yields wherever it may be interrupted. */
export type Steps = Generator<void, void, void>;

type Job = () => Steps;

export type Ticket = { cancel(): void };

type Entry = { steps: Steps; isCancelled: boolean };

export interface Clock {
  now(): number;
  /** Call back at the next frame, or by a timer where no frame comes. */
  soon(callback: () => void): void;
}

/** Time for painting in one frame, while the map is used and while the page opens. */
const FRAME_MS = 8;
const OPENING_MS = 120;
/** Pictures completed in one frame: the browser needs time for each when it shows the page. */
const FRAME_JOBS = 3;
/** A page in the background or out of view gets no frames. */
const NO_FRAME_MS = 120;

export class WorkQueue {
  /** Whether nobody uses the map yet, so that painting may take more of each frame. */
  opening = true;
  private readonly entries: Entry[] = [];
  private readonly waiting: (() => void)[] = [];
  private readonly clock: Clock;
  private isScheduled = false;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  add(job: Job): Ticket {
    const entry: Entry = { steps: job(), isCancelled: false };
    this.entries.push(entry);
    this.schedule();
    return { cancel: () => (entry.isCancelled = true) };
  }

  /** Wait until the queue is empty. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      this.schedule();
    });
  }

  private schedule(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    this.clock.soon(() => {
      this.isScheduled = false;
      this.work();
    });
  }

  private work(): void {
    const { clock, entries, opening } = this;
    const until = clock.now() + (opening ? OPENING_MS : FRAME_MS);
    let jobs = opening ? Infinity : FRAME_JOBS;
    while (entries.length > 0 && jobs > 0) {
      const [entry] = entries;
      if (isDone(entry)) {
        if (!entry.isCancelled) jobs--;
        entries.shift();
      }
      if (clock.now() >= until) break;
    }
    if (entries.length > 0) this.schedule();
    else for (const resolve of this.waiting.splice(0)) resolve();
  }
}

/** Advance a job to its next pause; return whether it is finished. */
function isDone(entry: Entry): boolean {
  if (entry.isCancelled) return true;
  try {
    return entry.steps.next().done === true;
  } catch (error) {
    // A broken tile does not stop the others; the console still gets the error.
    setTimeout(() => {
      throw error;
    });
    return true;
  }
}

const browserClock: Clock = {
  now: () => performance.now(),
  soon(callback) {
    let isCalled = false;
    const ended = busy();
    const once = (): void => {
      if (isCalled) return;
      isCalled = true;
      callback();
      ended();
    };
    if (!document.hidden) requestAnimationFrame(once);
    setTimeout(once, document.hidden ? 0 : NO_FRAME_MS);
  },
};

/** The queue of the page. */
export const queue = new WorkQueue(browserClock);
