// One queue for all drawing, so that however many layers a map has, a frame spends only a few milliseconds on tiles.

import { busy } from "./busy.ts";

/** Work that can be paused: it yields wherever it may be interrupted. */
export type Steps = Generator<void, void, void>;

export type Job = () => Steps;

export interface Ticket {
  cancel(): void;
}

interface Entry {
  job: Job;
  running: Steps | null;
  cancelled: boolean;
}

export interface Clock {
  now(): number;
  /** Call back soon: at the next frame, or by a timer where no frame comes. */
  soon(callback: () => void): void;
}

/** Time for tiles in one frame, while the map is used and while the page is opening. */
const FRAME_MS = 8;
const OPENING_MS = 120;
/** Pictures finished in one frame: for each the browser has work of its own when it next shows the page. */
const FRAME_JOBS = 3;
/** A page in the background or scrolled out of view gets no frames. */
const NO_FRAME_MS = 120;

export class WorkQueue {
  private entries: Entry[] = [];
  private scheduled = false;
  private waiting: (() => void)[] = [];
  private readonly clock: Clock;
  /** Until the page is ready nobody pans it, so more of each frame may go to drawing. */
  opening = true;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  add(job: Job): Ticket {
    const entry: Entry = { job, running: null, cancelled: false };
    this.entries.push(entry);
    this.schedule();
    return { cancel: () => (entry.cancelled = true) };
  }

  /** Resolved once nothing is left to do. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      this.schedule();
    });
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    this.clock.soon(() => {
      this.scheduled = false;
      this.work();
    });
  }

  private work(): void {
    const until = this.clock.now() + (this.opening ? OPENING_MS : FRAME_MS);
    let jobs = this.opening ? Infinity : FRAME_JOBS;
    while (this.entries.length > 0 && jobs > 0) {
      if (this.step(this.entries[0])) {
        jobs -= this.entries[0].cancelled ? 0 : 1;
        this.entries.shift();
      }
      if (this.clock.now() >= until) break;
    }
    if (this.entries.length > 0) this.schedule();
    else for (const resolve of this.waiting.splice(0)) resolve();
  }

  /** Advance one job to its next pause; true when it is finished. */
  private step(entry: Entry): boolean {
    if (entry.cancelled) return true;
    entry.running ??= entry.job();
    try {
      return entry.running.next().done === true;
    } catch (error) {
      reportLater(error);
      return true;
    }
  }
}

/** One broken tile must not stop the others; the error still reaches the console. */
function reportLater(error: unknown): void {
  setTimeout(() => {
    throw error;
  });
}

export const browserClock: Clock = {
  now: () => performance.now(),
  soon(callback) {
    let called = false;
    const ended = busy();
    const once = (): void => {
      if (called) return;
      called = true;
      callback();
      ended();
    };
    if (!document.hidden) requestAnimationFrame(once);
    setTimeout(once, document.hidden ? 0 : NO_FRAME_MS);
  },
};

/** The queue of the page. */
export const queue = new WorkQueue(browserClock);
