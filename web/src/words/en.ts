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
  layers: "Layers",
  hide: "Hide",
  opacity: "Opacity",
  opacityOf: "Opacity of {name}",
  unplaced: {
    one: "{n} record has no location that can be drawn",
    other: "{n} records have no location that can be drawn",
  } as Plural,
  widthLegend: "Width: occurrences on the way",

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
  pickedShown: "{n} picked, {shown} of them shown",
  boxHelp: "Drag a box. With Shift it adds to what is picked; Escape cancels.",
  lassoHelp: "Drag around the records. With Shift it adds to what is picked; Escape cancels.",
  polygonHelp: "Click the corners; double-click or Enter ends. With Shift it adds to what is picked; Escape cancels.",

  // Records
  records: { one: "{n} record", other: "{n} records" } as Plural,
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
