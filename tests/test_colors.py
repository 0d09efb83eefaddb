"""Palettes, codes of missing values, ramps, commodities and wishes for legends."""

from __future__ import annotations

import csv
from importlib.resources import files
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import minmap as mm
from minmap import vocabulary
from minmap.errors import ChoiceError, MinmapError
from minmap.style.area_colors import AREA_COLORS
from minmap.style.color_maps import color_map_names
from minmap.style.commodity_colors import commodity_colors
from minmap.style.css_colors import css_color
from minmap.style.palettes import as_palette, is_ramp, ramp, swatches
from minmap.style.symbols import SHAPES


def points(**columns: Any) -> gpd.GeoDataFrame:
    count = len(next(iter(columns.values())))
    places = gpd.points_from_xy(60 + np.arange(count) / 10, [45.0] * count)
    return gpd.GeoDataFrame(columns, geometry=places, crs=4326)


def areas(**columns: Any) -> gpd.GeoDataFrame:
    frame = points(**columns)
    boxes = [shapely.box(n, 0, n + 1, 1) for n in range(len(frame))]
    return frame.set_geometry(gpd.GeoSeries(boxes, crs=4326))


def legend(table: gpd.GeoDataFrame, language: str = "en", **options: Any) -> dict[str, Any]:
    (layer,) = mm.Map(language=language).add(table, **options).layers()
    found: dict[str, Any] = layer.describe("")["legend"]
    return found


def labels(made: dict[str, Any]) -> list[str]:
    return [entry["label"] for entry in made["entries"]]


def colors(made: dict[str, Any]) -> list[str]:
    return [entry["color"] for entry in made["entries"]]


def test_every_palette_of_matplotlib_and_crameri_makes_colours() -> None:
    names = color_map_names()
    assert len(names) > 100
    assert {"viridis", "Set3", "YlGnBu", "batlow", "vik", "oslo", "batlowS", "jet"} <= set(names)
    for name in names:
        for one in (name, f"{name}_r"):
            count = 5 if is_ramp(as_palette(one)) else 3
            made = swatches(one, count, title="x", thin=False)
            assert len(made) == count
            assert all(css_color(color) == color.lower() for color in made)
    assert ramp("batlow", 2) == ["#011959", "#faccfa"]  # the ends of Crameri's table
    assert ramp("batlow_r", 2) == ["#faccfa", "#011959"]


def test_forty_units_keep_their_colours_and_more_are_other() -> None:
    forty = legend(areas(unit=[f"u{n}" for n in range(40)]), color="unit")
    assert colors(forty) == list(AREA_COLORS)
    assert len(set(AREA_COLORS)) == 40
    more = legend(areas(unit=[f"u{n}" for n in range(41)]), color="unit")
    last = more["entries"][-1]
    assert (last["label"], last["count"], last["others"]) == ("other (2 values)", 2, 2)
    asked = legend(areas(unit=[f"u{n}" for n in range(100)]), color="unit", palette="batlowS")
    assert len(set(colors(asked))) == 100


def test_a_mapping_colours_any_number_of_values_in_its_order() -> None:
    units = [f"u{n:03}" for n in range(300)]
    wanted = {unit: AREA_COLORS[n % 40] for n, unit in enumerate(reversed(units))}
    page = mm.Map().add(points(unit=units), color="unit", palette=wanted)
    (layer,) = page.layers()
    made = layer.describe("")["legend"]
    assert labels(made) == list(wanted)
    assert colors(made) == [css_color(color) for color in wanted.values()]
    assert layer.styles.dtype == np.uint16
    assert layer.styles.tolist() == list(range(299, -1, -1))


