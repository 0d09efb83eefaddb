// The shown and the selected records of a layer: one state for tiles, counts, table and export.

import { put } from "./collections.ts";

/** The place of a filter in the number of a record. */
type Bit = number;

const BITS = 32;

export class Selection {
  readonly length: number;
  /** Bit k of a record's number is set where filter k rejects it; a record is shown at 0. */
  readonly rejected: Uint32Array;
  /** 1 for each selected record; null where none is selected. */
  picked: Uint8Array | null = null;
  pickedCount = 0;
  shownCount: number;
  private claimed = 0;
  private depth = 0;
  private isChanged = false;
  private readonly listeners = new Set<() => void>();

  constructor(length: number) {
    this.length = length;
    this.rejected = new Uint32Array(length);
    this.shownCount = length;
  }

  /** Call back after every change; return a function that ends it. */
  on(changed: () => void): () => void {
    return put(this.listeners, changed);
  }

  /** Return a bit for one more filter. */
  claim(): Bit {
    const bit = BITS - 1 - Math.clz32(~this.claimed);
    if (bit < 0) throw new Error(`A layer takes ${BITS} filters at a time.`);
    this.claimed |= 1 << bit;
    return bit;
  }

  /** Free a bit for another filter. */
  release(bit: Bit): void {
    this.claimed &= ~(1 << bit);
    this.filter(bit, null);
  }

  /** Reject the records that do not pass a filter; null lets all pass. */
  filter(bit: Bit, passes: ((row: number) => boolean) | null): void {
    const { rejected, length } = this;
    const mask = 1 << bit;
    let shown = 0;
    for (let row = 0; row < length; row++) {
      const isPassing = passes === null || passes(row);
      rejected[row] = isPassing ? rejected[row] & ~mask : rejected[row] | mask;
      if (rejected[row] === 0) shown++;
    }
    this.shownCount = shown;
    this.notify();
  }

  isShown(row: number): boolean {
    return this.rejected[row] === 0;
  }

  isPicked(row: number): boolean {
    return this.picked?.[row] === 1;
  }

  /** Select rows, in addition to the selected ones or instead of them; null selects none. */
  pick(rows: Iterable<number> | null, isAdded = false): void {
    if (!isAdded || this.picked === null) {
      this.picked = null;
      this.pickedCount = 0;
    }
    for (const row of rows ?? []) this.setPicked(row, 1);
    this.notify();
  }

  /** Select a row, or no longer. */
  toggle(row: number): void {
    this.setPicked(row, this.isPicked(row) ? 0 : 1);
    if (this.pickedCount === 0) this.picked = null;
    this.notify();
  }

  private setPicked(row: number, value: 0 | 1): void {
    this.picked ??= new Uint8Array(this.length);
    this.pickedCount += value - this.picked[row];
    this.picked[row] = value;
  }

  /** Yield the selected records, shown or not. */
  *pickedRows(): Generator<number> {
    for (let row = 0; row < this.length; row++) if (this.isPicked(row)) yield row;
  }

  /** Yield the selected records that are shown, or all that are shown where none is selected. */
  *meant(): Generator<number> {
    const { picked, rejected, length } = this;
    for (let row = 0; row < length; row++) {
      if (rejected[row] === 0 && (picked === null || picked[row] === 1)) yield row;
    }
  }

  /** Tell that records have other values. */
  tell(): void {
    this.notify();
  }

  /** Make several changes and notify once. */
  together(changes: () => void): void {
    this.depth++;
    try {
      changes();
    } finally {
      this.depth--;
      if (this.isChanged && this.depth === 0) this.notify();
    }
  }

  private notify(): void {
    this.isChanged = this.depth > 0;
    if (!this.isChanged) for (const listener of this.listeners) listener();
  }
}

/** A filter of a selection. It has a bit only while it filters: a layer may have any number. */
export class Filter {
  private readonly selection: Selection;
  private bit: Bit | null = null;

  constructor(selection: Selection) {
    this.selection = selection;
  }

  /** Reject the records that do not pass; null lets all pass. */
  apply(passes: ((row: number) => boolean) | null): void {
    if (passes !== null) this.selection.filter((this.bit ??= this.selection.claim()), passes);
    else if (this.bit !== null) {
      this.selection.release(this.bit);
      this.bit = null;
    }
  }

  /** Return whether all other filters show a record. */
  passesOthers(row: number): boolean {
    return (this.selection.rejected[row] & this.others) === 0;
  }

  /** Count the records of each group: those that all other filters show, or all. */
  countBy(groups: ArrayLike<number>, size: number, isAll = false): Uint32Array {
    const { rejected } = this.selection;
    const bits = isAll ? 0 : this.others;
    const counts = new Uint32Array(size);
    for (let row = 0; row < groups.length; row++) {
      if ((rejected[row] & bits) === 0) counts[groups[row]]++;
    }
    return counts;
  }

  /** The bits of all other filters. */
  private get others(): number {
    return this.bit === null ? ~0 : ~(1 << this.bit);
  }
}
