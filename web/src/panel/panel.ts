// The panel: the title of the map, and each layer with its switch, legend and notes.

import { button, control, element } from "../ui/dom.ts";
import { Groups } from "./groups.ts";
import { freshId } from "../ui/ids.ts";
import { layerEntry, type PanelEntry } from "./layerentry.ts";
import { coveredBelow } from "../geo/mercator.ts";
import type { BoundsSpec } from "../data/spec.ts";
import { Switches } from "./visibility.ts";
import { say } from "../words/language.ts";

/** A narrower map starts with its panel closed. */
const WIDE_PX = 700;
/** The width of the open panel with its margin. */
const PANEL_PX = 290;
/** A single place is shown with what is around it. */
const NEAREST_ZOOM = 10;

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
    const made = layerEntry(this.map, entry, (bounds) => this.fit(bounds));
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

  /** Bring a part of the world into the view that panel and table leave; gliding where it is near, unless that is not wanted. */
  fit(bounds: BoundsSpec, animate = true): void {
    this.map.fitBounds(bounds, {
      ...(animate ? {} : { animate }), maxZoom: NEAREST_ZOOM, paddingTopLeft: [16, 16], paddingBottomRight: [16 + this.covers, 16 + coveredBelow(this.map)],
    });
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
