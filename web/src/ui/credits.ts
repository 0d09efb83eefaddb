// The credits of what the map shows, on its lowest line.

import { put } from "../data/collections.ts";
import type { SourceSpec } from "../data/spec.ts";
import { control, h } from "./dom.ts";

/** The sources of a shown layer. */
type Cited = { rank: number; sources: SourceSpec[] };

export class Credits {
  private readonly line = h("span");
  private readonly box = h("div.mm-credit", { hidden: "" }, this.line);
  private readonly shown = new Set<Cited>();

  constructor(map: L.Map) {
    control("bottomright", this.box).addTo(map);
  }

  /** Write the credits of sources, each once, by rank; return a function that takes them away. */
  cite(sources: SourceSpec[], rank: number): () => void {
    return put(this.shown, { rank, sources }, () => this.write());
  }

  /** Put an element of its own before them; return a function that removes it. */
  put(element: HTMLElement): () => void {
    this.box.prepend(element);
    this.write();
    return () => {
      element.remove();
      this.write();
    };
  }

  private write(): void {
    const cited = [...this.shown].sort((a, b) => a.rank - b.rank);
    const credits = cited.flatMap(({ sources }) => sources.map(({ credit }) => credit));
    this.line.textContent = [...new Set(credits.filter(Boolean))].join(" · ");
    this.box.hidden = this.box.textContent === "";
  }
}
