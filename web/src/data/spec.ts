// The specs that Python writes into the page: scripts/build_spec.py made this file.

/** The id of the script element that contains a payload. */
export type PayloadId = string;

/** The south-west and the north-east corner, each with its latitude and longitude in degrees. */
export type BoundsSpec = [[number, number], [number, number]];

/** The index of the words in a GeoParquet file, in a file beside it. */
export interface IndexSpec {
  url: string;
  /** The bytes of the file. */
  size: number;
  /** The place in it where the directory of its blocks begins. */
  directory: number;
  blocks: number;
}

/** A GeoParquet file beside the page. */
export interface PlaceSpec {
  url: string;
  rows: number;
  /** Whether the entries of the legend need two bytes. */
  wide?: boolean;
  /** The name in the file of each column of the layer. */
  columns: string[];
  index: IndexSpec;
}

/** Where the data of a layer comes from. */
export interface SourceSpec {
  /** The name of the source in minmap's list of sources. */
  id?: string;
  title: string;
  citation?: string | null;
  licence?: string | null;
  url?: string | null;
  /** The short text that stands on a map which shows the data. */
  credit?: string;
  /** The state of the data, such as the year of its last update. */
  vintage?: string;
}

/** A column of a table. */
export interface ColumnSpec {
  /** The name of the column in the table. */
  name: string;
  /** Its heading, in the language of the page. */
  label: string;
  type: "text" | "number" | "integer" | "date" | "link";
  unit: string | null;
  /** The column of minmap that this is, which the card arranges. */
  key?: string;
  /** Whether it describes the route of `minmap.access`, which the card shows as one part. */
  is_of_route?: boolean;
  /** The meaning of its codes. */
  words?: Record<string, string>;
  /** Further words by which the search finds its codes. */
  found?: Record<string, string>;
  /** The two-letter ISO 3166-1 codes of its countries. */
  regions?: Record<string, string>;
  /** Whether a cell has several codes, separated by spaces. */
  codes?: boolean;
  /** The colours of the groups of its commodities, by their codes. */
  colors?: Record<string, string>;
  /** Of the records of sites: the words of their codes, by column and code. */
  site_words?: Record<string, string>;
  /** The text before the number in each cell; the payload has only the numbers. */
  prefix?: string;
}

/** An entry of a legend. */
export interface EntrySpec {
  label: string;
  count: number;
  color: string;
  /** The colour on a dark page, if it differs. */
  dark?: string;
  shape: string;
  dash?: number[];
  mode?: string;
  status?: string;
  gauge?: number;
  /** The size of a symbol, or the width of a line, as a multiple of the usual one. */
  size?: number;
  /** The opacity of the fill of an area or a symbol, or of a line; 0 for no fill. */
  opacity?: number;
  /** A colour, "none", or "ink" for the colour of the page's text; by default that of the area,
    or light around a symbol. */
  outline?: string;
  /** In pixels. */
  outline_width?: number;
  /** The least and the greatest number of a class; equal for a single number. */
  limits?: [number, number];
  /** The label in the language of the page, if it differs. */
  text?: string;
  /** The number of values that share an entry. */
  others?: number;
  /** The numbers that stand for a missing value. */
  missing?: number[];
  /** Whether the records are hidden when the page opens. */
  hidden?: boolean;
}

/** The ramp of a legend, whose steps are the entries with limits. */
export interface ScaleSpec {
  /** Shares of the ramp, and the numbers or dates at them: the ends, and round ones between. */
  ticks: [number, number | string][];
  /** Whether there are numbers below the least. */
  below: boolean;
  above: boolean;
}

/** The legend of a table. */
export interface LegendSpec {
  title: string | null;
  unit?: string | null;
  /** The method that made the classes. */
  scheme?: string;
  entries: EntrySpec[];
  scale?: ScaleSpec;
  /** The column whose codes are the labels; the page shows their names. */
  column?: number;
  /** Whether limits are days since the start of 1970. */
  dates?: boolean;
  /** False for a legend that the page does not show. */
  shown?: boolean;
  /** What is to be known of the values; "name: text" has a name that the page translates. */
  note?: string;
}

/** The meaning of sizes, widths or opacities. */
export interface SizeScaleSpec {
  channel: "size" | "line_width" | "opacity";
  title: string;
  unit: string | null;
  shape: string;
  color: string;
  /** Numbers, each with its diameter or width in pixels, or its opacity. */
  samples: [number, number][];
  /** The number of records without a number. */
  missing: number;
  /** The least diameter or width; the opacity of records without a number. */
  least: number;
  /** Numbers up to this one have the least. */
  floor: number | null;
  outline?: string;
  outline_width?: number;
}

