// The legend that the corridors of a map share: what lines and symbols mean, whatever their colour.

import { all } from "../data/collections.ts";
import type { EntrySpec } from "../data/spec.ts";
import type { KeyEntries } from "../layers/content.ts";
import { entryLabel, legend, legSwatch, nodeSwatch, type Swatch } from "../layers/legend.ts";
import type { Panel } from "../panel/panel.ts";
import type { SheetDialog } from "../sheet/dialog.ts";
import { h } from "../ui/dom.ts";
import { t } from "../words/language.ts";

/** The colour of lines whose colour means nothing. */
const NEUTRAL = "#777777";
/** Below that of the corridors, and above those of lines and areas. */
const RANK = 3;
const MODES = ["rail", "road", "sea"];
const STATUSES = ["operating", "schematic line", "under construction", "planned"];

export class CorridorKey {
  private readonly map: L.Map;
  private readonly panel: Panel;
  private readonly sheet: SheetDialog;
  private readonly known = new Map<L.Layer, KeyEntries>();
  private readonly lists = h("div");
  private readonly element: HTMLElement;
  /** Stands for the legend on the sheet. */
  private readonly layer = L.layerGroup();
  private leave: (() => void) | null = null;

  constructor(map: L.Map, panel: Panel, sheet: SheetDialog) {
    [this.map, this.panel, this.sheet] = [map, panel, sheet];
    const name = t("corridorKey");
    const head = h("div.mm-layer__head", h("h4", name));
    const body = h("div.mm-layer__body", this.lists);
    this.element = h("div.mm-layer", { role: "group", "aria-label": name }, head, body);
  }

  /** Explain the entries of a corridor while it is shown; return a function that ends it. */
  add(layer: L.Layer, entries: KeyEntries): () => void {
    this.known.set(layer, entries);
    const follow = (): void => this.update();
    layer.on("add remove", follow);
    this.update();
    return () => {
      layer.off("add remove", follow);
      this.known.delete(layer);
      this.update();
    };
  }

  private update(): void {
    const shown = [...this.known].filter(([layer]) => this.map.hasLayer(layer));
    if (this.known.size === 0) this.leave?.();
    else if (this.leave === null) this.enter();
    const entries = (part: keyof KeyEntries): EntrySpec[] =>
      joined(shown.map(([, one]) => one[part]));
    const lines = entries("lines").map((entry) => ({ ...entry, color: NEUTRAL }));
    const list = (some: EntrySpec[], swatch: Swatch): HTMLElement =>
      legend({ title: null, entries: some }, swatch, undefined, false);
    this.lists.replaceChildren(list(lines, legSwatch), list(entries("stops"), nodeSwatch));
    this.element.hidden = shown.length === 0;
    if (this.element.hidden) this.map.removeLayer(this.layer);
    else this.map.addLayer(this.layer);
  }

  private enter(): void {
    const { lists, layer } = this;
    const [name, sources] = [t("corridorKey"), []];
    const leave = all([
      this.panel.groups.add(this.element, RANK, null),
      this.sheet.add({ name, layer, parts: [lists], sources }),
    ]);
    this.leave = () => {
      this.leave = null;
      leave();
    };
  }
}

/** Return entries once for each label, in the order of their modes, gauges and statuses. */
export function joined(lists: EntrySpec[][]): EntrySpec[] {
  const known = new Map(lists.flat().map((entry) => [entryLabel(entry), entry]));
  const keys = ({ mode = "", gauge = 0, status = "" }: EntrySpec): number[] => [
    MODES.indexOf(mode),
    -gauge,
    STATUSES.indexOf(status),
  ];
  const order = (a: number[], b: number[]): number =>
    a.map((key, i) => key - b[i]).find((gap) => gap !== 0) ?? 0;
  return [...known.values()].sort((a, b) => order(keys(a), keys(b)));
}
