// Which layers of a map are shown and which not, told by names that no two of them share.

interface Switch {
  layer: L.Layer;
  /** Whether the layer is shown where nobody asks for anything else. */
  first: boolean;
}

export class Switches {
  /** Told of each layer that comes or goes. */
  changed: () => void = () => {};
  private readonly map: L.Map;
  private readonly known = new Map<string, Switch>();
  private asked = new Map<string, boolean>();

  constructor(map: L.Map) {
    this.map = map;
  }

  add(name: string, layer: L.Layer): void {
    let key = name;
    for (let n = 2; this.known.has(key); n++) key = `${name}#${n}`;
    const known = { layer, first: true };
    this.known.set(key, known);
    layer.on("add remove", () => this.changed());
    // A layer meets the panel before the map takes it.
    queueMicrotask(() => {
      known.first = this.map.hasLayer(layer);
      this.set(key);
    });
  }

  remove(layer: L.Layer): void {
    for (const [key, known] of this.known) if (known.layer === layer) this.known.delete(key);
  }

  /** Show and hide the layers of these names, those that come later too; the others are as they first were. */
  ask(shown: string[], hidden: string[]): void {
    this.asked = new Map([
      ...shown.map((key): [string, boolean] => [key, true]),
      ...hidden.map((key): [string, boolean] => [key, false]),
    ]);
    for (const key of this.known.keys()) this.set(key);
  }

  /** The layers that are shown, or not, other than they first were. */
  turned(shown: boolean): string[] {
    return [...this.known]
      .filter(([, { layer, first }]) => first !== shown && this.map.hasLayer(layer) === shown)
      .map(([key]) => key);
  }

  private set(key: string): void {
    const known = this.known.get(key);
    if (known === undefined) return;
    const shown = this.asked.get(key) ?? known.first;
    if (shown === this.map.hasLayer(known.layer)) return;
    if (shown) this.map.addLayer(known.layer);
    else this.map.removeLayer(known.layer);
  }
}
