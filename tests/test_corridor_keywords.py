"""Keywords of corridors and networks: an unknown one raises an error that shows the nearest."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pytest
from shapely import LineString

import minmap as mm
from minmap.errors import ChoiceError

LINES = gpd.GeoDataFrame(geometry=[LineString([(68, 48), (70, 48)])], crs=4326)
PORTS = [("Aktau", 51.2, 43.6), ("Alat", 49.4, 39.9)]
FERRY = mm.Corridor.from_waypoints(PORTS, id="ferry", mode="sea")
NETWORK = mm.Network.from_corridors(FERRY)
LEGS, NODES = FERRY.legs, FERRY.nodes


@pytest.mark.parametrize(
    ("function", "arguments", "wrong", "near"),
    [
        (mm.Corridor, {"id": "a", "title": "A", "legs": LEGS, "nodes": NODES}, "source", "sources"),
        (mm.Corridor.from_lines, {"lines": LINES}, "gauge", "gauge_mm"),
        (mm.Corridor.from_waypoints, {"waypoints": PORTS, "id": "a"}, "modes", "mode"),
        (mm.Corridor.from_file, {}, "pth", "path"),
        (FERRY.save, {}, "pth", "path"),
        (FERRY.variant, {}, "names", "name"),
        (FERRY.length_km, {}, "modes", "mode"),
        (mm.Network, {"nodes": NODES, "edges": LEGS}, "join", "joins"),
        (mm.Network.from_corridors, {}, "corridor", "corridors"),
        (mm.Network.from_lines, {"lines": LINES}, "join_within", "join_within_m"),
        (NETWORK.joined, {"other": NETWORK}, "within_m", "within_km"),
        (NETWORK.bridged, {}, "within_m", "within_km"),
        (NETWORK.doctor, {}, "within_km", "gaps_within_km"),
        (mm.corridor, {}, "corridors_id", "corridor_id"),
        (mm.nearest, {"occurrences": LINES}, "corridors", "corridor"),
    ],
)
def test_an_unknown_keyword_shows_the_nearest(
    function: Any, arguments: dict[str, Any], wrong: str, near: str
) -> None:
    with pytest.raises(ChoiceError, match=f"{wrong}=1 is not an argument of .*mean '{near}'"):
        function(**arguments, **{wrong: 1})


def test_a_warning_points_at_the_line_of_the_caller() -> None:
    empty = gpd.GeoDataFrame(geometry=[None, *LINES.geometry], crs=4326)
    for function in (mm.Corridor.from_lines, mm.Network.from_lines):
        with pytest.warns(mm.MinmapWarning, match="are left out") as caught:
            function(empty)
        assert caught[0].filename == __file__
    with pytest.warns(mm.MinmapWarning, match="no usable geometry") as caught:
        mm.nearest(empty, FERRY)
    assert caught[0].filename == __file__
