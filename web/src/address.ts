// The view and the filters in the page's address, so that a link leads to what was seen.

import type { Choice } from "./facets.ts";
import type { Explored, Explorer } from "./explorer.ts";
import type { Memory } from "./memory.ts";
import { MODES, type Mode } from "./pointview.ts";
import type { PointSet } from "./pointset.ts";

const WAIT_MS = 250;
const BETWEEN = "|";

/** A view: zoom, latitude and longitude. */
export interface View {
  zoom: number;
  lat: number;
  lon: number;
}

/** The view that an address asks for; null where it asks for none. */
export function viewOf(hash: string): View | null {
  const parts = (new URLSearchParams(hash.replace(/^#/, "")).get("map") ?? "").split("/").map(Number);
  if (parts.length !== 3 || !parts.every(Number.isFinite)) return null;
  const [zoom, lat, lon] = parts;
  return Math.abs(lat) <= 90 && zoom >= 0 && zoom <= 24 ? { zoom, lat, lon } : null;
}

/** A choice as text: terms between bars, or two ends between two dots. */
export function writeChoice(choice: Choice): string | null {
  if (choice === null) return null;
  if ("terms" in choice) return choice.terms.map((term) => term.replace(/[%|]/g, encodeURIComponent)).join(BETWEEN);
  return `${choice.from}..${choice.to}`;
}

export function readChoice(text: string, isRange: boolean): Choice {
  if (!isRange) return { terms: text.split(BETWEEN).map((term) => term.replaceAll("%7C", "|").replaceAll("%25", "%")) };
  const [from, to] = text.split("..").map(Number);
  return Number.isFinite(from) && Number.isFinite(to) ? { from, to } : null;
}

export class Address implements Memory {
  private readonly map: L.Map;
  private readonly explorer: Explorer;
  /** What the address said when the page was opened, by layer. */
  private readonly given: URLSearchParams;
  private readonly restored = new WeakSet<PointSet>();
  private timer = 0;

  constructor(map: L.Map, explorer: Explorer) {
    this.map = map;
    this.explorer = explorer;
    this.given = new URLSearchParams(location.hash.replace(/^#/, ""));
    map.on("moveend", () => this.write());
  }

  /** Set a layer to what the address asks for, once. */
  restore({ points, view }: Explored): void {
    if (this.restored.has(points)) return;
    this.restored.add(points);
    const of = (what: string): string | null => this.given.get(`${points.spec.name}.${what}`);
    points.selection.together(() => {
      for (const spec of points.spec.facets ?? []) {
        const text = of(spec.name);
        if (text !== null) points.facet(spec).facet.choice = readChoice(text, spec.kind === "number" || spec.kind === "year");
      }
      const hidden = of("hidden")?.split(BETWEEN) ?? [];
      points.spec.legend.entries.forEach(({ label }, style) => hidden.includes(label) && points.showStyle(style, false));
    });
    const text = of("text");
    if (text !== null) void points.seek(text);
    const mode = of("drawn");
    if (MODES.includes(mode as Mode) && mode !== view.mode) view.mode = mode as Mode;
  }

  /** Write the address soon. */
  write(): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.writeNow(), WAIT_MS);
  }

  private writeNow(): void {
    const { lat, lng } = this.map.getCenter();
    const parts: [string, string][] = [["map", `${this.map.getZoom()}/${lat.toFixed(5)}/${lng.toFixed(5)}`]];
    for (const { points, view } of this.explorer.layers) {
      const put = (what: string, text: string | null): unknown => text !== null && text !== "" && parts.push([`${points.spec.name}.${what}`, text]);
      for (const { spec, facet } of points.madeFacets) put(spec.name, writeChoice(facet.choice));
      const { entries } = points.spec.legend;
      put("hidden", entries.filter((_, style) => !points.isStyleShown(style)).map(({ label }) => label).join(BETWEEN));
      put("text", points.text);
      put("drawn", view.mode === "symbols" ? null : view.mode);
    }
    try {
      // A page within another, as in a notebook, has no address of its own.
      history.replaceState(null, "", `#${new URLSearchParams(parts)}`);
    } catch {
      clearTimeout(this.timer);
    }
  }
}
