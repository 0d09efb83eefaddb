// The headings of the panel: one for each kind of layer, and those that the map names.

import { h, uniqueId } from "../ui/dom.ts";
import { t } from "../words/language.ts";

/** More layers than these need headings. */
const FEW = 3;

/** A heading with its layers, and their ranks, the highest first. */
type Group = { name: string; section: HTMLElement; ranks: number[] };

export class Groups {
  readonly list = h("div.mm-panel__layers");
  private readonly groups: Group[] = [];
  private isNamed = false;

  /**
   * Put a layer under its heading: the topmost layers, and their groups, come first. Return a
   * function that removes it, and the heading with the last of its group.
   */
  add(layer: HTMLElement, rank: number, name: string | null): () => void {
    this.isNamed ||= name !== null;
    const group = this.group(name ?? kindOf(rank));
    const { section, ranks } = group;
    const found = ranks.findIndex((other) => other <= rank);
    const at = found < 0 ? ranks.length : found;
    // The first child is the heading.
    section.children[at].after(layer);
    ranks.splice(at, 0, rank);
    this.sort();
    return () => {
      ranks.splice([...section.children].indexOf(layer) - 1, 1);
      layer.remove();
      if (ranks.length === 0) {
        section.remove();
        this.groups.splice(this.groups.indexOf(group), 1);
      }
      this.sort();
    };
  }

  private group(name: string): Group {
    const known = this.groups.find((group) => group.name === name);
    if (known !== undefined) return known;
    const id = uniqueId("mm-group");
    const section = h("section.mm-group", { "aria-labelledby": id }, h("h3", { id }, name));
    const group = { name, section, ranks: [] };
    // Before older groups of the same rank, as layers are.
    this.groups.unshift(group);
    return group;
  }

  private sort(): void {
    this.groups.sort((a, b) => b.ranks[0] - a.ranks[0]);
    this.groups.forEach(({ section }, place) => {
      const other = this.list.children[place] ?? null;
      if (other !== section) this.list.insertBefore(section, other);
    });
    const count = this.groups.reduce((sum, { ranks }) => sum + ranks.length, 0);
    this.list.classList.toggle("mm-panel__layers--few", !this.isNamed && count <= FEW);
  }
}

/** Return the heading of a kind of layer, by its rank. */
function kindOf(rank: number): string {
  if (rank >= 4) return t("groupPoints");
  if (rank >= 3) return t("groupRoutes");
  if (rank >= 2) return t("groupShapes");
  if (rank >= 1) return t("groupRasters");
  return t(rank >= 0.5 ? "groupOther" : "groupBackground");
}