def test_a_mapping_names_numbers_missing_values_and_the_rest() -> None:
    frame = points(code=[1.0, 2.0, 3.0, 3.0, None])
    made = legend(frame, color="code", palette={2: "red", 1: "lime", None: "navy"})
    found = [(entry["label"], entry["count"], entry["color"]) for entry in made["entries"]]
    assert found == [
        ("2", 1, "#ff0000"),
        ("1", 1, "#00ff00"),
        ("other (1 values)", 2, "#8A8A8A"),
        ("not given", 1, "#000080"),
    ]
    same = legend(frame, color="code", palette={"1": "lime", 5: "red"})
    assert labels(same)[0] == "1"
    coded = points(code=[1, 2, -9999, -9999])
    assert labels(legend(coded, color="code", palette={1: "lime"}))[-1] == "not given (−9999)"
    named = legend(coded, color="code", palette={1: "lime", -9999: "white"})
    assert labels(named) == ["1", "-9999", "other (1 values)"]


def test_each_of_twelve_points_has_a_shape_of_its_own_and_further_ones_cycle() -> None:
    made = legend(points(kind=[f"k{n}" for n in range(20)]), color="kind", palette="tab20")
    assert [entry["shape"] for entry in made["entries"]] == [*SHAPES, *SHAPES[:8]]
    assert len(set(colors(made))) == 20


def test_ordered_categories_keep_their_order_and_have_a_ramp() -> None:
    eras = ["Quaternary", "Neogene", "Jurassic", "Devonian"]
    ages = pd.Categorical(["Devonian", "Jurassic", "Devonian", "Quaternary"], eras, ordered=True)
    made = legend(areas(age=ages), color="age")
    assert labels(made) == ["Quaternary", "Jurassic", "Devonian"]
    assert colors(made) == ramp("viridis_r", 3)
    listed = legend(areas(age=ages), color="age", palette=["white", "black"])
    assert colors(listed) == ["#ffffff", "#808080", "#000000"]
    plain = pd.Categorical(["b", "a", "b"], ["a", "b"])
    assert labels(legend(points(kind=plain), color="kind")) == ["b", "a"]


def test_few_numbers_are_numbers_in_their_order() -> None:
    made = legend(points(grade=[3, 1, 3, 3, 2]), color="grade")
    found = [(entry["label"], entry["count"], entry["shape"]) for entry in made["entries"]]
    assert found == [("1", 1, "circle"), ("2", 1, "circle"), ("3", 3, "circle")]
    sizes = [entry["size"] for entry in made["entries"]]
    assert sizes == sorted(set(sizes))
    codes = legend(points(unit=[9, 10, 10, 9]), color="unit", palette="Okabe-Ito")
    assert labels(codes) == ["9", "10"]


@pytest.mark.parametrize(
    ("values", "label"),
    [
        ([1.0, 2.0, 7.5, -9999, -9999], "not given (−9999)"),
        ([1, 2, 5, -999, -999, 9999, 9999], "not given (−999, 9999)"),
        ([0.1, 0.2, 1e30, 1e30], "not given (1e+30)"),
        ([1.0, 2.0, -3.4028235e38, -3.4028235e38, None], "not given (−3.4028235e+38)"),
    ],
)
def test_codes_of_missing_values_are_not_given_and_said(values: list[Any], label: str) -> None:
    for scheme in (None, "Quantiles", "Continuous"):
        entry = legend(points(v=values), color="v", scheme=scheme)["entries"][-1]
        assert entry["label"] == label
        assert entry["count"] == sum(value is None or abs(value) > 100 for value in values)
    codes = legend(points(v=values), color="v", palette="Okabe-Ito")
    assert codes["entries"][-1]["label"] == label


@pytest.mark.parametrize(
    "values",
    [
        [1.0, 2.0, -9999],  # once
        [-5000, 4000, -9999, -9999],  # not far beyond the others
        [1990, 2000, 999, 999],  # less than the others
        [-9999, -9999],  # alone
        [1, 2, 777, 777],  # not a known code
    ],
)
def test_numbers_that_may_be_real_are_kept(values: list[float]) -> None:
    assert all("not given" not in label for label in labels(legend(points(v=values), color="v")))


