// The layers of a map that are shown or hidden, by unique names, for the page's address.

import { shortId } from "../ui/shortid.ts";

/** A layer, and whether it is shown without a request. */
type Known = { layer: L.Layer; first: boolean };

export class Visibility {
  /** Called when a layer is shown or hidden. */
  changed: () => void = () => {};
  private readonly map: L.Map;
  private readonly known = new Map<string, Known>();
  private requested = new Map<string, boolean>();

  constructor(map: L.Map) {
    this.map = map;
  }

  /** Add a layer; return a function that removes it. */
  add(name: string, layer: L.Layer): () => void {
    let key = name;
    for (let n = 2; this.known.has(key); n++) key = `${name}#${n}`;
    const known = { layer, first: true };
    this.known.set(key, known);
    layer.on("add remove", () => this.changed());
    // The panel gets a layer before the map does.
    queueMicrotask(() => {
      known.first = this.map.hasLayer(layer);
      this.set(key);
    });
    return () => this.known.delete(key);
  }

  /** Show and hide the layers of these names or ids, also later ones; the others are as at first. */
  request(shown: string[], hidden: string[]): void {
    const keys = [...shown, ...hidden];
    this.requested = new Map(keys.map((key, i) => [key, i < shown.length]));
    for (const key of this.known.keys()) this.set(key);
  }

  /** Return the names of the layers that were shown, or hidden, since the beginning. */
  turned(isShown: boolean): string[] {
    const isTurned = ([, { layer, first }]: [string, Known]): boolean =>
      first !== isShown && this.map.hasLayer(layer) === isShown;
    return [...this.known].filter(isTurned).map(([key]) => key);
  }

  private set(key: string): void {
    const known = this.known.get(key);
    if (known === undefined) return;
    const isShown = this.requested.get(key) ?? this.requested.get(shortId(key)) ?? known.first;
    if (isShown) this.map.addLayer(known.layer);
    else this.map.removeLayer(known.layer);
  }
}
