"""Numbers in classes: limits, colours and sizes, and countries coloured by them."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import example, given
from hypothesis import strategies as st

import minmap as mm
from minmap.errors import ChoiceError, MinmapError, MinmapWarning
from minmap.maps.country_areas import on_countries
from minmap.missing_codes import MISSING_CODES
from minmap.style.classes import SCHEMES, Classes
from minmap.style.palettes import ramp

numbers = st.lists(
    st.one_of(
        st.floats(-1e6, 1e6, allow_nan=False).map(lambda v: round(v, 3)), st.integers(-50, 50)
    ).filter(lambda number: number not in MISSING_CODES),
    min_size=1,
    max_size=60,
)


def legend(values: Any, classes: Classes, **options: Any) -> Any:
    return classes.legend(pd.Series(values), title="x", shape="circle", **options)


@pytest.mark.exhaustive
@given(values=numbers, scheme=st.sampled_from(SCHEMES))
def test_every_number_is_counted_in_the_class_whose_limits_hold_it(
    values: list[float], scheme: str
) -> None:
    made = legend(values, Classes(scheme))
    assert sum(entry.count for entry in made.entries) == len(values)
    assert np.bincount(made.codes, minlength=len(made.entries)).tolist() == [
        entry.count for entry in made.entries
    ]
    assert len({entry.label for entry in made.entries}) == len(made.entries)
    for value, code in zip(values, made.codes, strict=True):
        low, high = made.entries[code].limits
        assert low <= value <= high
    again = legend(values, Classes(scheme))
    assert again.entries == made.entries
    assert (again.codes == made.codes).all()


# Below 90 there are no numbers that stand for missing values, such as 99 and 999999.
@example([0, 5e-324])
@given(st.lists(st.one_of(st.just(0), st.integers(0, 50), st.floats(0, 90)), min_size=1))
def test_zero_apart_is_alone_in_the_first_class(values: list[float]) -> None:
    made = legend(values, Classes(SCHEMES[0], zero_apart=True))
    distinct = set(values)
    if 0 not in distinct or len(distinct) == 1:
        assert made.entries == legend(values, Classes(SCHEMES[0])).entries
        return
    first, *others = [one for one in made.entries if one.limits is not None]
    assert (first.label, first.limits, first.count) == ("0", (0.0, 0.0), values.count(0))
    assert sum(one.count for one in others) == len(values) - values.count(0)
    assert len(others) <= 5


def test_numbers_below_zero_leave_zero_in_its_class() -> None:
    values = [-3.0, -2, -1, 0, 1, 2, 3, 4]
    apart, usual = (legend(values, Classes(SCHEMES[0], zero_apart=on)) for on in (True, False))
    assert apart.entries == usual.entries


def test_natural_breaks_are_the_groups_that_the_eye_sees() -> None:
    made = legend([1.0, 1.1, 1.2, 5.0, 5.1, 9.7, 9.9, 10.0], Classes("NaturalBreaks", k=3))
    assert [entry.count for entry in made.entries] == [3, 2, 3]


def test_limits_of_ones_own_are_kept_and_the_rest_goes_on_top() -> None:
    made = legend([0.2, 0.5, 0.7, 3.0, 99.5], Classes([0.5, 1, 10]))
    assert [entry.label for entry in made.entries] == [
        "0.2 – 0.5",
        "0.5 – 1",
        "1 – 10",
        "10 – 99.5",
    ]
    assert [entry.count for entry in made.entries] == [2, 1, 1, 1]
    assert made.scheme == "limits of your own"


def test_limits_of_ones_own_give_two_maps_the_same_colours() -> None:
    classes = Classes([1.234, 5, 10])
    one, other = legend([0.1, 2.0, 7.5], classes), legend([3.5, 4.5, 10], classes)
    assert [entry.color for entry in one.entries] == [entry.color for entry in other.entries]
    assert [entry.count for entry in other.entries] == [0, 2, 1]
    assert other.entries[1].label == "1.234 – 5"
    low, high = legend([-3.5], classes), legend([99.5], classes)
    assert [entry.count for entry in low.entries] == [1, 0, 0]
    assert [entry.count for entry in high.entries] == [0, 0, 0, 1]


def test_whole_numbers_make_classes_that_do_not_share_a_limit() -> None:
    made = legend([1, 2, 3, 10, 20, 30, 1990], Classes([3, 30]))
    assert [entry.label for entry in made.entries] == ["1 – 3", "4 – 30", "31 – 1990"]


def test_missing_and_infinite_numbers_are_not_given() -> None:
    made = legend(pd.array([1, 2, None], dtype="Int64"), Classes(k=2))
    assert [(e.label, e.count) for e in made.entries] == [("1", 1), ("2", 1), ("not given", 1)]
    made = legend([1.5, np.inf, np.nan], Classes("Quantiles"))
    assert made.entries[-1].count == 2
    assert [e.label for e in legend([None, np.nan], Classes("Quantiles")).entries] == ["not given"]


def test_sizes_grow_with_the_class_so_that_colour_is_not_alone() -> None:
    values = pd.Series(np.arange(100.0))
    for shape in ("circle", "line"):
        sizes = [e.size for e in Classes().legend(values, title="x", shape=shape).entries]
        assert sizes == sorted(sizes)
        assert len(set(sizes)) == 5
    areas = Classes().legend(values, title="x", shape="area").entries
    assert {entry.size for entry in areas} == {None}


def test_a_diverging_palette_is_neutral_at_zero() -> None:
    made = legend(np.linspace(-1, 10, 50), Classes([-0.5, 0.5, 3, 6], palette="PuOr"))
    assert made.entries[1].color == ramp("PuOr", 3, thin=True)[1]
    assert made.entries[0].color != made.entries[2].color


def test_points_and_lines_are_never_lost_on_a_light_map() -> None:
    for shape, told in (("circle", "cross"), ("line", "line")):
        made = Classes(k=7, palette="PuOr").legend(
            pd.Series([*np.linspace(-9, 9, 50), None]), title="x", shape=shape
        )
        for entry in made.entries[:-1]:
            red, green, blue = (int(entry.color[at : at + 2], 16) for at in (1, 3, 5))
            assert 0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.78 * 255
        assert made.entries[-1].shape == told
    assert made.entries[-1].dash


def test_a_large_column_is_classed_quickly_and_alike() -> None:
    values = np.random.default_rng(1).lognormal(size=200_000)
    first, second = legend(values, Classes()), legend(values[::-1], Classes())
    assert first.entries == second.entries


def graded(count: int = 40) -> gpd.GeoDataFrame:
    points = gpd.points_from_xy(np.linspace(60, 80, count), [45.0] * count)
    return gpd.GeoDataFrame({"grade": np.arange(count) ** 2 / 7}, geometry=points, crs=4326)


def spec_of(page: mm.Map) -> dict[str, Any]:
    return page.layers()[-1].describe("")


def test_more_numbers_than_symbols_are_put_into_five_classes() -> None:
    spec = spec_of(mm.Map().add(graded(), color="grade"))
    assert len(spec["legend"]["entries"]) == 5
    assert spec["legend"]["scheme"] == "natural breaks"
    assert spec["columns"][spec["by"]]["name"] == "grade"
    few = spec_of(mm.Map().add(graded(9), color="grade"))
    assert "scheme" not in few["legend"]
    assert len(few["legend"]["entries"]) == 9


def test_codes_without_an_order_stay_codes() -> None:
    frame = graded(12)
    frame.geometry = frame.to_crs(3857).buffer(9_000).to_crs(4326)
    spec = spec_of(mm.Map().add(frame, color="grade", palette="Okabe-Ito"))
    assert "scheme" not in spec["legend"]
    assert len({entry["color"] for entry in spec["legend"]["entries"]}) == 12


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"color": "grade", "scheme": "NaturalBreak"}, ChoiceError, "did you mean 'NaturalBreaks'"),
        ({"color": "grade", "palette": "vridis"}, ChoiceError, "palette='vridis' .*mean 'viridis'"),
        ({"color": "grade", "k": 1}, MinmapError, "from 2 to 12"),
        ({"color": "grade", "k": 5, "scheme": "BoxPlot"}, MinmapError, "leave out k="),
        ({"color": "grade", "scheme": [5, 1]}, MinmapError, "upper limits that rise"),
        ({"color": "kind", "scheme": "Quantiles"}, MinmapError, "has no numbers"),
        ({"color": "grade", "k": 4, "palette": "Okabe-Ito"}, MinmapError, "has no order"),
        ({"scheme": "Quantiles"}, MinmapError, "name the column with color="),
    ],
)
def test_what_cannot_be_classed_is_said_with_its_cure(
    options: dict[str, Any], error: type, words: str
) -> None:
    with pytest.raises(error, match=words):
        mm.Map().add(graded().assign(kind="a"), **options)


def test_countries_are_coloured_by_what_summarise_returns() -> None:
    deposits = mm.read(mm.sample("major_deposits_central_asia.csv"))
    counts = mm.summarise(deposits, by="country")
    before = counts.copy(deep=True)
    page = mm.Map().add_countries(counts, value="occurrences", scheme="Quantiles", k=4)
    pd.testing.assert_frame_equal(counts, before)
    (layer,) = page.layers()
    assert sum(entry["count"] for entry in layer._spec["legend"]["entries"]) == len(counts)
    titles = [source["title"] for source in layer.sources]
    assert "Natural Earth" in titles
    assert len(titles) == 1 + len(counts.attrs["sources"])
    assert "who holds the ground" in str(layer.note)


def test_a_country_is_found_by_code_and_by_name_and_covers_its_capital() -> None:
    table = pd.DataFrame({"land": ["KAZ", "Кыргызстан"], "tonnes": [1.0, 2.0]})
    frame = on_countries(table, value="tonnes", by="land")
    assert frame["land"].tolist() == ["KAZ", "KGZ"]
    assert frame.contains(
        gpd.GeoSeries(gpd.points_from_xy([71.4, 74.6], [51.1, 42.9]), crs=4326)
    ).all()


def test_names_of_countries_are_in_the_language_of_the_map() -> None:
    table = pd.DataFrame({"country": ["KAZ"], "n": [1]})
    layer = mm.Map(language="ru").add_countries(table, value="n", label="name").layers()[0]
    assert layer.drawn[0].table["name"].tolist() == ["Казахстан"]


def test_countries_without_land_are_reported_and_counted() -> None:
    table = pd.DataFrame({"country": ["KAZ", "XKX", "Atlantis", None], "n": [1, 2, 3, 4]})
    page = mm.Map()
    said = r"3 of 4 rows.*XKX \(1\).*Atlantis.*no country"
    with pytest.warns(MinmapWarning, match=said) as warned:
        page.add_countries(table, value="n")
    assert [warning.filename for warning in warned] == [__file__]
    spec = spec_of(page)
    assert (spec["count"], spec["unplaced"]) == (1, 3)
    assert spec["unplaced_names"] == ["Kosovo", "Atlantis", "no country"]
    with pytest.raises(MinmapError, match=r"several rows for KAZ.*groupby\('country'"):
        page.add_countries(pd.DataFrame({"country": ["KAZ"] * 2, "n": 1}), value="n")
    spellings = pd.DataFrame({"country": ["Kyrgyzstan", "Kirgistan"], "n": 1})
    with pytest.raises(MinmapError, match=r"'Kyrgyzstan', 'Kirgistan'.*one name per country"):
        page.add_countries(spellings, value="n")
    with pytest.raises(ChoiceError, match="value='m' is not known"):
        page.add_countries(table, value="m")


@pytest.mark.parametrize("value", [2020, "2020"])
def test_a_column_is_found_by_the_text_of_its_name(value: Any) -> None:
    pivot = pd.DataFrame({"country": ["KAZ", "KGZ", "UZB"], 2020: [3, 1, 2], 2021: [0, 0, 0]})
    page = mm.Map().add_countries(pivot, value=value)
    (layer,), spec = page.layers(), spec_of(page)
    assert (layer.layer_name, spec["columns"][spec["by"]]["name"]) == ("2020", "2020")
    shapes = [shapely.box(n, n, n + 1, n + 1) for n in range(3)]
    areas = gpd.GeoDataFrame(pivot, geometry=shapes, crs=4326).set_axis([7] * 3)
    (layer,) = mm.Map().add(areas, color=value).layers()
    assert layer._spec["legend"]["title"] == "2020"
    assert layer.records["data"].rows.tolist() == [0, 2, 1]  # the least is drawn last
    points = areas.set_geometry(areas.to_crs(3857).centroid)
    spec = spec_of(mm.Map().add(points, color=value, scheme="Quantiles", k=2))
    assert spec["columns"][spec["by"]]["name"] == "2020"


def test_countries_are_coloured_by_any_column_of_theirs_that_is_the_only_one() -> None:
    counts = mm.summarise(mm.read(mm.sample("major_deposits_central_asia.csv")), by="country")
    entries = spec_of(mm.Map().add_countries(counts, value="country_name"))["legend"]["entries"]
    assert "Kazakhstan" in {entry["label"] for entry in entries}
    twice = pd.concat([counts, counts[["occurrences"]]], axis=1)
    with pytest.raises(MinmapError, match="value='occurrences' names 2 columns; rename"):
        mm.Map().add_countries(twice, value="occurrences")
    assert len(on_countries(twice, value="country_name", by="country").columns) == 8
    for other in (counts.set_index("country")["occurrences"], {"KAZ": 1}):
        with pytest.raises(MinmapError, match=r"table is a \w+, not a DataFrame; give one"):
            mm.Map().add_countries(other, value="occurrences")  # type: ignore[arg-type]


def test_countries_have_the_looks_of_areas() -> None:
    counts = mm.summarise(mm.read(mm.sample("major_deposits_central_asia.csv")), by="country")
    page = mm.Map().add_countries(
        counts, value="occurrences", legend="Deposits", unit="sites", opacity=0.4, label="name",
        popup={"occurrences": "Deposits"}, tooltip=False,
    )  # fmt: skip
    spec = spec_of(page)
    assert (spec["legend"]["title"], spec["legend"]["unit"]) == ("Deposits", "sites")
    assert spec["name"] == "Deposits"  # the panel heads the layer and its legend alike
    assert spec["legend"]["scheme"] == "natural breaks"
    assert spec["marks"] == {"opacity": [0.4]}
    assert spec["columns"][spec["labels"]["column"]]["name"] == "name"
    assert [row["heading"] for row in spec["popup"]] == ["Deposits"]
    assert spec["tooltip"] is None
    assert spec_of(mm.Map().add_countries(counts, value="occurrences"))["name"] == "Occurrences"
    hidden = mm.Map().add_countries(counts, value="occurrences", legend=False, name="Mines")
    assert spec_of(hidden)["name"] == "Mines"
    with pytest.raises(MinmapError, match="opacity=70 is not a number from 0"):
        mm.Map().add_countries(counts, value="occurrences", opacity=70)


def test_a_country_on_both_sides_of_the_antimeridian_does_not_show_the_whole_world() -> None:
    table = pd.DataFrame({"country": ["RUS", "KAZ"], "n": [1, 2]})
    (south, west), (_, east) = mm.Map().add_countries(table, value="n").get_bounds()
    assert 19 < west < 28
    assert 189 < east < 192
    assert 40 < south < 42


def test_the_default_ramp_of_areas_runs_the_other_way_on_a_dark_page() -> None:
    def entries(classes: Classes, shape: str = "area") -> Any:
        return classes.legend(pd.Series([1, 5, 9, None]), title="x", shape=shape).entries

    def brightness(color: str) -> int:
        return sum(int(color[at : at + 2], 16) for at in (1, 3, 5))

    for classes in (Classes("Quantiles", k=3), Classes("Continuous")):
        *steps, missing = entries(classes)
        light, dark = [
            [brightness(color) for color in colors]
            for colors in zip(*[(step.color, step.dark) for step in steps], strict=True)
        ]
        assert light == sorted(light, reverse=True)
        assert dark == sorted(dark)
        assert dark[0] > light[-1]
        assert missing.dark is None
    assert {entry.dark for entry in entries(Classes(palette="viridis_r"))} == {None}
    assert {entry.dark for entry in entries(Classes(), "circle")} == {None}


def test_a_column_of_lines_and_of_mixed_shapes_is_classed() -> None:
    shapes = [shapely.box(60 + n, 40, 61 + n, 41) for n in range(20)]
    lines = [shapely.LineString([(60, 42 + n / 9), (70, 42 + n / 9)]) for n in range(20)]
    for kind in (lines, [*shapes[:10], *lines[:10]]):
        frame = gpd.GeoDataFrame({"v": np.arange(20)}, geometry=kind, crs=4326)
        entries = spec_of(mm.Map().add(frame, color="v", k=3))["legend"]["entries"]
        assert sum(entry["count"] for entry in entries) == 20