def test_a_ramp_has_steps_and_ends() -> None:
    made = legend(
        points(v=np.linspace(0, 10, 101)), color="v", scheme="Continuous", palette=["#000", "#fff"]
    )
    ticks = [(0.0, 0.0), (0.25, 2.5), (0.5, 5.0), (0.75, 7.5), (1.0, 10.0)]
    assert made["scale"] == {"ticks": ticks, "below": False, "above": False}
    assert len(made["entries"]) == 64
    assert colors(made)[0] == "#000000"
    assert colors(made)[-1] == "#ffffff"
    cut = legend(points(v=np.linspace(0, 10, 101)), color="v", vmin=2, vmax=12)
    ticks = [(0.0, 2.0), (0.3, 5.0), (0.55, 7.5), (0.8, 10.0), (1.0, 12.0)]
    assert cut["scale"] == {"ticks": ticks, "below": True, "above": False}
    assert cut["entries"][0]["count"] == 22  # 0 to 2, and 2.1
    assert cut["entries"][63]["count"] == 0
    both = legend(points(v=[-1.0, 0.0, 3.0]), color="v", scheme="Continuous", palette="RdBu")
    assert both["entries"][16]["color"] == ramp("RdBu", 64, zero=15.5, thin=True)[16]


def test_logarithms_leave_out_zero_and_less_and_say_so() -> None:
    made = legend(points(v=[0.0, -2.0, 0.01, 1.0, 100.0, None]), color="v", scheme="Log")
    counts = {entry["label"]: entry["count"] for entry in made["entries"] if entry["count"]}
    assert list(counts.values()) == [1, 1, 1, 2, 1]
    assert labels(made)[-2:] == ["zero or less", "not given"]
    assert made["entries"][32]["count"] == 1
    shares = {value: share for share, value in made["scale"]["ticks"]}
    assert shares == pytest.approx({0.01: 0, 0.1: 0.25, 1: 0.5, 10: 0.75, 100: 1})


def test_the_main_commodity_has_its_own_colour_in_every_map() -> None:
    frame = points(commodities=["Cu Au", "Au", "Cu", "Zn Pb", None])
    made = legend(frame, color="commodities")
    assert made["title"] == "Main commodity"
    assert labels(made) == ["Copper", "Gold", "Zinc", "not given"]
    known = commodity_colors()
    assert colors(made)[:3] == [known[code] for code in ("Cu", "Au", "Zn")]
    russian = legend(frame, language="ru", color="commodities")
    assert [entry.get("text") for entry in russian["entries"]] == ["Медь", "Золото", "Цинк", None]
    assert labels(russian) == labels(made)
    assert "code" not in str(russian)
    assert legend(frame, color="commodities", palette={"Au": "red"})["entries"][0] == {
        "label": "Gold", "count": 1, "color": "#ff0000", "shape": "square"
    }  # fmt: skip
    other = legend(points(commodities=["my ore", "Cu"]), color="commodities")
    assert labels(other) == ["my ore", "Cu"]


def test_every_commodity_has_a_colour_with_its_source() -> None:
    assert list(commodity_colors()) == vocabulary.commodities()["code"].tolist()
    main = ("Au", "Ag", "Cu", "Pb", "Zn", "Fe", "Mn", "Cr", "Ni", "Co", "U", "REE", "Li", "W", "Mo")
    assert len({commodity_colors()[code] for code in main}) == len(main)
    assert all(css_color(color) for color in commodity_colors().values())
    text = files("minmap.style").joinpath("commodity_colors.csv").read_text(encoding="utf-8")
    assert all(row["source"] for row in csv.DictReader(text.splitlines()))


def test_a_legend_is_titled_ordered_hidden_or_left_out() -> None:
    frame = points(kind=["a", "a", "b", "c", None])
    made = legend(
        frame, color="kind", legend="Kind of ore", unit="t", legend_order=["c"],
        legend_hidden=["b", None],
    )  # fmt: skip
    assert (made["title"], made["unit"]) == ("Kind of ore", "t")
    assert labels(made) == ["c", "a", "b", "not given"]
    assert [entry.get("hidden", False) for entry in made["entries"]] == [False, False, True, True]
    assert legend(frame, color="kind", legend=False)["shown"] is False
    assert legend(frame, color="red", legend="Ore")["title"] == "Ore"
    assert legend(areas(v=[1.5, 2.5]), color="v", unit="ppm")["unit"] == "ppm"


