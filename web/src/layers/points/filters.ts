// The filters of a layer in the panel: what is chosen, how many records each choice shows, and what is shown in all.

import { asked } from "../../ui/retry.ts";
import { button, element } from "../../ui/dom.ts";
import { RangeFacet, TermsFacet } from "../../data/facets.ts";
import type { NamedFacet, PointSet } from "./pointset.ts";
import { RangeView } from "./rangefilter.ts";
import type { FacetSpec } from "../../data/spec.ts";
import { TermsView } from "./termsfilter.ts";
import { formatCount } from "../../words/format.ts";
import { say } from "../../words/language.ts";

/** What shows a facet and can be brought up to date. */
export interface FacetView {
  element: HTMLElement;
  update(): void;
}

export class FilterView {
  readonly element: HTMLDetailsElement;
  private readonly points: PointSet;
  private readonly blocks = element("div", { class: "mm-filters__blocks" });
  private readonly said = element("p", { class: "mm-filters__count", "aria-live": "polite" });
  private readonly heading = element("summary");
  private readonly reset: HTMLButtonElement;
  private readonly more: HTMLSelectElement;
  private readonly views = new Map<string, { block: HTMLDetailsElement; view: FacetView | null }>();

  constructor(points: PointSet) {
    this.points = points;
    this.reset = button(say("resetFilters"), { class: "mm-button mm-filters__reset" }, () => {
      points.reset();
      // The button goes, and the focus with it.
      this.heading.focus();
    });
    this.more = element("select", { class: "mm-select", "aria-label": say("addFilter") });
    this.more.addEventListener("change", () => this.addChosen());
    const body = element("div", {}, element("div", { class: "mm-filters__head" }, this.said, this.reset), this.blocks, this.more);
    this.element = element("details", { class: "mm-filters" }, this.heading, body);
    this.element.addEventListener("toggle", () => this.updateViews());
    for (const spec of this.specs) if (spec.first) this.add(spec);
    this.listOthers();
    points.selection.on(() => this.update());
    this.update();
  }

  private get specs(): FacetSpec[] {
    return this.points.spec.facets ?? [];
  }

  private add(spec: FacetSpec, open = false): void {
    const block = element("details", { class: "mm-facet" }, element("summary", {}, this.points.facetName(spec), element("span", { class: "mm-facet__mark" })));
    this.views.set(spec.name, { block, view: null });
    // What a facet needs is worked out when somebody looks at it.
    block.addEventListener("toggle", () => block.open && void asked(block, () => this.show(spec)));
    this.blocks.append(block);
    if (open) block.open = true;
  }

  private async show(spec: FacetSpec): Promise<void> {
    const known = this.views.get(spec.name)!;
    const facet = await this.points.facet(spec);
    if (known.view === null) {
      known.view = viewOf(facet);
      known.block.append(known.view.element);
    }
    known.view.update();
  }

  private listOthers(): void {
    const others = this.specs.filter(({ name }) => !this.views.has(name));
    this.more.replaceChildren(element("option", { value: "" }, say("addFilter")),
      ...others.map((spec) => element("option", { value: spec.name }, this.points.facetName(spec))));
    this.more.hidden = others.length === 0;
  }

  private addChosen(): void {
    const spec = this.specs.find(({ name }) => name === this.more.value);
    if (spec === undefined) return;
    this.add(spec, true);
    this.listOthers();
    this.views.get(spec.name)!.block.querySelector("summary")!.focus();
  }

  private update(): void {
    const { selection } = this.points;
    this.said.textContent = say("shownOf", { n: formatCount(selection.shownCount), all: formatCount(selection.length) });
    this.reset.hidden = !this.points.isFiltered;
    for (const { spec, facet } of this.points.madeFacets) {
      // A filter that came with the page's address is listed too.
      if (facet.isActive && !this.views.has(spec.name)) {
        this.add(spec);
        this.listOthers();
      }
      const known = this.views.get(spec.name);
      known?.block.classList.toggle("mm-facet--active", facet.isActive);
      const mark = known?.block.querySelector(".mm-facet__mark");
      if (mark) mark.textContent = facet.isActive ? say("active") : "";
    }
    const on = this.points.madeFacets.filter(({ facet }) => facet.isActive).length + Number(this.points.text !== "");
    this.heading.textContent = on === 0 ? say("filters") : say("filtersOn", { n: formatCount(on) });
    this.updateViews();
  }

  /** What nobody looks at is not counted. */
  private updateViews(): void {
    if (!this.element.open) return;
    for (const { block, view } of this.views.values()) if (block.open) view?.update();
  }
}

function viewOf(named: NamedFacet): FacetView {
  const { facet } = named;
  if (facet instanceof TermsFacet) return new TermsView(named, facet);
  if (facet instanceof RangeFacet) return new RangeView(named, facet);
  throw new Error("This page has a filter of an unknown kind.");
}
