"""Whatever a public function is given, it works or says in one line of minmap's what is wrong."""

import inspect
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import LineString, Point, box

import minmap as mm
from minmap import geodesy, vocabulary

pytestmark = pytest.mark.exhaustive

POINTS = gpd.GeoDataFrame(
    {"occurrence_id": ["a:1", "a:2"], "name": ["A", "B"], "commodities": ["Au", "Cu Ag"]},
    geometry=[Point(67.4, 47.8), Point(71.5, 51.2)],
    crs="EPSG:4326",
)
LINES = gpd.GeoDataFrame(geometry=[LineString([(67, 47), (72, 51)])], crs="EPSG:4326")
NETWORK = mm.Network.from_lines(LINES)
CORRIDOR = mm.Corridor.from_lines(LINES, id="line")
NODE = NETWORK.nodes["node_id"].iloc[0]
OTHER_NODE = NETWORK.nodes["node_id"].iloc[-1]
LEG = NETWORK.edges["leg_id"].iloc[0]
FINDINGS = mm.check(POINTS)
REACHED = mm.access(POINTS, to=NODE, network=NETWORK, routes=True)
LINKS = mm.link(POINTS)
SOLVING = {"to": NODE, "network": NETWORK}
CSV = b"name,lat,lon,commodity\nAkbakai,45.1,72.7,Gold\n"

WRONG = [
    None,
    True,
    -1,
    0,
    10**400,
    2.5,
    float("nan"),
    float("inf"),
    1 + 2j,
    "",
    "500 km",
    "\0",
    b"bytes",
    [],
    [1, 2],
    ["a", None],
    [[1, 2], [3]],
    (67.4, 47.8),
    {},
    {"a": 1},
    {1, "a"},
    object(),
    int,
    Point(67.4, 47.8),
    box(0, 0, 1, 1),
    np.array([1.0, np.nan]),
    np.array([["a", "b"]]),
    np.float64(3),
    pd.NA,
    pd.NaT,
    pd.Timestamp("2020-01-01"),
    pd.Series([1.0, 2.0]),
    pd.Series(["a", None]),
    pd.DataFrame({"a": [1]}),
    gpd.GeoSeries([Point(0, 0)], crs=4326),
    gpd.GeoDataFrame(),
    POINTS,
    POINTS.set_crs("EPSG:3857", allow_override=True),
    gpd.GeoDataFrame({"a": [1]}, geometry=[Point(float("nan"), 1)], crs=4326),
    gpd.GeoDataFrame({"a": [1]}, geometry=[None], crs=4326),
    gpd.GeoDataFrame({"a": [1]}, geometry=[Point(1, 1)]),
]


def _read(**given: Any) -> object:
    return mm.read(given.pop("file", io.BytesIO(CSV)), **given)


def name_of(value: object) -> str:
    text = repr(value).splitlines()[0][:30].replace("\0", "NUL") if value is not None else "None"
    return f"{type(value).__name__} {text}"


