// The filters of a layer in the panel: what is chosen, how many records each choice shows, and what is shown in all.

import { RangeFacet, TermsFacet } from "../../data/facets.ts";
import type { FacetSpec } from "../../data/spec.ts";
import { button, h } from "../../ui/dom.ts";
import { withRetry } from "../../ui/retry.ts";
import { formatCount } from "../../words/format.ts";
import { t } from "../../words/language.ts";
import type { NamedFacet, PointSet } from "./pointset.ts";
import { RangeView } from "./rangefilter.ts";
import { TermsView } from "./termsfilter.ts";

/** What shows a facet and can be brought up to date. */
export interface FacetView {
  element: HTMLElement;
  update(): void;
}

export class FilterView {
  readonly element: HTMLDetailsElement;
  private readonly points: PointSet;
  private readonly blocks = h("div.mm-filters__blocks");
  private readonly status = h("p.mm-filters__count", { "aria-live": "polite" });
  private readonly heading = h("summary");
  private readonly reset: HTMLButtonElement;
  private readonly more: HTMLSelectElement;
  private readonly views = new Map<string, { block: HTMLDetailsElement; view: FacetView | null }>();

  constructor(points: PointSet) {
    this.points = points;
    this.reset = button(t("resetFilters"), { class: "mm-button mm-filters__reset" }, () => {
      points.reset();
      // The button goes, and the focus with it.
      this.heading.focus();
    });
    this.more = h("select.mm-select", { "aria-label": t("addFilter") });
    this.more.addEventListener("change", () => this.addChosen());
    const body = h(
      "div",
      h("div.mm-filters__head", this.status, this.reset),
      this.blocks,
      this.more,
    );
    this.element = h("details.mm-filters", this.heading, body);
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
    const block = h(
      "details.mm-facet",
      h("summary", this.points.facetName(spec), h("span.mm-facet__mark")),
    );
    this.views.set(spec.name, { block, view: null });
    // What a facet needs is worked out when somebody looks at it.
    block.addEventListener(
      "toggle",
      () => block.open && void withRetry(block, () => this.show(spec)),
    );
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
    this.more.replaceChildren(
      h("option", { value: "" }, t("addFilter")),
      ...others.map((spec) => h("option", { value: spec.name }, this.points.facetName(spec))),
    );
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
    this.status.textContent = t("shownOf", {
      n: formatCount(selection.shownCount),
      all: formatCount(selection.length),
    });
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
      if (mark) mark.textContent = facet.isActive ? t("active") : "";
    }
    const on =
      this.points.madeFacets.filter(({ facet }) => facet.isActive).length +
      Number(this.points.text !== "");
    this.heading.textContent = on === 0 ? t("filters") : t("filtersOn", { n: formatCount(on) });
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
