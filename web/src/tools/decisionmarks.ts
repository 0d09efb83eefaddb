// The marks of decided pairs on the map: a ring around each cross.

import { latOf, lonBeside, lonOf } from "../geo/mercator.ts";
import type { PointSet } from "../layers/points/pointset.ts";
import { AIDS_PANE } from "../ui/dom.ts";
import type { Decisions } from "./decisions.ts";

const RADIUS_PX = 9;

export class DecisionMarks {
  private readonly map: L.Map;
  private readonly points: PointSet;
  private readonly decisions: Decisions;
  private readonly drawn = L.layerGroup();

  constructor(map: L.Map, points: PointSet, decisions: Decisions) {
    this.map = map;
    this.points = points;
    this.decisions = decisions;
    this.drawn.addTo(map);
  }

  /** Draw the marks of the decided pairs that the filters show. */
  update(): void {
    const { points, decisions, drawn } = this;
    drawn.clearLayers();
    const { lng } = this.map.getCenter();
    for (let row = 0; row < decisions.count; row++) {
      const { answer } = decisions.of(row);
      if (answer === null || !points.selection.isShown(row)) continue;
      const [x, y] = points.placeOf(row);
      const className = `mm-decided mm-decided--${answer}`;
      const options = { className, pane: AIDS_PANE, interactive: false, radius: RADIUS_PX };
      L.circleMarker([latOf(y), lonBeside(lonOf(x), lng)], options).addTo(drawn);
    }
  }

  remove(): void {
    this.drawn.remove();
  }
}