/** Lengths of strokes and gaps, in pixels; none for a solid line. */
export type DashSpec = number[];

/** The diameter of a symbol at near zooms or the width of a line, in pixels; null where no number is
given, for a small ring or a thin line of short dashes. */
export type LengthSpec = number | null;

export type CodedMark =
  | "size"
  | "shape"
  | "line_width"
  | "dash"
  | "opacity"
  | "order"
  | "precedence";

export type MarkLegendSpec = LegendSpec | SizeScaleSpec;

/** How records are drawn besides their colours: lists of values.

A list with one value is for all records; of others the payload has a code for each record. */
export interface MarksSpec {
  size?: LengthSpec[];
  shape?: string[];
  line_width?: LengthSpec[];
  dash?: DashSpec[];
  opacity?: number[];
  /** The columns of codes in the payload; "order" has the ranks in which points are drawn. */
  coded?: CodedMark[];
  /** Legends besides that of the colours. */
  legends?: MarkLegendSpec[];
  /** Their columns, whose values appear under the cursor. */
  columns?: number[];
}

/** The fields of all layers. */
export interface LayerFields {
  name: string;
  shown: boolean;
  /** The heading of the layer in the panel, if the map names one. */
  group: string | null;
  sources: SourceSpec[];
  note: string | null;
  /** What readers must know wherever the map is published: beside a legend alone, on paper. */
  caution?: string;
}

/** The fields of all layers that need no bounds. */
export interface LayerCommon extends LayerFields {
  /** The bounds of the layer; null if it covers the whole world, or nothing. */
  bounds: BoundsSpec | null;
  /** The bounds of what is shown of it at first, where filters or the legend hide some. */
  first?: BoundsSpec;
}

/** The labels of records. */
export interface LabelsSpec {
  column: number;
  /** The zoom from which they are written. */
  zoom: number;
}

/** How numbers are written. */
export interface NumberFormatSpec {
  /** Without it as many as a number has. */
  decimals?: number;
  /** Whether thousands are separated. */
  grouped?: boolean;
  /** Whether positive numbers have a sign. */
  signed?: boolean;
  /** Whether 1 is written as 100 %. */
  percent?: boolean;
}

/** A part of a date, or the text between them; names are those of the month. */
export type DateField =
  | "text"
  | "year"
  | "month"
  | "name"
  | "short_name"
  | "day"
  | "short_day"
  | "hour"
  | "minute";

/** A part of a date, with the text that it is, if it is one. */
export type DatePartSpec = [DateField, string];

/** How the values of a row are written; without a number or a date as usual. */
export interface FormatSpec {
  before: string;
  /** The text around a value. */
  after: string;
  /** The unit that follows a number, before that text. */
  unit: string | null;
  number?: NumberFormatSpec;
  date?: DatePartSpec[];
}

/** A row of a popup or a tooltip. */
export interface RowSpec {
  column: number;
  /** Without it that of the column. */
  heading?: string;
  format?: FormatSpec;
}

/** A field of both records of a pair. */
export interface PairRowSpec {
  heading: string;
  left: number | null;
  /** The columns of both values; None if no record of that side has one. */
  right: number | null;
  /** Whether the values are of the site, and not of the record alone. */
  is_compared: boolean;
  /** Whether the values are metres. */
  is_length?: boolean;
  /** The columns of the addresses of both records. */
  urls?: [number | null, number | null];
}

/** The columns of pairs of records that may be of one site. */
export interface PairSpec {
  count: number;
  ids: [number, number];
  /** The columns of the name and the other names of both records; None for one without values. */
  names: [[number | null, number | null], [number | null, number | null]];
  /** Longitude and latitude of both records, in degrees. */
  places: [[number, number], [number, number]];
  probability: number;
  /** The column of statements, each after its sign: + for one site, − against it, · neither. */
  evidence: number;
  /** The column of the order in which pairs are looked at. */
  order: number;
  /** The column of earlier decisions: "same" or "different". */
  decision?: number;
  /** The column of earlier notes. */
  note?: number;
  rows: PairRowSpec[];
}

/** The low end, the value and the high end. */
export type RangeOfValues = [number, number, number];

/** What a route may consist of. */
export type RoutePart =
  | "off_road"
  | "road"
  | "rail"
  | "sea"
  | "loading"
  | "transshipment"
  | "gauge_break"
  | "value_of_time";

/** An assumption of `minmap.access`. */
export interface AssumptionSpec {
  key: string;
  meaning: string;
  unit: string;
  range: RangeOfValues;
  /** The parts of routes that rest on it. */
  parts: RoutePart[];
  /** None where the maker of the map gave the number. */
  source: string | null;
  /** The case of `minmap.compare_access`, where cases differ. */
  case?: string;
}

