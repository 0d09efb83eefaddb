// The filters of a point layer in the panel: the choices, and the number of records of each.

import { RangeFacet, TermsFacet } from "../../data/facets.ts";
import type { FacetSpec } from "../../data/spec.ts";
import { button, h, options } from "../../ui/dom.ts";
import { withRetry } from "../../ui/retry.ts";
import { formatCount } from "../../words/format.ts";
import { t } from "../../words/language.ts";
import type { NamedFacet, PointSet } from "./pointset.ts";
import { rangeView } from "./rangefilter.ts";
import { termsView } from "./termsfilter.ts";

/** The view of a facet, which can be updated. */
type FacetView = { element: HTMLElement; update(): void };

export class FilterView {
  readonly element: HTMLElement;
  private readonly details: HTMLDetailsElement;
  private readonly points: PointSet;
  private readonly specs: FacetSpec[];
  private readonly blocks = h("div.mm-filters__blocks");
  private readonly status = h("p.mm-filters__count", { "aria-live": "polite" });
  private readonly heading = h("summary");
  /** Says why the map is empty, above the filters, which may be folded. */
  private readonly empty = h("p.mm-note", t("noneShown"));
  private readonly reset: HTMLButtonElement;
  private readonly more = h("select.mm-select", { "aria-label": t("addFilter") });
  private readonly views = new Map<string, { block: HTMLDetailsElement; view: FacetView | null }>();

  constructor(points: PointSet) {
    this.points = points;
    this.specs = points.spec.facets;
    this.reset = button(t("resetFilters"), { class: "mm-button" }, () => {
      points.reset();
      // The button disappears, and the focus would be lost.
      this.heading.focus();
    });
    this.more.addEventListener("change", () => this.addChosen());
    const head = h("div.mm-filters__head", this.status, this.reset);
    this.details = h("details.mm-filters", this.heading, h("div", head, this.blocks, this.more));
    this.element = h("div", this.details);
    this.details.addEventListener("toggle", () => this.updateViews());
    this.details.open = points.firstFilters.length > 0;
    for (const spec of this.specs) if (spec.first) this.add(spec);
    this.listOthers();
    points.selection.on(() => this.update());
    this.update();
  }

  private add(spec: FacetSpec, isOpen = false): void {
    const summary = h("summary", this.points.facetName(spec), h("span.mm-facet__mark"));
    const block = h("details.mm-facet", summary);
    this.views.set(spec.name, { block, view: null });
    // A facet is computed when its block is opened.
    const show = (): void => void withRetry(block, () => this.show(spec));
    block.addEventListener("toggle", () => block.open && show());
    this.blocks.append(block);
    if (isOpen) block.open = true;
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
    const pairs = others.map((spec) => [spec.name, this.points.facetName(spec)]);
    this.more.replaceChildren(...options([["", t("addFilter")], ...pairs]));
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
    const { selection, madeFacets, isFiltered, text } = this.points;
    const [n, all] = [selection.shownCount, selection.length].map(formatCount);
    this.status.textContent = t("shownOf", { n, all });
    this.reset.hidden = !isFiltered;
    this.details.hidden = this.specs.length === 0 && !isFiltered;
    if (selection.shownCount === 0 && selection.length > 0) this.element.prepend(this.empty);
    else this.empty.remove();
    for (const { spec, facet } of madeFacets) {
      // A filter of the page's address is listed too.
      if (facet.isActive && !this.views.has(spec.name)) {
        this.add(spec);
        this.listOthers();
      }
      const block = this.views.get(spec.name)?.block;
      block?.classList.toggle("mm-facet--active", facet.isActive);
      const mark = block?.querySelector(".mm-facet__mark");
      if (mark) mark.textContent = facet.isActive ? t("active") : "";
    }
    const active = madeFacets.filter(({ facet }) => facet.isActive).length + Number(text !== "");
    const heading = t("filtersOn", { n: formatCount(active) });
    this.heading.textContent = active === 0 ? t("filters") : heading;
    this.updateViews();
  }

  /** Count only for open blocks. */
  private updateViews(): void {
    if (!this.details.open) return;
    for (const { block, view } of this.views.values()) if (block.open) view?.update();
  }
}

function viewOf(named: NamedFacet): FacetView {
  const { facet } = named;
  if (facet instanceof TermsFacet) return termsView(named, facet);
  if (facet instanceof RangeFacet) return rangeView(named, facet);
  throw new Error("This page has a filter of an unknown kind.");
}
