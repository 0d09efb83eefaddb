"""`mm.Widget` without a notebook: what it holds, checks and gives."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

import minmap as mm
from minmap.errors import ChoiceError, MinmapError, MinmapWarning
from minmap.scene.layer_records import Records


def table(**columns: Any) -> gpd.GeoDataFrame:
    """Five rows, the third without a place, in an order that is not the page's."""
    frame = gpd.GeoDataFrame(
        {
            "name": ["Éire", "Дея", "nowhere", "b", "c"],
            "status": ["Producer", "Producer", "Producer", "Prospect", None],
            "commodities": ["Cu Au", "Au", "Cu", None, "U"],
            "depth_m": [5.0, 1.0, 9.0, np.nan, 3.0],
            **columns,
        },
        geometry=gpd.points_from_xy([66, 60, None, 62, 64], [45, 45, None, 45, 45]),
        crs=4326,
        index=list("vwxyz"),
    )
    frame.attrs["sources"] = [{"title": "mine"}]
    return frame


def places(widget: mm.Widget, name: str = "Occurrences") -> dict[str, int]:
    """Where in the page each row of the table stands."""
    rows = widget._layers.by_name[name].records["data"].rows
    return {str(row): place for place, row in enumerate(rows)}


def says(widget: mm.Widget, **state: Any) -> None:
    """Let the page say something, as a notebook's message does."""
    widget.set_state(state)


def packed(*numbers: int) -> memoryview:
    return memoryview(np.array(numbers, "<i4").tobytes())


def test_rows_picked_on_the_page_come_back_as_the_table_had_them() -> None:
    frame = table()
    widget = mm.Widget(mm.Map(frame))
    at = places(widget)
    assert sorted(at) == ["0", "1", "3", "4"]
    says(widget, selected={"Occurrences": packed(at["4"], at["0"])})
    assert widget.selected == {"Occurrences": [0, 4]}
    picked = widget.selection()
    assert picked.equals(frame.loc[["v", "z"]])
    assert picked.attrs == frame.attrs
    assert widget.selection().crs == frame.crs


def test_the_table_may_change_after_it_was_given() -> None:
    frame = table()
    widget = mm.Widget(mm.Map(frame))
    frame.index = list("abcde")
    frame["name"] = "other"
    del frame["depth_m"]
    widget.selected = {"Occurrences": [1]}
    assert widget.selection().equals(table().loc[["w"]])


def test_what_is_picked_in_python_travels_as_places_of_the_page() -> None:
    widget = mm.Widget(mm.Map(table()))
    widget.selected = {"Occurrences": np.array([4, 0, 2])}
    assert widget.selected == {"Occurrences": [0, 2, 4]}
    at = places(widget)
    sent = widget.get_state("selected")["selected"]["Occurrences"]
    assert np.frombuffer(sent, "<i4").tolist() == sorted([at["0"], at["4"]])  # row 2 is nowhere
    assert widget.selection().index.tolist() == ["v", "x", "z"]
    widget.selected = {}
    assert widget.selection().equals(table().iloc[[]])


@given(st.lists(st.tuples(st.floats(-180, 180), st.floats(-89, 89)), min_size=1, max_size=30))
def test_places_and_rows_are_each_others_inverse(lonlat: list[tuple[float, float]]) -> None:
    lon, lat = np.array(lonlat).T
    frame = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs=4326)
    records = Records(frame, np.arange(len(frame)), sorted_points=True)
    assert sorted(records.rows.tolist()) == list(range(len(frame)))
    for row in range(len(frame)):
        assert records.rows[records.positions([row])].tolist() == [row]


@pytest.mark.parametrize(
    ("filters", "shown"),
    [
        ({}, "vwyz"),
        ({"status": "Producer"}, "vw"),
        ({"status": ["Prospect", None]}, "yz"),
        ({"commodities": ["Au"]}, "vw"),
        ({"commodities": ["Cu", "U"]}, "vz"),
        ({"commodities": [None]}, "y"),
        ({"critical": ["US-2025"]}, "vz"),
        ({"depth_m": (2, None)}, "vz"),
        ({"depth_m": (None, 4)}, "wz"),
        ({"depth_m": (0, 100)}, "vwyz"),
        ({"depth_m": None, "status": []}, "vwyz"),
        ({"text": "eire"}, "v"),
        ({"text": "ДЕЯ"}, "w"),
        ({"text": "  "}, "vwyz"),
        ({"status": "Producer", "depth_m": [0, 2]}, "w"),
    ],
)
def test_what_is_shown_passes_the_filters(filters: dict[str, Any], shown: str) -> None:
    widget = mm.Widget(mm.Map(table()))
    widget.filters = {"Occurrences": filters}
    assert "".join(widget.shown().index) == shown