def valid(target: Any) -> dict[str, tuple[Callable[..., object], dict[str, Any]]]:
    """Return each public function with arguments that it takes."""
    shapes = POINTS.geometry
    codes = pd.Series(["Au", "Cu Ag"])
    path = str(target / "out.csv")
    of_map = {"data": POINTS}
    return {
        "access": (mm.access, {"occurrences": POINTS, **SOLVING}),
        "assumptions": (mm.assumptions, {}),
        "catchment": (mm.catchment, SOLVING),
        "check": (mm.check, {"occurrences": POINTS}),
        "check_rules": (mm.check_rules, {}),
        "closed_access": (mm.closed_access, {"occurrences": POINTS, "legs": LEG, **SOLVING}),
        "closures": (mm.closures, {"occurrences": POINTS, "legs": LEG, **SOLVING}),
        "compare_access": (
            mm.compare_access,
            {"occurrences": POINTS, "cases": {"a": {}, "b": {"objective": "km"}}, **SOLVING},
        ),
        "compare_critical": (
            mm.compare_critical,
            {"occurrences": POINTS, "earlier": "US-2022", "later": "US-2025"},
        ),
        "corridor": (mm.corridor, {"corridor_id": "middle"}),
        "corridors": (mm.corridors, {}),
        "critical": (mm.critical, {"list_id": "US-2025"}),
        "critical_lists": (mm.critical_lists, {}),
        "merge": (lambda table, **given: mm.merge(table, POINTS, **given), {"table": POINTS}),
        "describe_match": (mm.describe_match, {"table": POINTS}),
        "draft_vocabulary": (mm.draft_vocabulary, {"table": POINTS}),
        "link": (lambda table, **given: mm.link(table, POINTS, **given), {"table": POINTS}),
        "nearest": (mm.nearest, {"occurrences": POINTS, "corridor": CORRIDOR}),
        "read": (_read, {}),
        "read_parts": (mm.read_parts, {"file": str(target / "in.csv")}),
        "repair": (mm.repair, {"occurrences": POINTS, "findings": FINDINGS}),
        "review": (lambda links, **given: mm.review(links, POINTS, **given), {"links": LINKS}),
        "route": (mm.route, {"start": OTHER_NODE, **SOLVING}),
        "routes": (mm.routes, {"reached": REACHED, "network": NETWORK}),
        "sample": (mm.sample, {"name": "mrds_central_asia.csv"}),
        "sensitivity": (mm.sensitivity, {"start": OTHER_NODE, **SOLVING}),
        "select": (mm.select, {"occurrences": POINTS}),
        "sources": (mm.sources, {}),
        "statistics": (mm.statistics, {"commodity": "tin"}),
        "resources": (
            lambda table, **given: mm.resources(table, POINTS, **given),
            {"table": POINTS},
        ),
        "summarise_resources": (mm.summarise_resources, {"resources": mm.resources(POINTS)}),
        "summarise": (mm.summarise, {"occurrences": POINTS, "by": "country"}),
        "summarise_access": (mm.summarise_access, {"reached": REACHED}),
        "unknown_words": (mm.unknown_words, {"table": POINTS}),
        "undo_repairs": (mm.undo_repairs, {"occurrences": POINTS}),
        "write": (mm.write, {"frame": POINTS, "path": path}),
        "Map": (mm.Map, of_map),
        "Map.add": (mm.Map().add, of_map),
        "Map.add_countries": (
            mm.Map().add_countries,
            {"table": pd.DataFrame({"country": ["KAZ"], "n": [1.0]}), "value": "n"},
        ),
        "Map.save": (lambda outfile: mm.Map().save(outfile), {"outfile": str(target / "m.html")}),
        "Map.save_folder": (mm.Map().save_folder, {"folder": str(target / "folder")}),
        "Network": (mm.Network, {"nodes": NETWORK.nodes, "edges": NETWORK.edges}),
        "Network.bridged": (NETWORK.bridged, {"within_km": 1.0}),
        "Network.doctor": (NETWORK.doctor, {}),
        "Network.from_corridors": (mm.Network.from_corridors, {"corridors": CORRIDOR}),
        "Network.from_lines": (mm.Network.from_lines, {"lines": LINES}),
        "Network.joined": (NETWORK.joined, {"other": NETWORK, "within_km": 1.0}),
        "Corridor": (
            mm.Corridor,
            {"id": "line", "title": "Line", "legs": CORRIDOR.legs, "nodes": CORRIDOR.nodes},
        ),
        "Corridor.from_file": (mm.Corridor.from_file, {"path": path}),
        "Corridor.from_lines": (mm.Corridor.from_lines, {"lines": LINES, "id": "line"}),
        "Corridor.from_waypoints": (
            mm.Corridor.from_waypoints,
            {"waypoints": [("a", 67.0, 47.0), ("b", 72.0, 51.0)], "id": "line"},
        ),
        "Corridor.length_by": (lambda *, column: CORRIDOR.length_by(column), {"column": "mode"}),
        "Corridor.length_km": (CORRIDOR.length_km, {}),
        "Corridor.save": (CORRIDOR.save, {"path": str(target / "line.geojson")}),
        "Corridor.variant": (CORRIDOR.variant, {"name": "x"}),
        "geodesy.area_m2": (geodesy.area_m2, {"polygons": [box(0, 0, 1, 1)]}),
        "geodesy.buffer": (geodesy.buffer, {"shapes": shapes, "distance_km": 1.0}),
        "geodesy.distance_m": (geodesy.distance_m, {"starts": [0, 0], "ends": [1, 1]}),
        "geodesy.line_length_m": (geodesy.line_length_m, {"lines": LINES.geometry}),
        "geodesy.locate_along": (
            geodesy.locate_along,
            {"lines": LINES.geometry, "points": [[68.0, 48.0]]},
        ),
        "geodesy.nearest_on_lines": (
            geodesy.nearest_on_lines,
            {"points": [[68.0, 48.0]], "lines": LINES.geometry},
        ),
        "geodesy.nearest_on_shapes": (
            geodesy.nearest_on_shapes,
            {"places": [[68.0, 48.0]], "shapes": LINES.geometry},
        ),
        "geodesy.interpolate_along": (
            geodesy.interpolate_along,
            {"lines": LINES.geometry, "along_m": [10.0]},
        ),
        "geodesy.within_distance": (
            geodesy.within_distance,
            {"shapes": POINTS, "others": LINES, "distance_km": 10.0},
        ),
        "vocabulary.critical": (vocabulary.critical, {"list_id": "US-2025"}),
        "vocabulary.critical_codes": (vocabulary.critical_codes, {"list_id": "US-2025"}),
        "vocabulary.group_of": (vocabulary.group_of, {"codes": codes}),
        "vocabulary.members": (vocabulary.members, {"code": "REE"}),
        "vocabulary.parents": (vocabulary.parents, {"code": "Nd"}),
        "vocabulary.parse_commodities": (vocabulary.parse_commodities, {"values": codes}),
        "vocabulary.parse_qualifiers": (vocabulary.parse_qualifiers, {"values": codes}),
        "vocabulary.parse_terms": (
            vocabulary.parse_terms,
            {"values": codes, "vocabulary": "status"},
        ),
        "vocabulary.resolve_commodity": (vocabulary.resolve_commodity, {"word": "gold"}),
        "vocabulary.resolve_term": (
            vocabulary.resolve_term,
            {"word": "mine", "vocabulary": "site_types"},
        ),
        "vocabulary.labels": (vocabulary.labels, {"kind": "commodity"}),
    }