/** What a border crossing takes. */
export interface PassageSpec {
  id: string;
  /** Its name, in the script of the page where it is known. */
  name: string;
  /** Alpha-3 codes in alphabetical order; None for figures that hold for any border. */
  countries: [string, string] | null;
  /** From the first country to the second, and back. */
  hours: [RangeOfValues, RangeOfValues];
  usd_t: [RangeOfValues, RangeOfValues];
  year: string | null;
  source: string | null;
}

/** What the numbers of routes rest on. */
export interface BasisSpec {
  assumptions: AssumptionSpec[];
  crossings: PassageSpec[];
  /** What the routes minimise: usd_t, hours or km. */
  objective?: string;
  /** The credit of the roads, with their date. */
  roads?: string;
}

/** The columns and the legend of points, features, legs or nodes. */
export interface RecordsSpec {
  count: number;
  /** The column of the names. */
  title: number | null;
  columns: ColumnSpec[];
  legend: LegendSpec;
  /** The id that records and routes of one access computation share. */
  link?: string;
  /** Of records with routes: what their numbers rest on. */
  basis?: BasisSpec;
  /** The column that gives the colours. */
  by?: number;
  labels?: LabelsSpec;
  /** The rows that the maker of the map chose; null for no popup. */
  popup?: RowSpec[] | null;
  tooltip?: RowSpec[] | null;
  /** The title of the corridor to which distances were measured. */
  corridor?: string;
  /** The columns of the user's table that the page does not have. */
  left_out?: string[];
  /** Of a table of pairs: what the page shows side by side. */
  pair?: PairSpec;
  marks?: MarksSpec;
  /** The SVG paths of shapes that are icons, in a square of 15 units. */
  icons?: Record<string, string>;
}

/** Records and their payload. */
export interface TableSpec extends RecordsSpec {
  payload: PayloadId;
}

/** A layer of folium's own, which the panel lists too. */
export interface FoliumLayerSpec {
  name: string;
  variable: string;
  shown: boolean;
  group: string | null;
}

/** A picture inside the page. */
export interface PictureSpec {
  /** A data: URL of PNG or SVG, only ever the address of an image. */
  url: string;
  /** What it says. */
  text: string | null;
}

/** The house style of a page; fields that are not there are as usual. */
export interface PageStyleSpec {
  /** Families of fonts, as CSS has them. */
  font?: string;
  logo?: PictureSpec;
  panel?: "left" | "hidden" | "legend";
  credit?: string;
}

/** What the first view shows of one element of the map. */
export interface FrameSpec {
  bounds: BoundsSpec;
  /** Whether it is areas or a raster, on which records lie. */
  backdrop: boolean;
}

/** The page itself. */
export interface PageSpec {
  kind: "page";
  title: string;
  subtitle: string | null;
  /** What the first view shows; empty where the map has a place and a zoom of its own. */
  frames: FrameSpec[];
  language: string;
  folium: FoliumLayerSpec[];
  /** Whether the page has no base map. */
  bare?: boolean;
  style?: PageStyleSpec;
}

/** The shaded relief of the base map: WebP pictures in a table of blocks. */
export interface ReliefSpec {
  payload: PayloadId;
  /** Pixels of a side of a block. */
  side: number;
  /** The grey of flat land. */
  flat: number;
  /** Greys that differ from it by less are flat land too. */
  still: number;
  /** Opacity, in 255ths, per grey level of difference from flat land. */
  contrast: number;
  /** How many zoom levels beyond its own a level is drawn in full, and from how many on not at
    all. */
  fades: [number, number];
}

/** The base map. */
export interface BaseSpec extends LayerCommon {
  kind: "base";
  /** Payloads: shapes of the world; finer ones of some cells; railways and roads over both. */
  shapes: PayloadId[];
  /** The zoom from which they are replaced. */
  region_zoom: number;
  /** The zoom from which each kind of shapes is drawn. */
  from_zoom: number[];
  names: PayloadId;
  relief?: ReliefSpec;
}

/** A critical list and the commodities on it. */
export interface CriticalListSpec {
  id: string;
  codes: string[];
  jurisdiction: string;
  year: string;
  kind: string;
}

/** The ends of a range, numbers or ISO dates; null for no end. */
export type RangeSpec = [number | string | null, number | string | null];