@pytest.mark.parametrize(
    ("sheets", "chosen"),
    [
        (["L-42", "L-43", "x", "L-44", "L-42"], "L-42"),
        (["10", "7", "x", "8", "10"], "10"),
        (["http://a.b/7", "http://a.b/8", None, "http://a.b/9", "http://a.b/7"], "http://a.b/7"),
        (["7", "8", "x", None, "7"], "7"),
        ([True, False, False, False, True], True),
        ([True, False, None, None, True], True),
        ([True, False, None, None, True], [np.True_]),
    ],
)
def test_what_is_text_or_a_truth_is_filtered_by_its_terms(sheets: Any, chosen: Any) -> None:
    widget = mm.Widget(mm.Map(table(sheet=sheets)))
    widget.filters = {"Occurrences": {"sheet": chosen}}
    assert widget.shown().index.tolist() == ["v", "z"]


def test_a_column_called_as_a_filter_of_ours_has_its_own() -> None:
    named = {name: ["a", "b", "b", "b", "a"] for name in ("critical", "hidden", "text")}
    widget = mm.Widget(mm.Map(table(**named)))
    for name in named:
        widget.filters = {"Occurrences": {f"{name} (2)": "a"}}
        assert widget.shown().index.tolist() == ["v", "z"]
    widget.filters = {"Occurrences": {"critical": "US-2025", "text": "eire"}}
    assert widget.shown().index.tolist() == ["v"]


def test_the_legend_is_a_filter_too() -> None:
    widget = mm.Widget(mm.Map().add(table(), color="status", name="Mine"))
    widget.filters = {"Mine": {"hidden": ["Producer"]}}
    assert widget.shown("Mine").index.tolist() == ["y", "z"]
    says(widget, filters={"Mine": {"hidden": ["Producer", "Prospect"], "depth_m": [1, 5]}})
    assert widget.filters == {"Mine": {"hidden": ["Producer", "Prospect"], "depth_m": (1, 5)}}
    assert widget.shown("Mine").index.tolist() == ["z"]


def test_a_record_that_was_clicked_is_named_by_its_row() -> None:
    lakes = gpd.GeoDataFrame(
        {"name": ["none", "two", "one"]},
        geometry=[
            None,
            shapely.GeometryCollection([shapely.box(0, 0, 1, 1), shapely.Point(5, 5)]),
            shapely.box(3, 3, 4, 4),
        ],
        crs=4326,
    )
    middle = mm.corridor("middle")
    widget = mm.Widget(mm.Map(table()).add(lakes, name="Lakes").add(middle, name="Rail"))
    says(widget, clicked={"layer": "Lakes", "row": 1})  # the second part of the second row
    assert widget.clicked == {"layer": "Lakes", "row": 1}
    says(widget, clicked={"layer": "Lakes", "row": 2})
    assert lakes.loc[widget.clicked["row"], "name"] == "one"
    says(widget, clicked={"layer": "Rail", "row": 0, "part": "nodes"})
    node = middle.nodes.iloc[widget.clicked["row"]]
    first = widget._layers.by_name["Rail"].records["nodes"].rows[0]
    assert node["node_id"] == middle.nodes["node_id"].iloc[first]
    says(widget, clicked={"layer": "Occurrences", "row": places(widget)["3"]})
    assert widget.clicked == {"layer": "Occurrences", "row": 3}


