// The panel: the title of the map, and each layer with its switch, legend and notes.

import type { BoundsSpec } from "../data/spec.ts";
import { button, control, h } from "../ui/dom.ts";
import { uniqueId } from "../ui/ids.ts";
import { coveredBelow } from "../ui/viewport.ts";
import { t } from "../words/language.ts";
import { Groups } from "./groups.ts";
import { layerEntry, type PanelEntry } from "./layerentry.ts";
import { Switches } from "./visibility.ts";

/** A narrower map starts with its panel closed. */
const WIDE_PX = 700;
/** The width of the open panel with its margin. */
const PANEL_PX = 290;
/** A single place is shown with what is around it. */
const NEAREST_ZOOM = 10;

export class Panel {
  private readonly map: L.Map;
  private readonly heading = h("h2");
  private readonly subtitle = h("p.mm-panel__subtitle");
  /** What stands above the layers: the search. */
  readonly tools = h("div.mm-panel__tools");
  readonly switches: Switches;
  private readonly groups = new Groups();
  private readonly body: HTMLElement;
  private readonly toggle: HTMLButtonElement;
  private readonly listed = new Map<L.Layer, HTMLElement>();

  constructor(map: L.Map, title: string) {
    this.map = map;
    this.switches = new Switches(map);
    const id = uniqueId("mm-panel");
    this.heading.id = `${id}-title`;
    this.body = h(
      "div.mm-panel__body",
      { id, tabindex: "-1" },
      this.subtitle,
      this.tools,
      this.groups.list,
    );
    this.toggle = button("", { class: "mm-panel__toggle", "aria-controls": id }, () =>
      this.open(!this.isOpen),
    );
    const section = h(
      "section.mm-panel",
      { "aria-labelledby": this.heading.id },
      h("header", this.heading, this.toggle),
      this.body,
    );
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
  get titles(): [title: string, subtitle: string] {
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
    this.toggle.textContent = t(open ? "hide" : "layers");
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
      ...(animate ? {} : { animate }),
      maxZoom: NEAREST_ZOOM,
      paddingTopLeft: [16, 16],
      paddingBottomRight: [16 + this.covers, 16 + coveredBelow(this.map)],
    });
  }
}
