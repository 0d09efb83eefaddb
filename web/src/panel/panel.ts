// The panel: the title of the map, and each layer with its checkbox, legend and notes.

import { all, put } from "../data/collections.ts";
import { button, control, h, uniqueId } from "../ui/dom.ts";
import { fitBounds } from "../ui/fit.ts";
import { WIDE_PX } from "../ui/viewport.ts";
import { t } from "../words/language.ts";
import { foldedNotes } from "./foldednotes.ts";
import { Groups } from "./groups.ts";
import { layerEntry, type PanelEntry } from "./layerentry.ts";
import { scrollHint } from "./scrollhint.ts";
import { Visibility } from "./visibility.ts";

export const PANEL_STATES = ["open", "legend", "closed"] as const;
type PanelState = (typeof PANEL_STATES)[number];

export class Panel {
  /** The element above the layers, for the search. */
  readonly tools = h("div.mm-panel__tools");
  readonly visibility: Visibility;
  private readonly map: L.Map;
  private readonly heading = h("h2");
  private readonly subtitle = h("p.mm-panel__subtitle");
  readonly groups = new Groups();
  private readonly body: HTMLElement;
  private readonly toggle: HTMLButtonElement;
  private readonly section: HTMLElement;
  private readonly listed = new Set<L.Layer>();
  private shown: PanelState = "open";
  /** The state to which the reader hides the open panel. */
  private folded: PanelState = "closed";
  /** Called when the panel is opened or hidden. */
  changed: () => void = () => {};

  constructor(map: L.Map, title: string) {
    this.map = map;
    this.visibility = new Visibility(map);
    const id = uniqueId("mm-panel");
    this.heading.id = `${id}-title`;
    const { list } = this.groups;
    const content = [this.subtitle, this.tools, list, foldedNotes(list)];
    this.body = h("div.mm-panel__body", { id, tabindex: "-1" }, ...content);
    const attributes = { class: "mm-panel__toggle", "aria-controls": id };
    this.toggle = button("", attributes, () => this.turn());
    const header = h("header", this.heading, this.toggle);
    // On a narrow map the whole head of the panel opens it.
    header.addEventListener("click", ({ target }) => {
      if (map.getSize().x < WIDE_PX && target !== this.toggle) this.turn();
    });
    const named = { "aria-labelledby": this.heading.id };
    this.section = h("section.mm-panel", named, header, this.body);
    scrollHint(this.section, this.body, list);
    this.describe(title, null);
    this.state = map.getSize().x >= WIDE_PX ? "open" : "closed";
    control("topright", this.section).addTo(map);
    const fit = (): void =>
      map.getContainer().style.setProperty("--mm-map-height", `${map.getSize().y}px`);
    map.on("resize", fit);
    fit();
  }

  describe(title: string, subtitle: string | null): void {
    this.heading.textContent = title;
    this.subtitle.textContent = subtitle;
    this.subtitle.hidden = !subtitle;
  }

  get headingId(): string {
    return this.heading.id;
  }

  get titles(): [title: string, subtitle: string] {
    return [this.heading.textContent ?? "", this.subtitle.textContent ?? ""];
  }

  get state(): PanelState {
    return this.shown;
  }

  /** Show the whole panel, its title and legends alone, or its button alone. */
  set state(state: PanelState) {
    this.shown = state;
    if (state !== "open") this.folded = state;
    const isOpen = state === "open";
    this.body.hidden = state === "closed";
    // A legend has no controls by which the keyboard would scroll it.
    this.body.tabIndex = state === "legend" ? 0 : -1;
    this.toggle.setAttribute("aria-expanded", String(isOpen));
    this.toggle.textContent = t(isOpen ? "hide" : "layers");
    this.section.classList.toggle("mm-panel--closed", state === "closed");
    this.section.classList.toggle("mm-panel--legend", state === "legend");
    this.changed();
    this.map.fire("paneltoggle");
  }

  private turn(): void {
    this.state = this.shown === "open" ? this.folded : "open";
  }

  /** Move the focus to the first control of the open panel. */
  focus(): void {
    this.state = "open";
    (this.body.querySelector<HTMLElement>("input, button, select") ?? this.toggle).focus();
  }

  /** Write a credit and a logo below the layers. */
  addLogo(logo: HTMLElement | null, credit: string | null): void {
    if (logo === null && credit === null) return;
    this.section.append(h("footer.mm-panel__foot", logo, credit === null ? null : h("p", credit)));
  }

  /** List a layer, once; the topmost come first. Return a function that removes it. */
  add(entry: PanelEntry): () => void {
    if (this.listed.has(entry.layer)) return () => {};
    const made = layerEntry(this.map, entry, (bounds) =>
      fitBounds(this.map, bounds, true, entry.reach),
    );
    return all([
      put(this.listed, entry.layer),
      this.visibility.add(entry.name, entry.layer),
      this.groups.add(made, entry.rank, entry.group ?? null),
    ]);
  }
}
