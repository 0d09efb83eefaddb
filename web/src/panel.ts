// The panel: the title of the map, and each layer with its switch, legend and notes.

import { button, checkbox, control, element } from "./dom.ts";
import { Groups } from "./groups.ts";
import { freshId } from "./ids.ts";
import { Switches } from "./switches.ts";
import { say } from "./words.ts";

/** What the panel shows of a layer. */
export interface PanelEntry {
  name: string;
  /** Layers with a higher rank are drawn, and listed, above. */
  rank: number;
  layer: L.Layer;
  parts: HTMLElement[];
  /** The heading that it stands under; one for its kind where none is named. */
  group?: string | null;
}

/** A narrower map starts with its panel closed. */
const WIDE_PX = 700;
/** The width of the open panel with its margin. */
const PANEL_PX = 290;

export class Panel {
  private readonly map: L.Map;
  private readonly heading = element("h2");
  private readonly subtitle = element("p", { class: "mm-panel__subtitle" });
  /** What stands above the layers: the search. */
  readonly tools = element("div", { class: "mm-panel__tools" });
  readonly switches: Switches;
  private readonly groups = new Groups();
  private readonly body: HTMLElement;
  private readonly toggle: HTMLButtonElement;
  private readonly listed = new Map<L.Layer, HTMLElement>();

  constructor(map: L.Map, title: string) {
    this.map = map;
    this.switches = new Switches(map);
    const id = freshId("mm-panel");
    this.heading.id = `${id}-title`;
    this.body = element("div", { class: "mm-panel__body", id, tabindex: "-1" }, this.subtitle, this.tools, this.groups.list);
    this.toggle = button("", { class: "mm-panel__toggle", "aria-controls": id }, () => this.open(!this.isOpen));
    const section = element("section", { class: "mm-panel", "aria-labelledby": this.heading.id },
      element("header", {}, this.heading, this.toggle), this.body);
    this.describe(title, null);
    this.open(map.getSize().x >= WIDE_PX);
    control("topright", section).addTo(map);
    const fit = (): void => section.style.setProperty("--mm-map-height", `${map.getSize().y}px`);
    map.on("resize", fit);
    fit();
  }

  describe(title: string, subtitle: string | null): void {
    this.heading.textContent = title;
    this.subtitle.textContent = subtitle;
    this.subtitle.hidden = !subtitle;
  }

  /** The title and the subtitle that the panel shows. */
  get told(): [title: string, subtitle: string] {
    return [this.heading.textContent ?? "", this.subtitle.textContent ?? ""];
  }

  private get isOpen(): boolean {
    return !this.body.hidden;
  }

  /** The width that the open panel takes of the map where there is enough beside it, in CSS pixels; else 0. */
  get covers(): number {
    return this.isOpen && this.map.getSize().x >= WIDE_PX ? PANEL_PX : 0;
  }

  private open(open: boolean): void {
    this.body.hidden = !open;
    this.toggle.setAttribute("aria-expanded", String(open));
    this.toggle.textContent = say(open ? "hide" : "layers");
    this.toggle.closest(".mm-panel")?.classList.toggle("mm-panel--closed", !open);
  }

  /** List a layer, once; those drawn on top come first. */
  add(entry: PanelEntry): void {
    if (this.listed.has(entry.layer)) return;
    const made = this.fieldset(entry);
    this.listed.set(entry.layer, made);
    this.switches.add(entry.name, entry.layer);
    this.groups.add(made, entry.rank, entry.group ?? null);
  }

  /** List a layer no longer. */
  remove(layer: L.Layer): void {
    const made = this.listed.get(layer);
    if (made !== undefined) this.groups.remove(made);
    this.listed.delete(layer);
    this.switches.remove(layer);
  }

  private fieldset({ name, layer, parts }: PanelEntry): HTMLElement {
    const { map } = this;
    const set = (shown: boolean): void => {
      if (shown) map.addLayer(layer);
      else map.removeLayer(layer);
    };
    const label = checkbox(map.hasLayer(layer), set, element("span", {}, name));
    const input = label.querySelector("input")!;
    const made = element("div", { class: "mm-layer", role: "group", "aria-label": name }, element("h4", {}, label), ...parts);
    const follow = (): void => {
      input.checked = map.hasLayer(layer);
      made.classList.toggle("mm-layer--off", !input.checked);
    };
    // Other controls and scripts may show and hide the layer too.
    layer.on("add remove", follow);
    follow();
    return made;
  }
}

/** A slider for how much of a layer shows. */
export function opacitySlider(name: string, opacity: number, change: (opacity: number) => void): HTMLElement {
  const input = element("input", {
    type: "range", min: "0", max: "100", step: "5", value: String(Math.round(opacity * 100)), "aria-label": say("opacityOf", { name }),
  });
  input.addEventListener("input", () => change(input.valueAsNumber / 100));
  return element("label", { class: "mm-opacity" }, element("span", {}, say("opacity")), input);
}
