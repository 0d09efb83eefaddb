// Whether the page still has something to do. The root element bears `data-minmap-busy` while it has, for whoever must wait
// until the page is at rest: a test, or a program that takes pictures.

let underWay = 0;

/** Count work that begins. Call what is returned when the work has ended. */
export function busy(): () => void {
  let hasEnded = false;
  count(1);
  return () => {
    if (hasEnded) return;
    hasEnded = true;
    count(-1);
  };
}

function count(change: 1 | -1): void {
  underWay += change;
  document.documentElement.toggleAttribute("data-minmap-busy", underWay > 0);
}

/** Work that is done once nobody has asked for it again for a while. */
export class Delayed {
  private readonly milliseconds: number;
  private readonly work: () => void;
  private timer = 0;
  private ended = (): void => {};

  constructor(milliseconds: number, work: () => void) {
    this.milliseconds = milliseconds;
    this.work = work;
  }

  get isWaiting(): boolean {
    return this.timer !== 0;
  }

  /** Do the work after the delay, which begins anew. */
  start(): void {
    this.cancel();
    this.ended = busy();
    this.timer = window.setTimeout(() => {
      this.timer = 0;
      try {
        this.work();
      } finally {
        this.ended();
      }
    }, this.milliseconds);
  }

  cancel(): void {
    clearTimeout(this.timer);
    this.timer = 0;
    this.ended();
  }
}