NAMES = list(valid(Path()))
# Shared arguments that a function passes on.
PASSED_ON = {
    "read": ("file", "source", "layer", "columns", "crs", "encoding", "vocabulary"),
    "link": ("decisions", "precision", "max_km"),
    "merge": ("links",),
    "resources": ("links", "headings"),
    "review": ("title", "language"),
    "Map": ("data", "title", "subtitle", "language", "theme", "location", "zoom_start"),
}


def parameters_of(name: str, function: Callable[..., object], given: dict[str, Any]) -> list[str]:
    kinds = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    own = [p.name for p in inspect.signature(function).parameters.values() if p.kind in kinds]
    if name == "Map":
        own = []  # the rest is folium's
    return list(dict.fromkeys([*given, *own, *PASSED_ON.get(name, ())]))


def faults_of(name: str, target: Any) -> Iterator[str]:
    """Call a function with each wrong value for each of its parameters; give what went wrong."""
    function, given = valid(target)[name]
    for parameter in parameters_of(name, function, given):
        for value in WRONG:
            try:
                function(**{**given, parameter: value})
            except mm.MinmapError as error:
                if "\n" in str(error) or not str(error).strip():
                    yield f"{name}({parameter}={name_of(value)}): not one line: {error}"
            except Exception as error:  # noqa: BLE001  # what this test is about
                yield f"{name}({parameter}={name_of(value)}): {type(error).__name__}: {error}"


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", NAMES)
def test_a_wrong_value_is_an_error_of_minmap(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # a name of a file may be made of a number
    Path("in.csv").write_bytes(CSV)
    faults = list(faults_of(name, tmp_path))
    assert not faults, "\n".join(faults)


def test_every_public_function_is_tried():
    for module, prefix in ((mm, ""), (geodesy, "geodesy."), (vocabulary, "vocabulary.")):
        for name in module.__all__:
            function = getattr(module, name)
            if inspect.isfunction(function) and inspect.signature(function).parameters:
                assert f"{prefix}{name}" in NAMES