/** A filter of records. */
export interface FacetSpec {
  column: number;
  /** A second column whose codes count too. */
  also?: number;
  name: string;
  kind: "terms" | "codes" | "critical" | "number" | "year" | "date";
  /** Whether the page shows it at once. */
  first: boolean;
  lists?: CriticalListSpec[];
  /** Numbers that stand for a missing value, such as -9999. */
  missing?: number[];
  /** The terms, or the range, by which the page filters when it opens. */
  choice?: string[] | RangeSpec;
}

export type ViewSpec = "symbols" | "bubbles" | "hexagons" | "heat";

/** The columns in which the page searches. */
export interface SearchedSpec {
  /** Those of texts, the one of the names first. */
  search: number[];
  /** Those of codes. */
  search_codes: number[];
}

/** A layer of points. */
export interface PointsSpec extends LayerCommon, RecordsSpec, SearchedSpec {
  kind: "points";
  payload: PayloadId | PlaceSpec;
  /** The number of records that have no location that can be drawn. */
  unplaced: number;
  /** The first of them. */
  unplaced_names?: string[];
  facets: FacetSpec[];
  /** The column of the radius, in metres, within which a place lies. */
  uncertainty?: number;
  /** The column whose greatest values lie in front. */
  front?: number;
  /** How the layer is drawn when the page opens; symbols by default. */
  view?: ViewSpec;
}

/** How a vector layer is drawn. */
export interface VectorStyleSpec {
  /** The usual width of lines and outlines, in pixels. */
  weight: number;
  /** Whether an area hides those below it. */
  cover?: boolean;
}

/** A layer of lines, polygons and points. */
export interface VectorSpec extends LayerCommon, TableSpec, SearchedSpec {
  kind: "vector";
  unplaced: number;
  unplaced_names?: string[];
  style: VectorStyleSpec;
}

/** Rows of legs from end to end; ~row for a leg against its direction. */
export type RunSpec = number[];

/** How many lanes a leg lies to the left of its track; null for one that no other corridor has. */
export type LaneSpec = number | null;

/** The course of a corridor. */
export interface CourseSpec {
  /** The colour of its name; by default that of other names. */
  color?: string;
  runs: RunSpec[];
  /** That of each leg. */
  lanes?: LaneSpec[];
}

/** A transport corridor. */
export interface CorridorSpec extends LayerCommon {
  kind: "corridor";
  legs: TableSpec;
  nodes: TableSpec;
  course: CourseSpec;
  /** Whether it has a colour of its own, and shares its legend with the others of the map. */
  told_apart: boolean;
}

/** Pieces of a network that routes use. */
export interface RoutesSpec extends LayerCommon, TableSpec, SearchedSpec {
  kind: "routes";
  /** The numbers of occurrences whose widths the legend shows, the greatest first. */
  widths: number[];
}

/** A class of a raster. */
export interface ClassSpec {
  /** None for relief, and for the greatest class of measurements. */
  value: number | null;
  label: string;
  color: string;
}

/** The legend of a raster, with its classes. */
export interface ClassesSpec {
  title: string | null;
  unit: string | null;
  /** False leaves the legend out. */
  shown?: boolean;
  entries: ClassSpec[];
}

/** The legend of a raster of measurements; a ramp has no entries. */
export interface RampSpec extends ClassesSpec {
  ramp: string[];
  min: number;
  max: number;
  /** Shares of the bar and their values: the ends, and round ones between. */
  ticks: [number, number][];
}

/** Codes of cells: 0 for no data, else a class from 1, or 1 + steps above the least value. */
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
  /** The greatest value of each colour but the last; without it they have equal steps. */
  limits?: number[];
  /** The number of each cell's colour, from 1, where values do not decide it. */
  shades?: PayloadId;
}

/** A raster: an image, or the cells that make one. */
export interface RasterSpec extends LayerFields {
  kind: "raster";
  bounds: BoundsSpec;
  payload?: PayloadId;
  mime?: string;
  cells?: CellsSpec;
  opacity: number;
  pixelated: boolean;
  legend: RampSpec | ClassesSpec;
}

/** Online tiles. */
export interface TilesSpec extends LayerCommon {
  kind: "tiles";
  url: string;
  subdomains: string[];
  min_zoom: number;
  max_zoom: number;
  /** The credit of the tiles: pieces of text, each with its link or null. */
  attribution: [string, string | null][];
}

/** Tiles in a PMTiles file beside the page. */
export interface ArchiveSpec extends LayerCommon {
  kind: "archive";
  url: string;
  mime: string;
  min_zoom: number;
  max_zoom: number;
  /** As of online tiles. */
  attribution: [string, string | null][];
}

export type LayerSpec =
  | TilesSpec
  | ArchiveSpec
  | BaseSpec
  | PointsSpec
  | VectorSpec
  | CorridorSpec
  | RoutesSpec
  | RasterSpec;
