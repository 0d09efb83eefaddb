// The work of the page: its root element has `data-minmap-busy` while there is any, for tests and
// for programs that take pictures.

let underWay = 0;

/** Count work that begins; call the returned function when it ends. */
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

/** Work that is done after a delay without another start. */
export class Delayed {
  private readonly milliseconds: number;
  private readonly work: () => void;
  /** Whether the page is busy until then. */
  private readonly isBusy: boolean;
  private timer = 0;
  private ended = (): void => {};

  constructor(milliseconds: number, work: () => void, isBusy = true) {
    this.milliseconds = milliseconds;
    this.work = work;
    this.isBusy = isBusy;
  }

  get isWaiting(): boolean {
    return this.timer !== 0;
  }

  /** Do the work after the delay, which begins again. */
  start(): void {
    this.cancel();
    if (this.isBusy) this.ended = busy();
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
