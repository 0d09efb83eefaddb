// The panel: the title of the map, and each layer with its checkbox, legend and notes.

import { all, put } from "../data/collections.ts";
import { button, control, h, uniqueId } from "../ui/dom.ts";
import { fitBounds } from "../ui/fit.ts";
import { WIDE_PX } from "../ui/viewport.ts";
import { t } from "../words/language.ts";
import { Groups } from "./groups.ts";
import { layerEntry, type PanelEntry } from "./layerentry.ts";
import { Visibility } from "./visibility.ts";

export class Panel {
  /** The element above the layers, for the search. */
  readonly tools = h("div.mm-panel__tools");
  readonly visibility: Visibility;
  private readonly map: L.Map;
  private readonly heading = h("h2");
  private readonly subtitle = h("p.mm-panel__subtitle");
  private readonly groups = new Groups();
  private readonly body: HTMLElement;
  private readonly toggle: HTMLButtonElement;
  private readonly section: HTMLElement;
  private readonly listed = new Set<L.Layer>();

  constructor(map: L.Map, title: string) {
    this.map = map;
    this.visibility = new Visibility(map);
    const id = uniqueId("mm-panel");
    this.heading.id = `${id}-title`;
    const content = [this.subtitle, this.tools, this.groups.list];
    this.body = h("div.mm-panel__body", { id, tabindex: "-1" }, ...content);
    const attributes = { class: "mm-panel__toggle", "aria-controls": id };
    this.toggle = button("", attributes, () => this.open(!this.isOpen));
    const header = h("header", this.heading, this.toggle);
    const named = { "aria-labelledby": this.heading.id };
    this.section = h("section.mm-panel", named, header, this.body);
    this.describe(title, null);
    this.open(map.getSize().x >= WIDE_PX);
    control("topright", this.section).addTo(map);
    const fit = (): void =>
      this.section.style.setProperty("--mm-map-height", `${map.getSize().y}px`);
    map.on("resize", fit);
    fit();
  }

  describe(title: string, subtitle: string | null): void {
    this.heading.textContent = title;
    this.subtitle.textContent = subtitle;
    this.subtitle.hidden = !subtitle;
  }

  get titles(): [title: string, subtitle: string] {
    return [this.heading.textContent ?? "", this.subtitle.textContent ?? ""];
  }

  private get isOpen(): boolean {
    return !this.body.hidden;
  }

  private open(isOpen: boolean): void {
    this.body.hidden = !isOpen;
    this.toggle.setAttribute("aria-expanded", String(isOpen));
    this.toggle.textContent = t(isOpen ? "hide" : "layers");
    this.section.classList.toggle("mm-panel--closed", !isOpen);
  }

  /** Close the panel, with only its button left. */
  fold(): void {
    this.open(false);
  }

  /** Write a credit and a logo below the layers. */
  sign(logo: HTMLElement | null, credit: string | null): void {
    if (logo === null && credit === null) return;
    this.section.append(h("footer.mm-panel__foot", logo, credit === null ? null : h("p", credit)));
  }

  /** List a layer, once; the topmost come first. Return a function that removes it. */
  add(entry: PanelEntry): () => void {
    if (this.listed.has(entry.layer)) return () => {};
    const made = layerEntry(this.map, entry, (bounds) => fitBounds(this.map, bounds));
    return all([
      put(this.listed, entry.layer),
      this.visibility.add(entry.name, entry.layer),
      this.groups.add(made, entry.rank, entry.group ?? null),
    ]);
  }
}
