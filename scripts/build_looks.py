"""Try every keyword of a layer with every kind of data, and write the tables of ``docs/looks.md``.

python scripts/build_looks.py
"""

from __future__ import annotations

import sys
import tempfile
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import rasterio
import shapely
import xyzservices
from affine import Affine
from scipy.io import netcdf_file

REPO = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPO))

import minmap as mm  # noqa: E402
from minmap.errors import MinmapError  # noqa: E402
from minmap.maps.options import LAYER_DEFAULTS  # noqa: E402
from minmap.webmap.data_layer import DataLayer  # noqa: E402

PAGE = REPO / "docs" / "looks.md"
START, END = "<!-- tables: scripts/build_looks.py -->\n", "<!-- end of the tables -->\n"
REFUSED = "–"
COUNT = 20


@dataclass(frozen=True)
class Trial:
    """What a keyword is tried with.

    `needs` are the keywords without which it says nothing; `does` is what it does, for all kinds of
    data or by what they draw; the table has `same` where nothing changes.
    """

    value: Any
    does: str | Mapping[str, str]
    needs: Mapping[str, Any] = field(default_factory=dict)
    same: str | None = None


CLASSED, VALUED = {"color": "number"}, {"color": "kind"}
RAMP = {"color": "number", "scheme": "Continuous"}
COLORS = {"points": "symbols", "lines": "lines", "areas": "fills", "raster": "cells"}
TRIALS = {
    "name": Trial("Mine", "name in the panel"),
    "color": Trial("kind", {**COLORS, "one": "one colour"}),
    "scheme": Trial("Quantiles", "classes", CLASSED),
    "k": Trial(3, "classes", CLASSED),
    "palette": Trial("viridis", COLORS, CLASSED),
    "vmin": Trial(2, "end of the ramp", RAMP),
    "vmax": Trial(9, "end of the ramp", RAMP),
    "legend": Trial("Kinds", "title, or none"),
    "unit": Trial("g/t", "beside the title", CLASSED),
    "per": Trial("area", {"areas": "per area"}, CLASSED),
    "legend_order": Trial(["c", "a"], "first entries", VALUED),
    "legend_hidden": Trial(["a"], "off at first", VALUED),
    "size": Trial("number", {"points": "area of symbols", "one": "of symbols"}),
    "shape": Trial("kind", {"points": "symbols", "one": "one shape"}),
    "shapes": Trial(["star", "plus", "cross"], "by value", {"shape": "kind"}),
    "line_width": Trial("number", "width of lines"),
    "dash": Trial("kind", {"lines": "lines", "areas": "outlines"}),
    "dashes": Trial(["dotted", "solid", "dashed"], "by value", {"dash": "kind"}),
    "opacity": Trial("share", {**COLORS, "one": "one for all"}),
    "outline": Trial("white", {"points": "of symbols", "areas": "of areas", "one": "of symbols"}),
    "outline_width": Trial(2, {"points": "of symbols", "areas": "of areas", "one": "of symbols"}),
    "order": Trial("reversed", "drawn last, on top"),
    "view": Trial("hexagons", "how they are drawn at first"),
    "label": Trial("name", {"points": "beside", "lines": "on the line", "areas": "inside"}),
    "label_priority": Trial("number", "first in line", {"label": "name"}),
    "label_zoom": Trial(6, "from this zoom", {"label": "name"}),
    "popup": Trial(["number"], "its rows"),
    "tooltip": Trial(["number"], "its rows"),
    "filters": Trial({"number": (2, 9)}, "its filters"),
    "fields": Trial(["dep_type"], "more columns", same="all are there"),
    "band": Trial(2, "band"),
    "kind": Trial("classes", "classes or values"),
    "classes": Trial({1: "one", 2: "two"}, "names"),
    "stretch": Trial("quantile", "linear, log, ..."),
    "nodata": Trial(3, "left out"),
    "group": Trial("Mine", "heading"),
    "show": Trial(value=False, does="off at first"),
    "crs": Trial("EPSG:4326", "where none is given"),
    "layer": Trial("second", "of the file"),
    "bounds": Trial((60, 41, 64, 45), "of an array", {"crs": "EPSG:4326"}),
}  # fmt: skip
# Kinds of data without columns take one value for all.
ALIKE = {"color": "crimson", "size": 12, "shape": "star", "opacity": 0.4, "order": "number"}


def table(shapes: Any) -> gpd.GeoDataFrame:
    """Return geometries with a column of each type."""
    number = np.arange(COUNT)
    columns = {
        "name": [f"place {n}" for n in number], "kind": [*"abc"] * 6 + ["a", "b"],
        "number": number + 0.5, "reversed": -number, "share": number / COUNT, "dep_type": "vein",
    }  # fmt: skip
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=4326)


@cache
def points() -> gpd.GeoDataFrame:
    """Return points that know more columns than they carry: those of a table of `minmap.read`."""
    read = mm.read(mm.sample("major_deposits_central_asia.csv")).head(COUNT)
    made = table(read.geometry.array).drop(columns=["geometry", "name", "dep_type"])
    return read.assign(**made)


def lines() -> gpd.GeoDataFrame:
    return table([shapely.LineString([(60, 40 + n), (62, 41 + n)]) for n in range(COUNT)])


def areas() -> gpd.GeoDataFrame:
    return table([shapely.box(60, 40 + n, 62, 41 + n) for n in range(COUNT)])