def test_traits_are_observed_as_those_of_any_widget() -> None:
    widget = mm.Widget(mm.Map(table()))
    heard: list[Any] = []
    widget.observe(lambda change: heard.append((change.name, change.new)), ["view", "filters"])
    says(widget, view=[45, 60, 5], bounds=[[40, 50], [50, 70]])
    says(widget, filters={"Occurrences": {"status": ["Producer"]}})
    assert heard == [("view", (45, 60, 5)), ("filters", {"Occurrences": {"status": ["Producer"]}})]
    assert widget.view is not None
    assert widget.view.lat == 45
    assert widget.bounds == ((40, 50), (50, 70))
    widget.bounds = ((0, 0), (1, 1))
    assert widget.view is None  # until the page says what it made of it


def test_a_layer_comes_and_goes_and_only_its_own_payload_travels() -> None:
    page_map = mm.Map(table())
    widget = mm.Widget(page_map, view=(45, 60, 5))
    sent: list[dict[str, Any]] = []
    widget.send_state = lambda key=None: sent.append({"key": key})  # type: ignore[method-assign]
    assert widget.add(table(), color="status") is widget
    assert [message["key"] for message in sent] == ["_layer2_data", "_specs"]
    assert [spec["name"] for spec in widget._specs] == [
        "Base map",
        "Occurrences",
        "Occurrences (2)",
    ]
    assert len(page_map.layers()) == 2
    widget.selected = {"Occurrences": [1], "Occurrences (2)": [0]}
    widget.filters = {"Occurrences (2)": {"status": ["Producer"]}}
    with pytest.raises(ChoiceError, match=r"name=None.*several.*Occurrences, Occurrences \(2\)"):
        widget.selection()
    widget.remove("Occurrences (2)")
    assert widget.selected == {"Occurrences": [1]}
    assert widget.filters == {}
    assert len(page_map.layers()) == 1
    assert widget._layer2_data == b""
    assert widget.remove("Base map").add(table(), name="Third").shown("Third").shape[0] == 4


def test_payloads_travel_as_bytes_and_every_spec_names_its_own(tmp_path: Path) -> None:
    page_map = mm.Map(table(), language="ru").add(mm.corridor("middle"))
    page_map.add(mm.sample("central_asia_lakes.shp"))
    widget = mm.Widget(page_map)
    state = widget.get_state()
    named: list[str] = []

    def look(value: Any) -> None:
        for key, item in value.items() if isinstance(value, dict) else ():
            if key in {"payload", "names"} and isinstance(item, str):
                named.append(item)
            named.extend(item if key == "shapes" else [])
            look(item)

    for spec in widget._specs:
        look(spec)
    held = {key for key, value in state.items() if isinstance(value, bytes)}
    assert sorted(named) == sorted(held)
    assert state["_page"]["language"] == "ru"
    page_map.save(tmp_path / "map.html")  # the map is still a map
    assert mm.Widget(page_map).get_state()["_page"] == state["_page"]


def test_elements_of_foliums_are_named_once() -> None:
    page_map = mm.Map(table())
    folium.Marker([45, 60]).add_to(page_map)
    group = folium.FeatureGroup(name="Mine").add_to(page_map)
    group.add_child(mm.Map(table()).layers()[0])
    with pytest.warns(MinmapWarning, match=r"cannot show folium's Marker, FeatureGroup 'Mine'"):
        widget = mm.Widget(page_map)
    assert [spec["name"] for spec in widget._specs][1:] == ["Occurrences", "Occurrences (2)"]
    widget.add(table())
    assert len(widget._specs) == 4


