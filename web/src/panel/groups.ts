// The layers of the panel under headings: a group for each kind, and those that the map's maker named.

import { h } from "../ui/dom.ts";
import { uniqueId } from "../ui/ids.ts";
import { t } from "../words/language.ts";

/** Up to so many layers are taken in at a glance, without headings. */
const FEW = 3;

interface Group {
  name: string;
  section: HTMLElement;
  /** The ranks of its layers, in the order in which they stand. */
  ranks: number[];
}

export class Groups {
  readonly list = h("div.mm-panel__layers");
  private readonly groups: Group[] = [];
  private isNamed = false;

  /** Put a layer under its heading: those drawn on top come first, and so do their groups. */
  add(layer: HTMLElement, rank: number, name: string | null): void {
    this.isNamed ||= name !== null;
    const group = this.group(name ?? kindOf(rank), rank);
    const at = group.ranks.findIndex((other) => other <= rank);
    // The first child is the heading.
    if (at < 0) group.section.append(layer);
    else group.section.children[at + 1].before(layer);
    group.ranks.splice(at < 0 ? group.ranks.length : at, 0, rank);
    this.sort();
    this.markIfFew();
  }

  /** Take a layer away, and its heading with the last of its group. */
  remove(layer: HTMLElement): void {
    const at = this.groups.findIndex(({ section }) => section === layer.parentElement);
    if (at < 0) return;
    const { section, ranks } = this.groups[at];
    ranks.splice([...section.children].indexOf(layer) - 1, 1);
    layer.remove();
    if (ranks.length === 0) {
      section.remove();
      this.groups.splice(at, 1);
    }
    this.sort();
    this.markIfFew();
  }

  private markIfFew(): void {
    const count = this.groups.reduce((sum, { ranks }) => sum + ranks.length, 0);
    this.list.classList.toggle("mm-panel__layers--few", !this.isNamed && count <= FEW);
  }

  private group(name: string, rank: number): Group {
    const known = this.groups.find((group) => group.name === name);
    if (known !== undefined) return known;
    const id = uniqueId("mm-group");
    const section = h("section.mm-group", { "aria-labelledby": id }, h("h3", { id }, name));
    const group = { name, section, ranks: [] };
    const at = this.groups.findIndex(({ ranks }) => ranks[0] <= rank);
    this.groups.splice(at < 0 ? this.groups.length : at, 0, group);
    return group;
  }

  private sort(): void {
    this.groups.sort((a, b) => b.ranks[0] - a.ranks[0]);
    this.groups.forEach(({ section }, place) => {
      if (this.list.children[place] !== section)
        this.list.insertBefore(section, this.list.children[place] ?? null);
    });
  }
}

/** The heading of a kind of layer, by its rank. */
function kindOf(rank: number): string {
  if (rank >= 4) return t("groupPoints");
  if (rank >= 3) return t("groupRoutes");
  if (rank >= 2) return t("groupShapes");
  if (rank >= 1) return t("groupRasters");
  return t(rank >= 0.5 ? "groupOther" : "groupBackground");
}
