// Which records of a layer are shown, and which are picked out: one state for tiles, counts, table and export.

/** A filter's place in a record's word. */
export type Bit = number;

const BITS = 32;

export class Selection {
  readonly length: number;
  /** Bit k of a record's word is set where filter k rejects it; a record is shown where its word is 0. */
  readonly rejected: Uint32Array;
  /** 1 for each record that is picked out; null where none is. */
  picked: Uint8Array | null = null;
  pickedCount = 0;
  shownCount: number;
  private claimed = 0;
  private depth = 0;
  private waiting = false;
  private readonly listeners = new Set<() => void>();

  constructor(length: number) {
    this.length = length;
    this.rejected = new Uint32Array(length);
    this.shownCount = length;
  }

  /** Call back after every change. Returns what ends it. */
  on(changed: () => void): () => void {
    this.listeners.add(changed);
    return () => this.listeners.delete(changed);
  }

  /** A bit for one more filter. */
  claim(): Bit {
    for (let bit = 0; bit < BITS; bit++) {
      if ((this.claimed & (1 << bit)) !== 0) continue;
      this.claimed |= 1 << bit;
      return bit;
    }
    throw new Error(`A layer takes ${BITS} filters at a time.`);
  }

  /** Let another filter have a bit. */
  release(bit: Bit): void {
    this.claimed &= ~(1 << bit);
    this.filter(bit, null);
  }

  /** Let a filter reject what does not pass; null lets everything pass. */
  filter(bit: Bit, passes: ((row: number) => boolean) | null): void {
    const { rejected, length } = this;
    const mask = 1 << bit;
    let shown = 0;
    for (let row = 0; row < length; row++) {
      const word = passes === null || passes(row) ? rejected[row] & ~mask : rejected[row] | mask;
      rejected[row] = word;
      if (word === 0) shown++;
    }
    this.shownCount = shown;
    this.notify();
  }

  isShown(row: number): boolean {
    return this.rejected[row] === 0;
  }

  isPicked(row: number): boolean {
    return this.picked !== null && this.picked[row] === 1;
  }

  /** Pick out rows, beside those that are or in their place; null picks none. */
  pick(rows: Iterable<number> | null, beside = false): void {
    if (!beside || this.picked === null) {
      this.picked = null;
      this.pickedCount = 0;
    }
    if (rows !== null) {
      const picked = (this.picked ??= new Uint8Array(this.length));
      for (const row of rows) {
        this.pickedCount += 1 - picked[row];
        picked[row] = 1;
      }
      if (this.pickedCount === 0) this.picked = null;
    }
    this.notify();
  }

  unpick(row: number): void {
    if (this.picked === null) return;
    this.pickedCount -= this.picked[row];
    this.picked[row] = 0;
    if (this.pickedCount === 0) this.picked = null;
    this.notify();
  }

  /** The records that are meant: those picked out and shown, or all that are shown where none is picked out. */
  *meant(): Generator<number, void, void> {
    const { picked, rejected, length } = this;
    for (let row = 0; row < length; row++)
      if (rejected[row] === 0 && (picked === null || picked[row] === 1)) yield row;
  }

  /** Do several changes and tell of them once. */
  together(changes: () => void): void {
    this.depth++;
    try {
      changes();
    } finally {
      this.depth--;
      if (this.waiting && this.depth === 0) this.notify();
    }
  }

  private notify(): void {
    this.waiting = this.depth > 0;
    if (!this.waiting) for (const listener of this.listeners) listener();
  }
}

/** One filter of a selection. It has a bit only while it filters, so that a layer may have any number of them. */
export class Filter {
  private readonly selection: Selection;
  private bit: Bit | null = null;

  constructor(selection: Selection) {
    this.selection = selection;
  }

  /** Reject what does not pass; null lets everything pass. */
  apply(passes: ((row: number) => boolean) | null): void {
    if (passes !== null) this.selection.filter((this.bit ??= this.selection.claim()), passes);
    else if (this.bit !== null) {
      this.selection.release(this.bit);
      this.bit = null;
    }
  }

  /** Whether all other filters show a record. */
  passesOthers(row: number): boolean {
    return (this.selection.rejected[row] & this.others) === 0;
  }

  /** The bits of all other filters. */
  get others(): number {
    return this.bit === null ? ~0 : ~(1 << this.bit);
  }
}
