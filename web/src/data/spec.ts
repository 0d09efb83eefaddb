// The specs that Python writes into the page. A payload is the id of a script element.

export type PayloadId = string;

/** A GeoParquet file beside the page: its address, its number of rows, its column of each field. */
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
  /** The name of the column in the table, where it is not the label. */
  name?: string;
  type: "text" | "number" | "integer" | "link";
  unit: string | null;
  /** The access column that this is; the card shows these together. */
  key?: string;
  /** The meaning of its codes. */
  words?: Record<string, string>;
  /** The two-letter ISO 3166-1 codes of its countries. */
  regions?: Record<string, string>;
  /** Whether a cell has several codes, separated by spaces. */
  codes?: boolean;
  /** The text before the number in each cell; the payload has only the numbers. */
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
  /** The size of a symbol, or the width of a line, as a multiple of the usual one. */
  size?: number;
  /** The ends of a class of numbers; equal for a single number. */
  limits?: [low: number, high: number];
}

export interface LegendSpec {
  title?: string | null;
  unit?: string | null;
  /** The method that made the classes. */
  scheme?: string;
  entries: EntrySpec[];
}

interface LayerCommon {
  name: string;
  shown: boolean;
  /** The heading of the layer in the panel, where the map names one. */
  group?: string | null;
  sources?: SourceSpec[];
  note?: string | null;
  /** The bounds of the layer; absent where it covers the whole world, or nothing. */
  bounds?: BoundsSpec | null;
}

/** The columns, legend and payload that points, features, legs and nodes share. */
export interface TableSpec {
  payload: PayloadId;
  count: number;
  title: number | null;
  columns: ColumnSpec[];
  legend: LegendSpec;
  /** The id that records and routes of one access computation share. */
  link?: string;
  /** The column that gives the colours. */
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

/** A filter of records. */
export interface FacetSpec {
  column: number;
  /** A second column whose codes count too. */
  also?: number;
  name: string;
  kind: "terms" | "codes" | "critical" | "number" | "year";
  /** Whether the page lists it at first. */
  first: boolean;
  /** Critical lists and the commodities on each. */
  lists?: { id: string; codes: string[] }[];
}

export interface PointsSpec extends LayerCommon, Omit<TableSpec, "payload"> {
  kind: "points";
  payload: PayloadId | PlaceSpec;
  unplaced?: number;
  facets?: FacetSpec[];
  /** The searched columns, the one of the names first. */
  search?: number[];
  /** The column of the radius, in metres, within which a place lies. */
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
  /** The numbers of occurrences whose widths the legend shows, the greatest first. */
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

/**
 * Codes of cells: 0 for no data, else the number of a class from 1, or 1 + steps above the least
 * value.
 */
export interface CellsSpec {
  payload: PayloadId;
  width: number;
  height: number;
  /** The bytes of a code. */
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
  /** The credit of the tiles: pieces of text, some of them links. */
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
