// Folded texts of records, one after the other, as bytes.

import { APOSTROPHES, folded } from "./folding.ts";

const SPACE = 0x20;
/** Separates the texts of a record, and ends a record. A folded text contains neither. */
export const BETWEEN = 0x1f;
export const END = 0x0a;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Folds texts and writes them one after the other. */
export class FoldedTexts {
  bytes: Uint8Array<ArrayBuffer>;
  at = 0;

  constructor(length: number) {
    this.bytes = new Uint8Array(1024 + 24 * length);
  }

  mark(byte: number): void {
    this.reserve(1);
    this.bytes[this.at++] = byte;
  }

  /** Write a text. Plain ASCII, as most names are, is folded without being decoded. */
  write(given: Uint8Array): void {
    this.reserve(given.length);
    const { bytes } = this;
    const start = this.at;
    let { at } = this;
    for (let i = 0; i < given.length; i++) {
      let byte = given[i];
      if (byte > 0x7e) {
        this.writeOther(given);
        return;
      }
      if (byte >= 0x41 && byte <= 0x5a) byte += 0x20;
      if ((byte >= 0x61 && byte <= 0x7a) || (byte >= 0x30 && byte <= 0x39)) bytes[at++] = byte;
      else if (!APOSTROPHES.includes(byte) && at > start && bytes[at - 1] !== SPACE)
        bytes[at++] = SPACE;
    }
    this.at = at > start && bytes[at - 1] === SPACE ? at - 1 : at;
  }

  private writeOther(given: Uint8Array): void {
    const whole = encoder.encode(folded(decoder.decode(given)));
    this.reserve(whole.length);
    this.bytes.set(whole, this.at);
    this.at += whole.length;
  }

  private reserve(needed: number): void {
    if (this.at + needed <= this.bytes.length) return;
    const larger = new Uint8Array(2 * this.bytes.length + needed);
    larger.set(this.bytes);
    this.bytes = larger;
  }
}