GRADES = {"color": "grade"}
KINDS = {"color": "kind"}


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({**KINDS, "palette": "batlo"}, ChoiceError, "did you mean 'batlow'"),
        ({**KINDS, "palette": "ylgnbu"}, ChoiceError, "'YlGnBu'"),
        ({**KINDS, "palette": {}}, ChoiceError, "has no colours"),
        (
            {**KINDS, "palette": {"a": "blau"}},
            ChoiceError,
            r"palette\['a'\]='blau' is not an opaque",
        ),
        ({**KINDS, "palette": {"z": "red"}}, MinmapError, "give colours for its values.*'a'"),
        ({**KINDS, "palette": ["red"]}, MinmapError, "has one colour.*2 different values"),
        ({**KINDS, "vmin": 1}, MinmapError, "has no numbers"),
        ({**GRADES, "palette": {1: "red"}, "k": 3}, MinmapError, "a mapping has no order"),
        ({**GRADES, "scheme": "Continuous", "k": 3}, MinmapError, "leave out k="),
        ({**GRADES, "scheme": "Quantiles", "vmax": 3}, MinmapError, "scheme='Continuous' or 'Log'"),
        ({**GRADES, "k": 3, "vmin": 3}, MinmapError, "vmin=3 does not go with k=3"),
        ({**GRADES, "vmin": 5, "vmax": 1}, MinmapError, "vmin=5 is not less than vmax=1"),
        ({**GRADES, "vmin": "low"}, MinmapError, "vmin='low' is not a number"),
        ({**GRADES, "vmin": 900}, MinmapError, "above all numbers of the column.*end with 2"),
        ({**GRADES, "vmax": 0.5}, MinmapError, "below all numbers of the column.*end with 1"),
        ({**GRADES, "scheme": "Log", "vmin": 0}, MinmapError, "above 0"),
        ({"color": "zero", "scheme": "Log"}, MinmapError, "needs numbers above zero"),
        ({**KINDS, "legend": 5}, MinmapError, "legend=5 is neither a title nor False"),
        ({**KINDS, "unit": 5}, MinmapError, "unit=5 is not text"),
        ({**KINDS, "legend_order": "a"}, MinmapError, "legend_order='a' is not a list"),
        ({**KINDS, "legend_order": ["aa"]}, ChoiceError, "did you mean 'a'"),
        ({**KINDS, "legend_hidden": ["z"]}, ChoiceError, "legend_hidden='z' is not known"),
        ({**KINDS, "legend": False, "legend_hidden": ["a"]}, MinmapError, "needs a legend"),
        ({**GRADES, "legend_order": [2]}, MinmapError, "ascending order"),
        ({"color": "red", "legend_order": ["a"]}, MinmapError, "name the column with color="),
        ({"color": "red", "vmin": 1}, MinmapError, "is one colour"),
        ({"legend_title": "x"}, ChoiceError, "give legend= the title"),
        ({"cmap": "jet"}, ChoiceError, "give palette="),
    ],
)
def test_what_does_not_go_together_is_refused_with_its_cure(
    options: dict[str, Any], error: type, words: str
) -> None:
    frame = points(kind=["a", "b"], grade=[1.0, 2.0], zero=[0.0, -1.0])
    with pytest.raises(error, match=words):
        mm.Map().add(frame, **options)


def test_only_points_hide_values() -> None:
    with pytest.raises(MinmapError, match=r"hidden=\['a'\] does not apply.*~table\['kind'\]"):
        mm.Map().add(areas(kind=["a", "b"]), color="kind", legend_hidden=["a"])
    with pytest.raises(MinmapError, match="too many for a legend"):
        mm.Map().add(points(kind=[f"unit {n}" for n in range(300)]), color="kind", palette="turbo")


def test_the_table_of_the_maker_is_not_changed() -> None:
    frame = points(v=[1.0, 2.0, -9999, -9999], commodities=["Cu", "Au", "Fe", None])
    before = frame.copy(deep=True)
    palette = {"Cu": "red"}
    mm.Map().add(frame, color="v").add(frame, color="commodities", palette=palette)
    pd.testing.assert_frame_equal(frame, before)
    assert palette == {"Cu": "red"}