@pytest.mark.parametrize(
    ("trait", "value", "message"),
    [
        ("view", (45, 60), r"view=\(45, 60\) is not a view; give latitude, longitude and zoom"),
        ("view", (145, 60, 3), "is not a view"),
        ("view", "Almaty", "view='Almaty' is not a view"),
        ("bounds", ((1, 2), (0, 3)), "the lesser first"),
        ("bounds", 7, "bounds=7 are not bounds"),
        ("filters", {"Occurences": {}}, "did you mean 'Occurrences'"),
        (
            "filters",
            {"Occurrences": {"statuses": ["Producer"]}},
            r"column='statuses' .*did you mean 'status'",
        ),
        (
            "filters",
            {"Occurrences": {"status": ["Producers"]}},
            r"\['status'\]='Producers'.*did you mean 'Producer'",
        ),
        ("filters", {"Occurrences": {"depth_m": 5}}, r"\['depth_m'\]=5 is not a range"),
        ("filters", {"Occurrences": {"depth_m": (5, 1)}}, "the lesser first"),
        ("filters", {"Occurrences": {"depth_m": "12"}}, r"\['depth_m'\]='12' is not a range"),
        ("filters", ["Producer"], r"filters=\['Producer'\] is not a dict"),
        ("filters", {"Occurrences": 5}, r"filters\['Occurrences'\]=5 is not a dict"),
        ("filters", {"Occurrences": 0}, r"filters\['Occurrences'\]=0 is not a dict"),
        ("filters", None, r"filters=None is not a dict; give one, such as \{\}"),
        ("selected", None, "selected=None is not a dict"),
        ("selected", {"Occurrences": None}, r"\['Occurrences'\]=None are not rows"),
        ("selected", {"Occurrences": [[0], [1, 2]]}, "a list of positions from 0 to 4"),
        ("selected", {"Occurrences": [[0], [1]]}, "a list of positions from 0 to 4"),
        ("clicked", {"layer": "Occurrences", "row": 0, "part": [1]}, "is not a record"),
        ("height", 500, "height=500 is not a CSS length; give text, such as '500px'"),
        ("height", None, "height=None is not a CSS length"),
        ("height", "tall", "height='tall' is not a CSS length"),
        ("height", "5px;color:red", "is not a CSS length"),
        ("selected", {"Base map": [0]}, "selected: layer='Base map' is not known"),
        ("selected", {"Occurrences": [5]}, "positions from 0 to 4"),
        ("selected", {"Occurrences": ["v"]}, "are not rows"),
        ("clicked", {"layer": "Occurrences", "row": 5}, "position from 0 to 4"),
        ("clicked", {"layer": "Occurrences"}, "is not a record"),
        ("clicked", {"layer": "Nothing", "row": 0}, "name='Nothing' is not known"),
    ],
)
def test_an_error_says_what_is_wrong_and_what_there_is(
    trait: str, value: Any, message: str
) -> None:
    widget = mm.Widget(mm.Map(table()))
    before = getattr(widget, trait)
    with pytest.raises(ChoiceError, match=message):
        setattr(widget, trait, value)
    assert getattr(widget, trait) == before


def test_a_misspelled_attribute_is_refused() -> None:
    widget = mm.Widget(mm.Map(), height="min(480px, 95vh)")
    with pytest.raises(ChoiceError, match="attribute='veiw' is not known; did you mean 'view'"):
        widget.veiw = (45, 60, 5)
    for height in ("60vh", "calc(100vh - 3rem)", "12.5em", "auto"):
        widget.height = height
    assert widget.height == "auto"


def test_only_a_map_is_shown_and_only_its_layers_are_asked_for() -> None:
    with pytest.raises(MinmapError, match=r"not a GeoDataFrame; give it one: mm.Widget\(mm.Map"):
        mm.Widget(table())  # type: ignore[arg-type]
    widget = mm.Widget(mm.Map())
    with pytest.raises(ChoiceError, match="has no layer of points"):
        widget.shown()
    with pytest.raises(ChoiceError, match="Base map"):
        widget.remove("Deposits")


def test_without_its_extra_the_widget_says_how_to_get_it() -> None:
    code = (
        "import sys; sys.modules['anywidget'] = None\n"
        "import minmap as mm\n"
        "try: mm.Widget\n"
        "except mm.MinmapError as error: print(error)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert 'pip install "minmap[widget]"' in run.stdout


def test_values_that_the_legend_hides_at_first_are_filters_of_the_widget() -> None:
    deposits = mm.read(mm.sample("major_deposits_central_asia.csv"))
    kazakh = int((deposits["country"] == "KAZ").sum())
    made = mm.Map(deposits, color="country", legend_hidden=["KAZ"])
    w = mm.Widget(made)
    assert w.filters == {"Occurrences": {"hidden": ["KAZ"]}}
    assert len(w.shown()) == len(deposits) - kazakh
    w.add(deposits, name="More", color="country", legend_hidden=["KAZ"])
    assert w.filters["More"] == {"hidden": ["KAZ"]}
    w.filters = {}
    assert len(w.shown("More")) == len(deposits)
    assert mm.Widget(made, filters={"Occurrences": {}}).filters == {"More": {"hidden": ["KAZ"]}}
