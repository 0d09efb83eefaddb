// The state that a widget shares with Python and its other views.

import type { Store } from "../data/payload.ts";
import type { BoundsSpec, LayerSpec, PageStyleSpec, RangeSpec } from "../data/spec.ts";

type ViewState = [lat: number, lon: number, zoom: number];
/** Terms, a range whose ends may be open, or a text. */
export type FilterState = Record<string, string[] | RangeSpec | string>;
/** Row numbers of the page, as 32-bit integers. */
export type Places = DataView | Int32Array;

interface WidgetPage {
  title: string;
  subtitle: string | null;
  language: string;
  style?: PageStyleSpec;
  theme: string;
  center: [lat: number, lon: number];
  zoom: number;
  /** Whether the first view shows all layers. */
  fits: boolean;
  options: L.MapOptions;
}

export type WidgetLayer = LayerSpec & { id: string };

export type Clicked = { layer: string; row: number; part?: "legs" | "nodes" };

interface State {
  _page: WidgetPage;
  _specs: WidgetLayer[];
  height: string;
  view: ViewState | null;
  bounds: BoundsSpec | null;
  filters: Record<string, FilterState>;
  selected: Record<string, Places>;
  clicked: Clicked | null;
}

/** The state as a view of a widget uses it; it also has the payloads, under their ids. */
export interface Notebook {
  get<K extends keyof State>(name: K): State[K];
  set<K extends keyof State>(name: K, value: State[K]): void;
  save_changes(): void;
  on(event: string, callback: (message: { open?: Clicked | null }) => void): void;
  off(event: string, callback: (message: { open?: Clicked | null }) => void): void;
}

type Payloads = { get(id: string): DataView<ArrayBuffer> | undefined };

/** Return the payloads of a widget. They stay there for its other views. */
export const storeOf = (notebook: Notebook): Store => ({
  take(id) {
    const payload = (notebook as unknown as Payloads).get(id);
    if (payload === undefined)
      throw new Error(`The notebook did not send "${id}": run the cell again.`);
    return new Uint8Array(payload.buffer, payload.byteOffset, payload.byteLength);
  },
});

/** Return row numbers, whether they came from Python or from another view. */
export function numbersIn(places: Places | undefined): Int32Array {
  if (places === undefined) return new Int32Array(0);
  if (places instanceof Int32Array) return places;
  const { buffer, byteOffset, byteLength } = places;
  return new Int32Array(buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer);
}

/** Return whether two values of a state are equal, whatever the order of their keys. */
export function same(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null)
    return false;
  const [a, b] = [one, other] as Record<string, unknown>[];
  const keys = Object.keys(a);
  const isSame = (key: string): boolean => Object.hasOwn(b, key) && same(a[key], b[key]);
  return keys.length === Object.keys(b).length && keys.every(isSame);
}
