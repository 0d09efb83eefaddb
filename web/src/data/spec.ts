// What Python writes into the page: the shape of every spec. A payload is the id of a script element.

export type PayloadId = string;

/** A GeoParquet file beside the page: its address, the number of its rows, the name of each column in it. */
export interface PlaceSpec {
  url: string;
  rows: number;
  columns: string[];
}

export type BoundsSpec = [[south: number, west: number], [north: number, east: number]];

export interface SourceSpec {
  title: string;
  citation?: string | null;
  licence?: string | null;
  url?: string | null;
}

export interface ColumnSpec {
  label: string;
  /** What the table calls it, where that is not the label. */
  name?: string;
  type: "text" | "number" | "integer" | "link";
  unit: string | null;
  /** The column of access that this is; the card tells these together. */
  key?: string;
  /** What its codes mean. */
  words?: Record<string, string>;
  /** The ISO 3166-1 codes of two letters of its countries. */
  regions?: Record<string, string>;
  /** Whether a cell holds several codes with spaces between them. */
  codes?: boolean;
  /** Text that stands before the number in each cell; the payload holds the numbers alone. */
  prefix?: string;
}

export interface EntrySpec {
  label: string;
  count: number;
  color: string;
  shape: string;
  dash?: number[] | null;
  mode?: string;
  status?: string;
  gauge?: number;
  /** How much larger than usual a symbol, or wider a line, is drawn. */
  size?: number;
  /** The ends of a class of numbers; the same twice where it is one number. */
  limits?: [low: number, high: number];
}

export interface LegendSpec {
  title?: string | null;
  unit?: string | null;
  /** How the numbers were put into classes. */
  scheme?: string;
  entries: EntrySpec[];
}

interface LayerCommon {
  name: string;
  shown: boolean;
  /** The heading of the panel that the layer stands under, if the map's maker named one. */
  group?: string | null;
  sources?: SourceSpec[];
  note?: string | null;
  /** What it spans; absent where that is the whole world, or nothing. */
  bounds?: BoundsSpec | null;
}

/** The columns, legend and payload that points, features, legs and nodes share. */
export interface TableSpec {
  payload: PayloadId;
  count: number;
  title: number | null;
  columns: ColumnSpec[];
  legend: LegendSpec;
  /** What access was asked for these records or routes. */
  link?: string;
  /** The column that the layer is coloured by. */
  by?: number;
}

export interface PageSpec {
  kind: "page";
  title: string;
  subtitle?: string | null;
  bounds?: BoundsSpec | null;
  language?: string;
  folium?: { name: string; variable: string; shown: boolean; group?: string | null }[];
}

export interface BaseSpec extends LayerCommon {
  kind: "base";
  payload: PayloadId;
  cell_zoom: number;
  detail?: PayloadId | null;
  detail_zoom?: number;
  detail_cell_zoom?: number;
  labels: PayloadId | null;
}

/** What records can be filtered by. */
export interface FacetSpec {
  column: number;
  /** A second column whose codes count as well. */
  also?: number;
  name: string;
  kind: "terms" | "codes" | "critical" | "number" | "year";
  /** Whether the page shows it without being asked. */
  first: boolean;
  /** Critical lists and the commodities on each. */
  lists?: { id: string; codes: string[] }[];
}

export interface PointsSpec extends LayerCommon, Omit<TableSpec, "payload"> {
  kind: "points";
  payload: PayloadId | PlaceSpec;
  unplaced?: number;
  facets?: FacetSpec[];
  /** The columns that are searched, that of the names first. */
  search?: number[];
  /** The column of the radius within which a place lies, in metres. */
  uncertainty?: number;
}

export interface VectorSpec extends LayerCommon, TableSpec {
  kind: "vector";
  unplaced?: number;
  style?: { fill_opacity?: number; weight?: number; cover?: boolean; rim?: boolean };
}

export interface CorridorSpec extends LayerCommon {
  kind: "corridor";
  legs: TableSpec;
  nodes: TableSpec;
}

export interface RoutesSpec extends LayerCommon, TableSpec {
  kind: "routes";
  /** The numbers of occurrences whose widths the legend shows, the most first. */
  widths: number[];
}

export interface RampSpec {
  title?: string | null;
  unit?: string | null;
  ramp: string[];
  min: number;
  max: number;
}

export interface ClassesSpec {
  title?: string | null;
  unit?: string | null;
  entries: { label: string; color: string }[];
}

/** What stands in each cell: 0 for no data, else a class's place in the legend from 1, or steps above the least value. */
export interface CellsSpec {
  payload: PayloadId;
  width: number;
  height: number;
  /** Bytes of a code. */
  planes: number;
  least: number | null;
  step: number | null;
  digits: number;
  colors: string[];
}

export interface RasterSpec extends LayerCommon {
  kind: "raster";
  /** An image, or the cells that make one. */
  payload?: PayloadId;
  mime?: string;
  cells?: CellsSpec;
  bounds: BoundsSpec;
  opacity: number;
  pixelated: boolean;
  legend?: RampSpec | ClassesSpec | null;
}

export interface TilesSpec extends LayerCommon {
  kind: "tiles";
  url: string;
  subdomains: string[];
  min_zoom: number;
  max_zoom: number;
  /** Who the tiles are from: pieces of text, some of them links. */
  attribution: [text: string, href: string | null][];
}

export type LayerSpec =
  | TilesSpec
  | BaseSpec
  | PointsSpec
  | VectorSpec
  | CorridorSpec
  | RoutesSpec
  | RasterSpec;
