// The interface in English; every other language has the same keys. {name} stands for a value.

/** A text for each plural form that a language has (Unicode CLDR). */
export interface Plural {
  one?: string;
  few?: string;
  many?: string;
  other: string;
}

export const en = {
  // The panel
  zoomIn: "Zoom in",
  zoomOut: "Zoom out",
  layers: "Layers",
  hide: "Hide",
  groupPoints: "Occurrences",
  groupRoutes: "Routes and corridors",
  groupShapes: "Areas and lines",
  groupRasters: "Rasters",
  groupOther: "Other",
  groupBackground: "Background",
  opacity: "Opacity",
  opacityOf: "Opacity of {name}",
  unplaced: {
    one: "{n} record has no location that can be drawn",
    other: "{n} records have no location that can be drawn",
  } as Plural,
  widthLegend: "Width: occurrences on the way",
  classesBy: "Classes: {scheme}",
  ofColumn: "{name}: {value}",
  inClass: "{value} (class {label})",

  loading: "Loading {name}",
  needsServer: "This map is a folder of files: a page opened from a disk may not read them. Put the folder on a web server.",
  searching: "Searching…",
  notFetched: "What was asked for did not arrive: {reason}.",
  tryAgain: "Try again",

  // Searching and filtering
  search: "Search names",
  found: "What was found",
  foundCount: "{n} found",
  nothingFound: "Nothing found",
  hiddenFound: "Hidden by the filters: {n}",
  showOnly: "Show only these ({n})",
  onlyText: "“{text}” ×",
  dropText: "Stop showing only “{text}”",
  filters: "Filters",
  filtersOn: "Filters ({n} on)",
  addFilter: "Add a filter…",
  resetFilters: "Reset",
  active: "on",
  shownOf: "{n} of {all} shown",
  inViewOf: "{n} in view of {all} in all",
  find: "Find",
  findIn: "Find in {name}",
  showAll: "Show all {n}",
  notGiven: "not given",
  onNoList: "on none of them",
  from: "{name}, from",
  to: "{name}, to",
  histogram: "{name} from {from} to {to}, {n} records",
  play: "Let time pass",

  // How points are drawn
  symbols: "Symbols",
  bubbles: "Bubbles",
  heat: "Heat",
  drawnAs: "How {name} is drawn",
  uncertainty: "How uncertain each place is",

  // Table and picking out
  table: "Table",
  layer: "Layer",
  onlyInView: "In view",
  onlyPicked: "Picked",
  rowsOf: "{n} of {all}",
  saveAs: "Save as {kind}",
  closeTable: "Close the table",
  pick: "Pick records out",
  box: "Box",
  lasso: "Free line",
  polygon: "Polygon",
  pickView: "All in view",
  pickNone: "Pick none",
  pickedRecords: "Picked records",
  pickedCount: "{n} picked",
  needsNetwork: "This layer needs the network; all else is in this file.",
  noTiles: "Its tiles do not arrive: there is no network, or their server does not answer. The base map below is drawn from this file.",
  noTilesHere: "Online tiles do not arrive.",
  pickedShown: "{n} picked, {shown} of them shown",
  boxHelp: "Drag a box. With Shift it adds to what is picked; Escape cancels.",
  lassoHelp: "Drag around the records. With Shift it adds to what is picked; Escape cancels.",
  polygonHelp: "Click the corners; double-click or Enter ends. With Shift it adds to what is picked; Escape cancels.",

  // Records
  records: { one: "{n} record", other: "{n} records" } as Plural,
  closePopup: "Close popup",
  recordsHere: "Records at this place",
  previousRecord: "Previous record",
  nextRecord: "Next record",
  position: "{n} of {all}",
  latLon: "Latitude, longitude",
  source: "Source",
  noName: "{name}, no name",
  moreHere: "and {n} more here",

  // Ways
  wayToMarket: "Way to the market",
  wayTo: "Way to {name}",
  noRoute: "No route",
  wholeLength: "Whole length",
  roadTo: "Road to {name}",
  onBy: "On, {mode}",
  byRail: "by rail",
  byRoad: "by road",
  bySea: "by sea",
  byPipeline: "by pipeline",
  time: "Time",
  cost: "Cost",
  borders: "Borders",
  gaugeBreaks: "Breaks of gauge",
  countries: "Countries",
  wholeWay: "Show the whole way",
  onTheWay: "{n} on the way",
  toFacts: "to {name}: {facts}",
  since: "since {year}",
  asOf: "as of {year}",
  hours: "{n} h",
  days: { one: "{n} day", other: "{n} days" } as Plural,

  // The ruler
  measure: "Measure distance",
  measureHelp: "Click to add points; double-click or Enter to end, Escape to clear. Space adds the middle of the map.",
  total: "Total {length}",
  stepAndTotal: "{step}; total {total}",

  // The theme
  themeAuto: "Colours: as the system",
  themeLight: "Colours: light",
  themeDark: "Colours: dark",

  // The sheet
  printSheet: "Print sheet",
  sheetTitle: "Title",
  sheetSubtitle: "Subtitle",
  paper: "Paper",
  orientation: "Orientation",
  landscape: "Landscape",
  portrait: "Portrait",
  resolution: "Resolution",
  dotsPerInch: "{n} dpi",
  graticule: "Graticule",
  print: "Print",
  savePng: "Save PNG",
  drawing: "Drawing…",
  saved: "Saved: {width} × {height} pixels",
  sheetFails: "The sheet cannot be drawn: {reason}",
  doesNotFit: "The legend or the sources are too long for this paper: choose a larger one, or show fewer layers.",
  scaleAt: "1 : {n} at {place}",
  north: "{arc} N",
  south: "{arc} S",
  east: "{arc} E",
  west: "{arc} W",
  northUp: "North is up",
  northLetter: "N",
  sheetMade: "Web Mercator; lengths and scale on the WGS 84 ellipsoid. Made with minmap, {date}.",
  notOnSheet: "Not on this sheet: {names}",
  onlineTiles: "online tiles",
  otherLayer: "a layer of a plugin",

  // Sources
  sources: "Sources",
  sourcesAndLicences: "Sources and licences",
  drawnBy: "Drawn by minmap with ",
  notices: ". Software and licences: see the notices in this file.",
  licence: "Licence: {name}",
  noSource: "No source given.",
  close: "Close",

  // Errors
  mapFails: "The map cannot be set up.",
  layerFails: "The layer “{name}” cannot be shown.",
};

export type Words = { [key in keyof typeof en]: (typeof en)[key] extends string ? string : Plural };
