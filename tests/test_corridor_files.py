"""A corridor's file: what is saved comes back, and what is broken is named."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from minmap.errors import ChoiceError, FileError
from minmap.transport.trade_corridors import Corridor
from minmap.transport.trade_corridors.catalogue import corridor, corridors
from minmap.transport.trade_corridors.leg_table import MODES

WAY = [("Aktau", 51.15, 43.6), ("Alat", 49.4, 39.9), ("Poti", 41.7, 42.1)]


@pytest.fixture(scope="module")
def toy() -> Corridor:
    made = Corridor.from_waypoints(WAY, id="toy", mode=["sea", "rail"], gauge_mm=[None, 1520])
    return Corridor(
        "toy",
        title="Toy «corridor» — Ақтау",
        description='Two legs, "quoted".\nOn two lines.',
        legs=made.legs.assign(toll=[1, 2], slope=[0.1, np.nan], owner=[None, "ADY"]),
        nodes=made.nodes.assign(open=[True, False, None]),
        sources=[{"title": "a page", "licence": "CC0", "url": "https://example.org/?a=1&b=2"}],
        variants={
            "through": {
                "title": "All the way",
                "legs": ["aktau-alat", "alat-poti"],
                "published_km": 1300,
                "published_source": "USAID, 2022",
            }
        },
    )


@pytest.fixture
def saved(toy: Corridor, tmp_path: Path) -> Path:
    return toy.save(tmp_path / "toy.geojson")


def test_round_trip_is_exact(toy, saved):
    again = Corridor.from_file(saved)
    assert again == toy
    pd.testing.assert_frame_equal(again.legs, toy.legs)
    pd.testing.assert_frame_equal(again.nodes, toy.nodes)
    assert (again.sources, again.description) == (toy.sources, toy.description)
    assert again.variants.equals(toy.variants)
    assert again.save(saved.with_name("again.geojson")).read_bytes() == saved.read_bytes()


@pytest.mark.parametrize("corridor_id", corridors()["id"])
def test_round_trip_of_the_catalogue_is_exact(corridor_id, tmp_path):
    it = corridor(corridor_id)
    assert Corridor.from_file(it.save(tmp_path / "a.geojson")) == it


places = st.tuples(
    st.text(max_size=8),
    st.floats(45, 60).map(lambda lon: round(lon, 6)),
    st.floats(36, 48).map(lambda lat: round(lat, 6)),
)


@pytest.mark.exhaustive
@settings(max_examples=25, deadline=None)
@given(
    st.lists(places, min_size=2, max_size=4, unique_by=lambda place: place[1:]),
    st.sampled_from(MODES),
    st.text(max_size=10),
)
def test_round_trip_of_anything(tmp_path_factory, way, mode, title):
    path = tmp_path_factory.mktemp("any") / "any.geojson"
    it = Corridor.from_waypoints(way, id="any", title=title, mode=mode)
    assert Corridor.from_file(it.save(path)) == it


def test_file_is_geojson_one_feature_a_line(toy, saved):
    lines = saved.read_text(encoding="utf-8").splitlines()
    collection = json.loads("\n".join(lines))
    assert len(lines) == len(toy) + len(toy.nodes) + 2
    assert collection == json.loads(json.dumps(toy.__geo_interface__))
    assert collection["corridor"]["variants"]["through"]["legs"] == ["aktau-alat", "alat-poti"]
    assert len(gpd.read_file(saved)) == 5  # GDAL takes it as any other GeoJSON
    assert json.loads(lines[1].rstrip(","))["properties"]["slope"] == 0.1


def test_no_legs_at_all(toy, tmp_path):
    empty = Corridor("none", title="None", legs=toy.legs.iloc[:0], nodes=toy.nodes.iloc[:0])
    again = Corridor.from_file(empty.save(tmp_path / "none.geojson"))
    assert (len(again), len(again.nodes)) == (0, 0)
    assert list(again.legs.columns)[:3] == ["leg_id", "from_node", "to_node"]


# --- writing -------------------------------------------------------------------------------------


def test_nothing_is_written_when_it_fails(toy, saved):
    before = saved.read_bytes()
    infinite = toy.legs.assign(slope=np.inf)
    broken = Corridor("toy", title="Toy", legs=infinite, nodes=toy.nodes)
    with pytest.raises(FileError, match=r"toy\.geojson: JSON cannot hold an infinite number"):
        broken.save(saved)
    assert saved.read_bytes() == before
    assert [file.name for file in saved.parent.iterdir()] == [saved.name]


def test_a_folder_that_is_not_there_is_named(toy, tmp_path):
    with pytest.raises(FileError, match="nowhere does not exist"):
        toy.save(tmp_path / "nowhere" / "toy.geojson")


# --- broken files --------------------------------------------------------------------------------


def changed(saved: Path, *keys: Any, to: Any) -> Path:
    """Write the file with one value exchanged."""
    whole = json.loads(saved.read_text(encoding="utf-8"))
    inner = whole
    for key in keys[:-1]:
        inner = inner[key]
    inner[keys[-1]] = copy.deepcopy(to)
    saved.write_text(json.dumps(whole), encoding="utf-8")
    return saved


LEG = ("features", 0, "properties")
NODE = ("features", 2, "properties")


@pytest.mark.parametrize(
    ("keys", "value", "message"),
    [
        ((*LEG, "mode"), "train", r"mode of leg 'aktau-alat'='train'.*Choose one of"),
        ((*LEG, "mode"), None, "mode of leg 'aktau-alat'"),
        ((*LEG, "status"), 7, "status of leg 'aktau-alat'='7'"),
        ((*LEG, "length_km"), "far", "length_km of leg 'aktau-alat'='far' is not a number"),
        ((*LEG, "length_km"), [1], r"length_km of leg 'aktau-alat'=\[1\] is not a number"),
        ((*LEG, "length_km"), -3, "length_km of leg 'aktau-alat'=-3.0"),
        ((*LEG, "gauge_mm"), 1520.5, "gauge_mm of leg 'aktau-alat'=1520.5 is not a whole"),
        ((*LEG, "note"), {"a": 1}, "note of leg 'aktau-alat'={'a': 1} is not text"),
        ((*LEG, "to_node"), "nowhere", "to_node of leg 'aktau-alat'='nowhere'"),
        ((*LEG, "leg_id"), "alat-poti", "leg_id='alat-poti' occurs twice"),
        ((*LEG, "leg_id"), None, "feature 0 has neither leg_id nor node_id"),
        ((*NODE, "kind"), "harbour", "kind of node 'aktau'='harbour'"),
        (LEG, None, "feature 0 has no properties"),
        (("features", 0), "leg", "feature 0 has no properties"),
        (("features", 0, "geometry"), None, "leg_id='aktau-alat': its geometry cannot be read"),
        (
            ("features", 0, "geometry", "coordinates"),
            [[51, "x"], [50, 40]],
            "leg_id='aktau-alat': its geometry cannot be read",
        ),
        (
            ("features", 0, "geometry", "coordinates"),
            [[51, None], [50, 40]],
            "leg_id='aktau-alat': its geometry cannot be read",
        ),
        (("features", 0, "geometry", "coordinates"), [], "'aktau-alat'"),
        (("features", 0, "geometry", "type"), "Circle", "its geometry cannot be read"),
        (
            ("features", 2, "geometry"),
            {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]},
            "'aktau' is Polygon; give one Point",
        ),
        (("features", 2, "geometry", "coordinates"), [5_700_000, 5_400_000], "another CRS"),
        (("features",), {}, "has no list of features"),
        (("corridor",), None, 'no member "corridor".*Corridor.from_lines'),
        (("corridor", "id"), None, "id=None is not text"),
        (("corridor", "title"), 5, "title=5 is not text"),
        (("corridor", "sources"), {}, "sources={} is of type dict; give a list"),
        (("corridor", "sources"), ["a"], r"sources\[0\]='a' is of type str; give a list"),
        (("corridor", "variants"), [], r"variants=\[\] is of type list; give dictionaries"),
        (("corridor", "variants"), {"v": {"legs": ["x"]}}, "leg of variant 'v'='x'"),
        (("corridor", "variants"), {"v": None}, "variant 'v' is None"),
    ],
)
def test_what_is_broken_is_named_with_the_file(saved, keys, value, message):
    path = changed(saved, *keys, to=value)
    with pytest.raises(FileError, match=message) as raised:
        Corridor.from_file(path)
    assert str(raised.value).startswith(str(path))
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is not JSON"),
        (b"{", "is not JSON"),
        (b"\xff\xfe\x00", "is not JSON"),
        (b"\x89PNG\r\n", "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
        (b'{"a": NaN}', "NaN is not a JSON number"),
        (b"[]", "is a JSON list"),
        (b'"text"', "is a JSON str"),
    ],
)
def test_what_is_no_such_file_at_all(tmp_path, content, message):
    path = tmp_path / "mine.geojson"
    path.write_bytes(content)
    with pytest.raises(FileError, match=message) as raised:
        Corridor.from_file(path)
    assert "\n" not in str(raised.value)


def test_no_file_and_a_folder(tmp_path):
    with pytest.raises(FileError, match="cannot be read: No such file"):
        Corridor.from_file(tmp_path / "no.geojson")
    with pytest.raises(FileError, match="cannot be read: Is a directory"):
        Corridor.from_file(tmp_path)


def test_what_a_file_may_leave_out(saved):
    whole = json.loads(saved.read_text(encoding="utf-8"))
    for feature in whole["features"]:
        feature["properties"].pop("note")
    for name in ("description", "variants", "sources"):
        whole["corridor"].pop(name)
    saved.write_text("\ufeff" + json.dumps(whole), encoding="utf-8")
    it = Corridor.from_file(saved)
    assert it.legs["note"].isna().all()
    assert (it.description, it.sources, len(it.variants)) == ("", (), 0)


# --- the catalogue -------------------------------------------------------------------------------


def test_table_of_the_catalogue_says_what_the_corridors_hold():
    table = corridors()
    assert table["id"].is_unique
    for row in table.itertuples():
        it = corridor(row.id)
        assert (row.id, row.title) == (it.id, it.title)
        assert (row.legs, row.nodes, row.variants) == (len(it), len(it.nodes), len(it.variants))
        km = [getattr(row, f"{mode}_km") for mode in MODES]
        assert km == pytest.approx([it.length_km(mode) for mode in MODES], abs=0.06)
        assert row.countries == " ".join(it.countries)
        assert row.statuses.split("; ") == list(dict.fromkeys(it.legs["status"]))
        assert row.licence


def test_catalogue_reads_a_corridor_once():
    assert corridor("middle") is corridor("middle")


def test_unknown_corridor_lists_the_known():
    with pytest.raises(ChoiceError, match=r"corridor='midle'.*'middle'.*Choose one of: .*middle"):
        corridor("midle")


def test_interface_is_read_by_geopandas(toy):
    frame = gpd.GeoDataFrame.from_features(toy, crs=4326)
    assert len(frame) == 5
    assert shapely.equals(frame.geometry[0], toy.legs.geometry[0])
