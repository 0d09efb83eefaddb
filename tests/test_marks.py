"""Sizes, shapes, widths, dashes, opacity, outlines and drawing order of points, lines and areas."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

import minmap as mm
from minmap.errors import ChoiceError, MinmapError, MinmapWarning
from minmap.style.channels import drawing_ranks, rank_column
from minmap.style.proportions import SYMBOLS

POINTS = gpd.GeoDataFrame(
    {
        "name": ["a", "b", "c", "d"],
        "ore": [100.0, 25.0, 0.0, None],
        "kind": ["mine", "mine", "prospect", None],
        "metal": ["Cu", "Au", "Cu", "Au"],
        "text": ["12,500", "9", None, "3"],
        "sure": [1.0, 0.5, 0.25, None],
        "below": [-1.0, 2.0, 3.0, -4.0],
    },
    geometry=gpd.points_from_xy([60.0, 61.0, 62.0, 63.0], [45.0] * 4),
    crs=4326,
)
FAULTS = gpd.GeoDataFrame(
    {"type": ["thrust", "inferred", "thrust"], "slip": [10, 5, 1], "age": [3, 1, 2]},
    geometry=[shapely.LineString([(60, 45 + n), (62, 45 + n)]) for n in range(3)],
    crs=4326,
)
AREAS = gpd.GeoDataFrame(
    {"unit": ["A", "B"], "age": [2, 1]},
    geometry=[shapely.box(60, 45, 61, 46), shapely.box(62, 45, 63, 46)],
    crs=4326,
)


def layer_of(data: gpd.GeoDataFrame, **options: Any) -> Any:
    return mm.Map().add(data, **options).layers()[0]


def spec_of(data: gpd.GeoDataFrame, **options: Any) -> dict[str, Any]:
    spec: dict[str, Any] = layer_of(data, **options).describe("")
    return spec


def looks_of(data: gpd.GeoDataFrame, *names: str, **options: Any) -> set[Any]:
    """Return what the entries of the legend have of some fields."""
    entries = spec_of(data, **options)["legend"]["entries"]
    looks = (tuple(entry.get(name) for name in names) for entry in entries)
    return {look if len(look) > 1 else look[0] for look in looks}


def marks_of(data: gpd.GeoDataFrame, **options: Any) -> dict[str, Any]:
    marks: dict[str, Any] = spec_of(data, **options)["marks"]
    return marks


def packed(data: gpd.GeoDataFrame, **options: Any) -> pa.Table:
    payload = layer_of(data, **options).payloads["data"]()
    return pa.ipc.open_stream(gzip.decompress(payload)).read_all()


def entries(spec: dict[str, Any], field: str) -> dict[str, Any]:
    return {entry["label"]: entry.get(field) for entry in spec["legend"]["entries"]}


def test_a_layer_without_these_keywords_is_described_as_before() -> None:
    for data in (POINTS, FAULTS, AREAS):
        assert "marks" not in spec_of(data)
    assert not {"_size", "_order"} & set(packed(POINTS).column_names)


def test_areas_of_symbols_are_proportional_and_missing_numbers_have_none() -> None:
    marks = marks_of(POINTS, size="ore", color="metal")
    assert marks["size"] == [None, 5.0, 22.5, 45.0]
    assert marks["coded"] == ["size"]
    # In the order of the page, which is that of the longitudes here.
    assert packed(POINTS, size="ore")["_size"].to_pylist() == [3, 2, 1, 0]
    assert marks["columns"] == [1]
    (legend,) = marks["legends"]
    assert legend["title"] == "Ore"
    assert legend["samples"] == [[100.0, 45.0], [50.0, 31.82], [20.0, 20.12], [5.0, 10.06]]
    assert (legend["missing"], legend["least"], legend["floor"]) == (1, 5.0, 1.0)


def test_a_huge_number_leaves_all_others_visible() -> None:
    ore = pd.DataFrame({"ore": [1.0, 2.0, 1e9]})
    channel = SYMBOLS.channel(ore, "ore")
    assert [channel.distinct[code] for code in channel.codes] == [5.0, 5.0, 45.0]


def test_a_count_of_one_is_no_larger_than_a_usual_symbol() -> None:
    def sizes(*numbers: float) -> list[float]:
        channel = SYMBOLS.channel(pd.DataFrame({"n": numbers}), "n")
        return [channel.distinct[code] for code in channel.codes]

    assert sizes(1, 4, 0) == [9.0, 18.0, 5.0]
    assert sizes(1, 100) == [5.0, 45.0]
    # Quantities, also whole ones, are no counts.
    assert sizes(2, 8) == [22.5, 45.0]
    assert sizes(1, 2.25) == [30.0, 45.0]


@given(st.lists(st.floats(0, 1e12) | st.none(), min_size=1, max_size=40))
def test_a_greater_number_never_has_a_smaller_symbol(numbers: list[float | None]) -> None:
    values = pd.Series(numbers, dtype=float)
    channel = SYMBOLS.channel(pd.DataFrame({"n": values}), "n")
    sizes = pd.Series([channel.distinct[code] for code in channel.codes])
    assert sizes[values.notna()].between(5, 45).all()
    assert sizes[values.isna()].isna().all()
    assert (np.diff(sizes[values.sort_values().dropna().index]) >= 0).all()
    assert channel.missing == values.isna().sum()
    shown = [number for number, _ in channel.samples]
    assert shown == sorted(set(shown), reverse=True)
    most = values.max()
    if most > 1e-200:
        assert 0.6 * most <= shown[0] <= most
        least = channel.floor or values.min()
        assert shown[-1] >= least


@pytest.mark.parametrize(
    ("numbers", "shown"),
    [
        ([1812, 5000, 8990], [8000, 5000, 2000]),
        ([0.3, 4090], [4000, 2000, 1000, 200]),  # and up to 50
        ([1, 10], [10, 5, 2, 1]),
        ([95, 145], [120, 100]),
        ([7, 7], [7]),
    ],
)
def test_samples_reach_from_near_the_least_to_near_the_greatest(
    numbers: list[float], shown: list[float]
) -> None:
    channel = SYMBOLS.channel(pd.DataFrame({"n": numbers}, dtype=float), "n")
    assert [number for number, _ in channel.samples] == shown


def test_classes_of_colours_give_way_to_sizes() -> None:
    grown = spec_of(POINTS, color="ore", scheme=[10, 50])
    assert len(set(entries(grown, "size").values())) > 1
    assert set(entries(spec_of(POINTS, color="ore", scheme=[10, 50], size="sure"), "size").values())
    fixed = spec_of(POINTS, color="ore", scheme=[10, 50], size=22)
    assert set(entries(fixed, "size").values()) == {2.0}
    assert "size" not in fixed["marks"]


def test_a_shape_by_the_column_of_the_colours_is_in_their_legend() -> None:
    spec = spec_of(POINTS, color="kind", shape="kind", shapes={"mine": "square"})
    assert entries(spec, "shape") == {"mine": "square", "prospect": "circle", "not given": "cross"}
    assert "shape" not in spec["marks"]
    assert "legends" not in spec["marks"]


def test_a_shape_by_another_column_has_a_legend_of_its_own() -> None:
    spec = spec_of(POINTS, color="metal", shape="kind", shapes=["star", "plus"])
    assert set(entries(spec, "shape").values()) == {"circle"}
    marks = spec["marks"]
    assert marks["shape"] == ["star", "plus", "cross"]
    assert [entry["label"] for entry in marks["legends"][0]["entries"]] == [
        "mine", "prospect", "not given",
    ]  # fmt: skip
    assert packed(POINTS, color="metal", shape="kind")["_shape"].to_pylist() == [0, 0, 1, 2]


def test_a_shape_by_a_column_in_one_colour_is_the_legend() -> None:
    spec = spec_of(POINTS, color="red", shape="kind")
    assert entries(spec, "color") == dict.fromkeys(["mine", "prospect", "not given"], "#ff0000")
    assert entries(spec, "count") == {"mine": 2, "prospect": 1, "not given": 1}


def test_a_shape_for_all_is_in_the_legend() -> None:
    assert set(entries(spec_of(POINTS, color="metal", shape="star"), "shape").values()) == {"star"}


def test_faults_are_dashed_by_the_column_of_their_colours() -> None:
    dashes = {"thrust": "solid", "inferred": "dashed"}
    spec = spec_of(FAULTS, color="type", dash="type", dashes=dashes)
    assert entries(spec, "dash") == {"thrust": None, "inferred": (8, 5)}
    assert "marks" not in spec
    other = spec_of(FAULTS, color="age", dash="type", dashes=dashes)["marks"]
    assert [list(dash) for dash in other["dash"]] == [[], [8, 5]]
    assert set(entries(spec_of(FAULTS, dash="dotted"), "dash").values()) == {(2, 4)}


def test_widths_of_lines_are_proportional() -> None:
    marks = marks_of(FAULTS, line_width="slip")
    assert marks["line_width"] == [1.0, 5.0, 10.0]
    assert packed(FAULTS, line_width="slip")["_line_width"].to_pylist() == [2, 1, 0]
    samples = [[10.0, 10.0], [5.0, 5.0], [2.0, 2.0], [1.0, 1.0]]
    assert marks["legends"][0]["samples"] == samples
    assert set(entries(spec_of(FAULTS, line_width=2.8), "size").values()) == {2.0}


def test_opacities_are_one_for_all_or_by_a_column() -> None:
    assert looks_of(AREAS, "opacity") == {0.3}
    assert marks_of(AREAS, opacity=0.5) == {"opacity": [0.5]}
    assert looks_of(AREAS, "opacity", opacity=0.5) == {None}
    assert marks_of(POINTS, opacity="sure")["opacity"] == [0.25, 0.5, 1.0]
    assert packed(POINTS, opacity="sure")["_opacity"].to_pylist() == [2, 1, 0, 2]


def test_icons_are_shapes_by_name_and_only_those_used_are_in_the_page() -> None:
    spec = spec_of(POINTS, shape="Abandoned_mine")
    assert set(entries(spec, "shape").values()) == {"abandoned mine"}
    assert list(spec["icons"]) == ["abandoned mine"]
    shapes = {"mine": "mine", "prospect": "freight-car"}
    for options in ({"color": "kind"}, {"color": "metal"}, {"color": "navy"}):
        spec = spec_of(POINTS, shape="kind", shapes=shapes, **options)
        assert list(spec["icons"]) == ["freight car", "mine"]
        assert all(path.startswith("M") for path in spec["icons"].values())
    assert "icons" not in spec_of(POINTS, shape="kind", color="metal")


def test_a_mapping_of_many_shapes_has_an_entry_for_each_value() -> None:
    kinds = [f"kind {n}" for n in range(15)]
    points = gpd.points_from_xy(range(15), range(15))
    table = gpd.GeoDataFrame({"kind": kinds}, geometry=points, crs=4326)
    found = entries(spec_of(table, shape="kind", shapes=dict.fromkeys(kinds[1:], "mine")), "shape")
    assert found == {**dict.fromkeys(kinds[1:], "mine"), "other (1 values)": "circle"}


def test_outlines_of_points_and_areas() -> None:
    assert looks_of(POINTS, "outline", outline="none") == {"none"}
    looks = {"outline": "White", "outline_width": 2}
    assert looks_of(AREAS, "outline", "outline_width", color="unit", **looks) == {("#ffffff", 2.0)}
    # Fills that tell areas apart have a thin outline in the colour of texts, or the wished one.
    ordered = {"color": "unit", "palette": "batlow"}
    assert looks_of(AREAS, "outline", "outline_width", **ordered) == {("ink", 0.6)}
    assert looks_of(AREAS, "outline", "outline_width", **ordered, outline="red") == {
        ("#ff0000", None),
    }  # fmt: skip


def test_the_greatest_is_drawn_last() -> None:
    assert packed(POINTS, order="ore")["_order"].to_pylist() == [3, 2, 1, 0]
    assert layer_of(FAULTS, order="age").records["data"].rows.tolist() == [1, 2, 0]
    # Areas coloured in their order are else drawn the greatest first.
    assert layer_of(AREAS, color="age").records["data"].rows.tolist() == [0, 1]
    assert layer_of(AREAS, color="age", order="age").records["data"].rows.tolist() == [1, 0]


BLANK = [None, 1950.0, -9999.0, 1920.0, -9999.0, 1900.0]


def blank_points() -> gpd.GeoDataFrame:
    columns = {
        "year": BLANK,
        "kind": ["not given", "mine", None, "mine", "", "pit"],
        "ore": [1.0, 1.0, 100.0, 100.0, 25.0, None],
        "name": list("abcdef"),
    }
    places = gpd.points_from_xy([60.0 + n for n in range(6)], [45.0] * 6)
    return gpd.GeoDataFrame(columns, geometry=places, crs=4326)


def below(data: gpd.GeoDataFrame, **options: Any) -> list[bool]:
    """Return which points are drawn below all that have a value."""
    ranks = packed(data, **options)["_order"].to_pylist()
    return [rank < min(ranks[1::2]) for rank in ranks]


@pytest.mark.parametrize("options", [{"color": "year"}, {"color": "year", "k": 2}])
def test_points_without_a_value_of_the_colours_lie_below_the_others(
    options: dict[str, Any],
) -> None:
    points = blank_points()
    assert below(points, **options) == [True, False, True, False, True, False]
    assert below(points, color="kind") == [True, False, True, False, True, False]
    # Large symbols stay below small ones, and an order that is given stays.
    sized = packed(points, **options, size="ore")["_order"].to_numpy()
    assert np.argsort(sized).tolist() == [2, 4, 0, 3, 1, 5]
    wished = packed(points, **options, order="ore")
    assert wished["_order"].to_pylist() == packed(points, order="ore")["_order"].to_pylist()
    assert "_order" not in packed(points[points["year"].gt(0)], **options).column_names
    with pytest.warns(MinmapWarning, match="color='year' has no value in any record"):
        assert "_order" not in packed(points.assign(year=None), color="year").column_names


def test_rare_categories_lie_on_common_ones_on_page_and_paper() -> None:
    places = gpd.points_from_xy([60.0 + n for n in range(6)], [45.0] * 6)
    columns = {"kind": list("abbbcc"), "ore": [1.0, 5, 5, 9, 1, 1], "age": [6, 5, 4, 3, 2, 1]}
    points = gpd.GeoDataFrame(columns, geometry=places, crs=4326)

    def drawn(**options: Any) -> str:
        layer = layer_of(points, **options)
        (part,) = layer.drawn
        return "".join(str(part.table["kind"].iloc[row]) for row in part.order())

    assert drawn(color="kind") == "bbbcca"
    assert drawn(color="kind", size="ore") == "bbbcca"
    assert drawn(color="kind", order="age") == "ccbbba"
    assert drawn(color="ore") == "bbbacc"  # symbols grow with their classes
    blank = points.assign(kind=[None, "b", "b", "b", "c", "c"])
    ranks = packed(blank, color="kind")["_order"].to_pylist()
    assert ranks[0] < ranks[1] == ranks[3] < ranks[4]
    assert layer_of(points, order="age").describe("")["front"] == 2
    assert "front" not in layer_of(points).describe("")


def test_the_page_says_how_points_are_drawn_at_first(tmp_path: Path) -> None:
    points = blank_points()
    assert layer_of(points, view="hexagons").describe("")["view"] == "hexagons"
    assert "view" not in layer_of(points, view="symbols").describe("")
    map_ = mm.Map(points, view="heat", name="Mines")
    with pytest.warns(MinmapWarning, match="figure draws the records of 'Mines' as symbols"):
        map_.save(tmp_path / "map.png")


@pytest.mark.parametrize("column", ["year", "kind"])
@pytest.mark.parametrize("shape", [shapely.Point.buffer, lambda place, _: place.buffer(1).exterior])
def test_lines_and_areas_without_a_value_are_drawn_first(column: str, shape: Any) -> None:
    points = blank_points()
    shapes = points.set_geometry([shape(place, 1) for place in points.geometry], crs=4326)
    layer = layer_of(shapes, color=column)
    assert set(layer.records["data"].rows[:3]) == {0, 2, 4}
    entries = layer.describe("")["legend"]["entries"]
    styles = packed(shapes, color=column)["_style"].to_pylist()
    blank = [entries[style]["label"].startswith("not given") for style in styles]
    assert blank == [True] * 3 + [False] * 3
    wished = layer_of(shapes, color=column, order="ore").records["data"].rows
    assert wished.tolist() == layer_of(shapes, order="ore").records["data"].rows.tolist()


def test_labels_of_records_without_a_value_get_room_last() -> None:
    points = blank_points()

    def places(data: gpd.GeoDataFrame, **options: Any) -> list[int]:
        found: list[int] = packed(data, label="name", **options)["_precedence"].to_pylist()
        return found

    assert places(points, color="year") == [3, 0, 4, 1, 5, 2]
    assert places(points, color="year", size="ore") == [5, 1, 3, 0, 4, 2]
    assert places(points, color="year", label_priority="ore") == [3, 4, 0, 1, 2, 5]
    squares = [shapely.box(place.x, 45, place.x + 0.5, 46) for place in points.geometry]
    areas = points.set_geometry(squares, crs=4326)
    assert places(areas, color="year")[:3] == [3, 4, 5]


def test_times_and_ordered_categories_have_an_order_too() -> None:
    ages = pd.Categorical(["Permian", "Jurassic", None], ["Permian", "Jurassic"], ordered=True)
    table = pd.DataFrame({"age": ages, "day": pd.to_datetime(["2020-01-02", None, "2020-01-01"])})
    assert drawing_ranks(table, "age").tolist() == [1, 2, 0]
    assert drawing_ranks(table, "day").tolist() == [2, 0, 1]
    many = rank_column(np.arange(200_000))
    assert (many[0].as_py(), many[-1].as_py()) == (0, 65_535)


@pytest.mark.parametrize(
    ("data", "options", "error", "words"),
    [
        (POINTS, {"size": "text"}, MinmapError, "such as '12,500'.* if they are decimal"),
        (POINTS, {"size": "kind"}, MinmapError, "such as 'mine'; make numbers of it first"),
        (POINTS, {"size": "oar"}, ChoiceError, "did you mean 'ore'"),
        (POINTS, {"size": "below"}, MinmapError, "2 negative numbers, the least -4.*; give color="),
        (
            POINTS.assign(below=[1.0, 2.0, 3.0, -9999.0]),
            {"size": "below"},
            MinmapError,
            r"1 negative numbers, the least -9999.*; if it means missing, clear it \(minmap.check",
        ),
        (POINTS, {"size": 0}, MinmapError, "not a number of pixels"),
        (POINTS, {"size": True}, MinmapError, "not a number of pixels"),
        (POINTS, {"shape": "anchor"}, ChoiceError, "neither a column nor one of: circle, square"),
        (POINTS, {"shape": "abandonned mine"}, ChoiceError, "did you mean 'abandoned mine'"),
        (POINTS, {"shape": "M0 0H15Z"}, ChoiceError, "or an icon such as mine"),
        (POINTS, {"shape": "kind", "shapes": ["smeltr"]}, ChoiceError, "did you mean 'smelter'"),
        (POINTS, {"shapes": ["star"]}, MinmapError, "give shape= that column too"),
        (POINTS, {"shape": "kind", "shapes": ["stair"]}, ChoiceError, "did you mean 'star'"),
        (POINTS, {"shape": "kind", "shapes": ["star"]}, MinmapError, "more different values than"),
        (POINTS, {"shape": "kind", "shapes": {"min": "star"}}, MinmapError, "its values are: mine"),
        (POINTS, {"line_width": 2}, MinmapError, "does not apply to points; give size="),
        (POINTS, {"dash": "kind"}, MinmapError, "does not apply to points; give shape="),
        (FAULTS, {"size": "slip"}, MinmapError, "does not apply to lines and areas; give line_wi"),
        (FAULTS, {"shape": "type"}, MinmapError, "give dash="),
        (FAULTS, {"outline": "red"}, MinmapError, "does not apply to lines; give color="),
        (AREAS, {"line_width": 2}, MinmapError, "does not apply to areas; give outline_width="),
        (FAULTS, {"dash": "long"}, ChoiceError, "neither a column nor one of: solid, dashed"),
        (FAULTS, {"opacity": 70}, MinmapError, "at most 1"),
        (POINTS, {"opacity": "ore"}, MinmapError, "not from 0 to 1, such as 100"),
        (
            POINTS,
            {"outline": "rad"},
            ChoiceError,
            "neither an opaque CSS colour nor 'none'; did",
        ),
        (POINTS, {"outline": "none", "outline_width": 2}, MinmapError, "no effect with outline"),
        (POINTS, {"order": "kind"}, MinmapError, "names a column without numbers"),
    ],
)
def test_what_cannot_be_is_refused_with_the_cure(
    data: gpd.GeoDataFrame, options: dict[str, Any], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        mm.Map().add(data, **options)


def test_a_column_of_missing_numbers_alone_has_no_sizes() -> None:
    table = POINTS.assign(ore=np.nan)
    marks = marks_of(table, size="ore")
    assert marks["size"] == [None]
    assert marks["legends"][0]["samples"] == []
    assert marks_of(FAULTS.assign(slip=np.nan), line_width="slip")["line_width"] == [None]


def test_tables_are_not_changed() -> None:
    before = POINTS.copy()
    mm.Map().add(POINTS, size="ore", shape="kind", order="ore", opacity="sure")
    pd.testing.assert_frame_equal(pd.DataFrame(POINTS), pd.DataFrame(before))


def test_rasters_take_an_opacity() -> None:
    assert spec_of(mm.sample("elevation.tif"))["opacity"] == 0.7
    assert spec_of(mm.sample("elevation.tif"), opacity=0.4)["opacity"] == 0.4
    with pytest.raises(MinmapError, match="opacity='sure' is not a number"):
        mm.Map().add(mm.sample("elevation.tif"), opacity="sure")


def test_a_geoseries_takes_what_is_for_all() -> None:
    spec = spec_of(POINTS.geometry, size=22, shape="star", outline="black")
    assert (entries(spec, "size"), entries(spec, "shape")) == (
        {"Occurrences": 2.0}, {"Occurrences": "star"},
    )  # fmt: skip
    with pytest.raises(ChoiceError, match="size='ore' is not known"):
        mm.Map().add(POINTS.geometry, size="ore")


@pytest.mark.parametrize(
    ("look", "cure"),
    [
        ({"opacity": "50%"}, "give a number from 0 to 1, such as opacity=0.7."),
        ({"size": "12px"}, "give a number of pixels, such as size=12."),
    ],
)
def test_a_look_that_is_no_column_may_be_a_number(look: dict[str, Any], cure: str) -> None:
    with pytest.raises(ChoiceError, match="is not known") as error:
        layer_of(POINTS, **look)
    assert str(error.value).endswith(cure)
    with pytest.raises(ChoiceError) as error:
        layer_of(FAULTS, line_width="3px")
    assert str(error.value).endswith("give a number of pixels, such as line_width=2.")


def test_codes_of_missing_values_have_no_size() -> None:
    table = POINTS.assign(tonnage=[1.0, 4.0, -9999.0, -9999.0])
    (scale,) = marks_of(table, size="tonnage")["legends"]
    assert scale["missing"] == 2


@pytest.mark.parametrize(
    ("options", "colors", "sizes"),
    [
        ({"legend": {"size": "T"}, "unit": "Mt"}, (None, None), ("T", "Mt")),
        ({"legend": "T", "unit": {"size": "Mt"}}, (None, None), ("T", "Mt")),
        ({"color": "metal", "legend": {"size": "T"}, "unit": "Mt"}, ("Metal", None), ("T", "Mt")),
        ({"color": "metal", "legend": "M", "unit": {"size": "Mt"}}, ("M", None), ("Ore", "Mt")),
        ({"color": "ore", "legend": {"color": "C"}, "unit": "t"}, ("C", "t"), ("Ore", "t")),
        ({"color": "ore", "legend": "C", "unit": {"color": "t"}}, ("C", "t"), ("C", None)),
        ({"shape": "kind", "legend": {"shape": "K"}, "unit": "Mt"}, ("K", None), ("Ore", "Mt")),
    ],
)
def test_a_text_beside_a_mapping_is_where_it_would_be_without_it(
    options: dict[str, Any],
    colors: tuple[str | None, str | None],
    sizes: tuple[str | None, str | None],
) -> None:
    spec = spec_of(POINTS, size="ore", **options)
    (legend,) = spec["marks"]["legends"]
    heads = [(one.get("title"), one.get("unit")) for one in (spec["legend"], legend)]
    assert heads == [colors, sizes]


def test_title_and_unit_of_a_layer_in_one_colour_are_of_what_its_column_shows() -> None:
    spec = spec_of(FAULTS, line_width="slip", color="#8B1A1A", legend="Slip", unit="m")
    (widths,) = spec["marks"]["legends"]
    assert (widths["title"], widths["unit"]) == ("Slip", "m")
    assert spec["legend"]["title"] is None
    assert "unit" not in spec["legend"]
    assert spec_of(FAULTS, dash="type", color="red", legend="Type")["legend"]["title"] == "Type"
    assert spec_of(POINTS, color="red", legend="Mines")["legend"]["title"] == "Mines"


def test_a_layer_without_a_legend_has_none_of_its_sizes_either() -> None:
    marks = marks_of(POINTS, size="ore", color="metal", legend=False)
    assert marks["legends"] == []
    assert marks["columns"] == [POINTS.columns.get_loc("ore")]


def test_the_unit_belongs_to_the_numbers() -> None:
    spec = spec_of(POINTS, color="metal", size="ore", unit="Mt")
    assert "unit" not in spec["legend"]
    (scale,) = spec["marks"]["legends"]
    assert (scale["title"], scale["unit"]) == ("Ore", "Mt")


def test_each_legend_has_a_title_and_a_unit_of_its_own() -> None:
    titles = {"color": "Metal", "size": "Tonnage", "shape": "Kind of mine"}
    spec = spec_of(
        POINTS, color="metal", size="ore", shape="kind", legend=titles, unit={"size": "Mt"}
    )
    headings = [(one["title"], one.get("unit")) for one in spec["marks"]["legends"]]
    assert headings == [("Kind of mine", None), ("Tonnage", "Mt")]
    assert (spec["legend"]["title"], spec["legend"].get("unit")) == ("Metal", None)
    slip = spec_of(FAULTS, line_width="slip", color="red", legend={"line_width": "Slip"})
    assert slip["marks"]["legends"][0]["title"] == "Slip"
    one = spec_of(POINTS, shape="kind", color="red", legend={"shape": "Kind of mine"})
    assert one["legend"]["title"] == "Kind of mine"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"legend": {"size": "Ore"}}, r"legend\['size'\] has no effect.*these have: color"),
        ({"legend": {"sise": "Ore"}}, "legend='sise' is not known; did you mean 'size'"),
        ({"legend": {"color": 5}}, r"legend\['color'\]=5 is not text"),
        ({"legend": {}}, "legend={} has no texts"),
        ({"unit": {"opacity": "%"}}, r"unit\['opacity'\] has no effect"),
        ({"shape": "metal", "legend": {"shape": "Metal"}}, r"legend\['shape'\] has no effect"),
    ],
)
def test_a_heading_without_a_legend_is_refused(options: dict[str, Any], words: str) -> None:
    with pytest.raises(MinmapError, match=words):
        mm.Map().add(POINTS, **{"color": "metal", **options})


def test_a_raster_has_one_heading() -> None:
    with pytest.raises(MinmapError, match="a raster has one"):
        mm.Map().add(mm.sample("elevation.tif"), legend={"color": "Height"})