def vector_file(folder: Path, keyword: str) -> Path:
    """Write areas as a GeoPackage of one layer or of two, or as a shapefile without a CRS."""
    if keyword == "crs":
        areas().set_crs(None, allow_override=True).to_file(folder / "areas.shp")
        return folder / "areas.shp"
    path = folder / f"areas_{keyword}.gpkg"
    for layer in ("first", "second")[: 1 + (keyword == "layer")]:
        areas().to_file(path, layer=layer)
    return path


def raster(folder: Path, keyword: str) -> Any:
    """Write two bands of whole numbers, or two variables; or return an array."""
    if keyword == "bounds":
        return np.arange(64).reshape(8, 8)
    if keyword == "layer":
        return variables(folder / "cells.nc")
    path, cells = folder / f"cells_{keyword}.tif", np.arange(64, dtype="int16").reshape(8, 8)
    profile = {"driver": "GTiff", "width": 8, "height": 8, "count": 2, "dtype": cells.dtype}
    crs = None if keyword == "crs" else "EPSG:4326"
    transform = Affine(0.5, 0, 60, 0, -0.5, 45)
    with rasterio.open(path, "w", crs=crs, transform=transform, **profile) as out:
        out.write(cells, 1)
        out.write(cells.T, 2)
    return path


def variables(path: Path) -> Path:
    """Write two variables as netCDF."""
    with netcdf_file(path, "w") as file:
        for name in ("lat", "lon"):
            file.createDimension(name, 8)
            file.createVariable(name, "d", (name,))[:] = np.arange(40, 48)
        for name in ("first", "second"):
            file.createVariable(name, "d", ("lat", "lon"))[:] = np.arange(64).reshape(8, 8)
    return path


@cache
def routes() -> gpd.GeoDataFrame:
    middle = mm.corridor("middle")
    network = mm.Network.from_corridors(middle)
    return mm.routes(mm.access(points().head(3), to="poti_port", network=network))


def placed(make: Callable[[], Any]) -> Callable[[Path, str], Any]:
    """Return a function that makes data, without a coordinate reference system to try `crs`."""

    def made(_folder: Path, keyword: str) -> Any:
        return make().set_crs(None, allow_override=True) if keyword == "crs" else make()

    return made


def whole(make: Callable[[], Any]) -> Callable[[Path, str], Any]:
    return lambda _folder, _keyword: make()


@dataclass(frozen=True)
class Kind:
    """A kind of data: how it is made, and what it draws."""

    make: Callable[[Path, str], Any]
    draws: str


KINDS = {
    "points": Kind(placed(points), "points"),
    "lines": Kind(placed(lines), "lines"),
    "areas": Kind(placed(areas), "areas"),
    "a vector file": Kind(vector_file, "areas"),
    "a GeoSeries": Kind(placed(lambda: points().geometry), "one"),
    "a Corridor": Kind(whole(lambda: mm.corridor("middle")), "one"),
    "routes": Kind(placed(routes), "lines"),
    "a raster": Kind(raster, "raster"),
    "online tiles": Kind(whole(lambda: xyzservices.providers.OpenTopoMap), "raster"),
    "a folium element": Kind(whole(lambda: folium.FeatureGroup("mine")), "one"),
}


def drawn(data: Any, options: Mapping[str, Any]) -> Any:
    """Return all that a page has of a layer."""
    page = mm.Map().add(data, **options)
    layer = [*page._children.values()][-1]
    if not isinstance(layer, DataLayer):
        return getattr(layer, "panel_group", None)
    return layer.describe(""), {name: make() for name, make in layer.payloads.items()}


def value_for(keyword: str, kind: Kind) -> Any:
    """Return what a keyword is tried with."""
    value = TRIALS[keyword].value
    return ALIKE.get(keyword, value) if kind.draws in ("one", "raster") else value


def tried(keyword: str, kind: Kind, folder: Path) -> tuple[str | None, str]:
    """Return what a keyword does with a kind of data, or None, and the error that refuses it.

    Raises
    ------
    LookupError
        If it is taken and changes nothing.
    """
    trial = TRIALS[keyword]
    data = kind.make(folder, keyword)
    value = value_for(keyword, kind)
    needs = trial.needs
    for known in (trial.needs, {}):
        try:
            needs, before = known, drawn(data, known)
        except MinmapError:
            before = None
        else:
            break
    try:
        after = drawn(data, {**needs, keyword: value})
    except MinmapError as error:
        return None, str(error)
    if after == before:
        if trial.same is None:
            raise LookupError(f"{keyword}={value!r} changes nothing")
        return trial.same, ""
    does = trial.does if isinstance(trial.does, str) else trial.does[kind.draws]
    return does, ""


@cache
def results() -> dict[tuple[str, str], tuple[str | None, str]]:
    """Return what is found of each keyword and each kind."""
    found = {}
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, kind in KINDS.items():
            for keyword in LAYER_DEFAULTS:
                try:
                    found[keyword, name] = tried(keyword, kind, Path(folder))
                except (LookupError, TypeError) as error:
                    error.add_note(f"{keyword}= with {name}")
                    raise
    return found


def tables() -> str:
    """Return the tables in Markdown: tables of the user first, then what has a look of its own."""
    kinds = list(KINDS)
    return "\n".join(_table(some) for some in (kinds[:5], kinds[5:]))


def _table(kinds: list[str]) -> str:
    rows = [["keyword", *kinds], ["---"] * (len(kinds) + 1)]
    rows += [
        [f"`{keyword}`", *(results()[keyword, kind][0] or REFUSED for kind in kinds)]
        for keyword in LAYER_DEFAULTS
    ]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def page() -> str:
    """Return the page with its tables as they are found."""
    before, rest = PAGE.read_text(encoding="utf-8").split(START)
    return before + START + tables() + END + rest.split(END)[1]


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
