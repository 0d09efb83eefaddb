"""Write docs/placement.md: where each thing with shapes that `Map.add` takes is drawn."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.shape_sources import SOURCES, metres_off, steps_off  # noqa: E402

OUT = ROOT / "docs" / "placement.md"
STEP_CM = 3.7
HEAD = f"""# What can be drawn, and where it lies

`Map.add`, `minmap.select(polygon=)` and, where it is a file, the command line take all of these.
Each was drawn as areas, lines or points in UTM zone 42 north (EPSG:32642) or in degrees, and every
vertex on the page and in the [GeoPackage for QGIS](qgis.md) compared with what pyproj gives for it.
The page has a grid of {STEP_CM} cm at the equator. `scripts/build_placement.py` makes this table,
and a test makes it again.

| what you hold | its CRS comes from | farthest vertex on the page | in the GeoPackage |
| --- | --- | --- | --- |
"""
TAIL = """
What has no CRS and is not in degrees by a rule is refused until `crs=` says what it is; the message
lists where some systems would put it. A shapely geometry and WKT beyond the range of degrees are
refused too.

- **WKT and WKB in tables**: the first column whose values are all shapes, or one named `geometry`,
  `geom`, `wkt` or `wkb`. Shapes that cannot be read, such as arcs, are counted and left out.
  `minmap.read` takes lines and areas from such a column, in degrees unless `crs=` says otherwise,
  and points as coordinates.
- **Triangles, TINs and polyhedral surfaces** become polygons, in tables and in files of GDAL.
- **MapInfo .tab** must be a native table with its .dat, .map and .id beside it. Views, seamless
  maps, links and rasters are refused.
- **Not read**: PostGIS, WFS, WCS, ArcGIS REST and other addresses. The message shows the two lines
  of geopandas, pyogrio or rasterio that fetch them.
"""


def page() -> str:
    """Return the page."""
    with tempfile.TemporaryDirectory() as folder:
        rows = [
            f"| {source.name} | {source.system_from} | {_gap(index, folder)} |"
            for index, source in enumerate(SOURCES)
        ]
    return HEAD + "\n".join(rows) + "\n" + TAIL


def _gap(index: int, folder: str) -> str:
    """Return the gaps in words that do not depend on the last bit of a machine's arithmetic."""
    places = [Path(folder) / f"{index} {carrier}" for carrier in ("page", "geopackage")]
    for place in places:
        place.mkdir()
    steps = max(steps_off(SOURCES[index], places[0]), 1)
    off = metres_off(SOURCES[index], places[1])
    bound_cm = next(bound for bound in (1, 10, 100, 1e9) if off * 100 <= bound)
    return f"within {steps * STEP_CM:.1f} cm | within {bound_cm} cm"


if __name__ == "__main__":
    OUT.write_text(page(), encoding="utf-8")
