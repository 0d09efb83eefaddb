"""Dates: a continuous scale in legends, filters and popups."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from shapely import box

import minmap as mm
from minmap.errors import MinmapError
from minmap.scene.popup_columns import Columns
from minmap.style.channels import drawing_ranks
from minmap.style.dates import date_texts, day_of, days_of, period_end
from minmap.webmap.layers import PointLayer
from minmap.widget.layer_filters import passing, valid_filters

DAYS = ["2001-05-06", "2003-01-02", None, "2010-12-31", "2003-01-02", "1999-07-08"]
TIMES = pd.to_datetime(pd.Series(DAYS))
FORMS = {
    "texts": pd.Series(DAYS),
    "dots": TIMES.dt.strftime("%d.%m.%Y"),
    "strokes": TIMES.dt.strftime("%d/%m/%Y"),
    "months first": TIMES.dt.strftime("%m/%d/%Y").str.lstrip("0"),
    "times": TIMES,
    "times with a zone": TIMES.dt.tz_localize("Asia/Almaty"),
    "dates": pd.Series([time.date() if pd.notna(time) else None for time in TIMES], dtype=object),
    "Arrow": pd.Series(TIMES, dtype=pd.ArrowDtype(pa.timestamp("us"))),
}


def layer(dates: Any, **options: Any) -> PointLayer:
    """Return a layer of points with a column of dates."""
    table = gpd.GeoDataFrame(
        {"date": dates, "kind": list("ababab")[: len(dates)]},
        geometry=gpd.points_from_xy(np.arange(len(dates)), np.zeros(len(dates))),
        crs=4326,
    )
    (made,) = mm.Map(table, **options).layers()
    assert isinstance(made, PointLayer)
    return made


def labels(made: PointLayer) -> list[tuple[str, int]]:
    return [(entry["label"], entry["count"]) for entry in made._spec["legend"]["entries"]]


@pytest.mark.parametrize("form", FORMS)
def test_dates_of_any_type_have_a_ramp_a_range_and_iso_texts(form: str) -> None:
    made = layer(FORMS[form], color="date")
    legend = made._spec["legend"]
    ticks = [text for _, text in legend["scale"]["ticks"]]
    assert (legend["dates"], ticks) == (True, ["1999-07", "2004", "2006", "2010-12"])
    assert labels(made)[-1] == ("not given", 1)
    facets = {facet["name"]: facet["kind"] for facet in made._spec["facets"]}
    assert facets == {"date": "date", "kind": "terms"}
    at = made.columns.names.index("date")
    assert made.columns.fields[at]["type"] == "date"
    assert made.columns.arrays[at].to_pylist() == DAYS


def test_ends_of_the_ramp_are_dates_texts_or_years() -> None:
    made = layer(DAYS, color="date", vmin=date(2000, 1, 1), vmax="2009")
    scale = made._spec["legend"]["scale"]
    assert [scale["ticks"][end][1] for end in (0, -1)] == ["2000-01", "2009-12"]
    assert (scale["below"], scale["above"]) == (True, True)


def test_classes_of_dates_end_with_years_and_months() -> None:
    made = layer(DAYS, color="date", scheme=["2000-12-31", 2003])
    assert labels(made) == [
        ("1999-07-08 – 2000-12-31", 1), ("2001-01-01 – 2003-12-31", 3),
        ("2004-01-01 – 2010-12-31", 1), ("not given", 1),
    ]  # fmt: skip
    found = [label for label, _ in labels(layer(DAYS, color="date", k=2))]
    assert found == ["1999-07-08 – 2003-12-31", "2004-01-01 – 2010-12-31", "not given"]
    assert period_end(day_of("2003-02-20", name=""), 12_104.0, 12_130.0) == day_of(
        "2003-02-28", name=""
    )


def test_a_mapping_colours_dates_as_values() -> None:
    made = layer(DAYS, color="date", palette={"2003-01-02": "red"})
    assert labels(made) == [("2003-01-02", 2), ("other (3 values)", 3), ("not given", 1)]


def test_areas_by_dates_are_filled_as_areas_by_numbers() -> None:
    squares = [box(at, 0, at + 0.5, 0.5) for at in range(6)]
    areas = gpd.GeoDataFrame({"date": DAYS}, geometry=squares, crs=4326)
    (made,) = mm.Map(areas, color="date").layers()
    entries = made._spec["legend"]["entries"]
    assert {entry["opacity"] for entry in entries} == {0.75}


@pytest.mark.parametrize(
    "state", [("2001", "2003-01"), (date(2001, 1, 1), datetime(2003, 1, 31, 5, tzinfo=UTC))]
)
def test_a_filter_begins_with_a_pair_of_dates(state: Any) -> None:
    made = layer(DAYS, filters={"date": state})
    assert made.first_filters == {"date": ("2001-01-01", "2003-01-31")}
    assert passing(made, made.first_filters).tolist() == [True, True, False, False, True, False]
    # The state of a widget is what its page sends.
    assert valid_filters(made, {"date": ["2001-01-01", None]}, name="filters") == {
        "date": ("2001-01-01", None)
    }


def test_dates_that_all_differ_have_a_filter_too() -> None:
    made = layer(["2001-05-06", "2003-01-02"], filters=["date"])
    assert [facet["kind"] for facet in made._spec["facets"]] == ["date"]


@pytest.mark.parametrize(
    ("values", "options", "words"),
    [
        (DAYS, {"vmin": "soon"}, "vmin='soon' is not a"),
        (DAYS, {"vmin": 2005, "vmax": 2001}, "vmin"),
        (DAYS, {"vmin": "2015"}, "vmin=2015-01-01 is above all dates of the column"),
        (DAYS, {"scheme": "Log"}, "does not apply to dates"),
        (DAYS, {"legend_order": ["2001-05-06"]}, "ascending order"),
        ([1.0, 2.0, 3.0], {"vmin": "2001-05-06"}, "vmin='2001-05-06' is a date, but the column"),
        ([1.0, 2.0, 3.0], {"scheme": ["2001", "2002"]}, "scheme='2001' is a date"),
        (DAYS, {"filters": {"date": ("2011", None)}}, "between 1999-07-08 and 2010-12-31"),
        (DAYS, {"filters": {"date": ("2003", "2001")}}, "exchange the dates"),
        (DAYS, {"filters": {"date": "2003"}}, "is not a range of dates"),
        (DAYS, {"filters": {"date": ("2003", "then")}}, "'then' is not a date"),
    ],
)
def test_what_does_not_suit_dates_is_refused(
    values: list[Any], options: dict[str, Any], words: str
) -> None:
    with pytest.raises(MinmapError) as error:
        layer(values, color="date", **options)
    assert words in str(error.value)


def test_what_only_resembles_dates_is_text() -> None:
    for values in (
        ["2001-05-06", "unknown"],
        ["2001-13-01"],
        ["1998-99"],
        [20010506],
        [True],
        [[1]],
    ):
        assert days_of(pd.Series(values)) is None
    assert days_of(pd.Series(["2001-05-06"], dtype="category")) is None


def test_times_of_day_stay_in_texts_and_matter_within_days() -> None:
    times = pd.to_datetime(pd.Series(["2001-05-06 12:00", "2001-05-07 00:00"]))
    assert date_texts(times) == ["2001-05-06T12:00:00", "2001-05-07T00:00:00"]
    (first, *_), legend = labels(layer(times, color="date", k=2)), layer(times, color="date")
    assert first == ("2001-05-06 12:00", 1)
    assert legend._spec["legend"]["scale"]["ticks"][0] == (0.0, "2001-05-06 12:00")


def test_the_latest_date_is_drawn_last() -> None:
    for values in FORMS.values():
        assert drawing_ranks(pd.DataFrame({"d": values}), "d").tolist() == [2, 3, 0, 4, 3, 1]


def test_each_different_date_is_sent_once() -> None:
    table = gpd.GeoDataFrame(
        {"date": ["2020-10-11", "2020-10-12"] * 3}, geometry=gpd.points_from_xy([0] * 6, [0] * 6)
    )
    (array,) = Columns.of(table).arrays
    assert array.dictionary.to_pylist() == ["2020-10-11", "2020-10-12"]


@pytest.mark.parametrize(
    "options",
    [
        {"color": "date", "scheme": "Continuous"}, {"color": "date", "vmin": "2001"},
        {"color": "date", "k": 3}, {"order": "date"},
        {"filters": {"date": ("2001", None)}}, {"filters": {"date": ("01/02/2001", "2010")}},
    ],
)  # fmt: skip
@pytest.mark.parametrize("texts", [["01/02/2001", "03-04-2009", None], ["1/2/2001"] * 3])
def test_dates_that_could_be_of_two_days_are_refused_with_the_cure(
    texts: list[str | None], options: dict[str, Any]
) -> None:
    with pytest.raises(MinmapError, match=r"pandas\.to_datetime\(table\['date'\], dayfirst=True\)"):
        layer(texts, **options)


def test_ends_may_be_written_with_dots() -> None:
    made = layer(FORMS["dots"], color="date", vmin="1.1.2000", filters={"date": ("3.2.2000", None)})
    assert made._spec["legend"]["scale"]["ticks"][0][1] == "2000-01"
    assert made.first_filters == {"date": ("2000-02-03", None)}


@pytest.mark.parametrize(
    "texts", [["31.08.2005", "31.13.2005"], ["31.08.2005", "soon"], ["31/08/2005", "08/31/2005"],
              ["1.2.3", "1.2.4"], ["1.2-2003"], ["1/2/2003"], ["31.08.05"]]
)  # fmt: skip
def test_texts_that_are_not_all_dates_are_texts(texts: list[str]) -> None:
    assert days_of(pd.Series(texts)) is None


def test_times_follow_dates_with_dots() -> None:
    values = pd.Series(["2.1.1970 6:00", "03.01.1970T12:00:00", " "])
    assert days_of(values).dropna().tolist() == [1.25, 2.5]
    assert date_texts(values) == ["1970-01-02 06:00", "1970-01-03 12:00:00", None]
    assert drawing_ranks(pd.DataFrame({"at": values}), "at").tolist() == [1, 2, 0]


def test_only_the_first_text_of_a_column_without_dates_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def convert(*_: object, **__: object) -> None:
        raise AssertionError("the whole column is converted")

    column = pd.Series([None, "gold", "2001-01-01"], dtype="str")
    monkeypatch.setattr(type(column.array), "to_numpy", convert)
    monkeypatch.setattr(pd, "factorize", convert)
    assert days_of(column) is None


def far(first: str, unit: str) -> pd.Series:
    return pd.Series(np.array([first, "1998-02-03", "NaT"], dtype=f"datetime64[{unit}]"))


UNITS = {pa.timestamp("ms"): 86_400_000, pa.timestamp("s", "UTC"): 86_400, pa.date32(): 1}
DAYS_TO_12000 = 3_663_412
FAR = {
    "year 12000": far("12000-01-31", "s"),
    "year 0": far("0000-01-31", "ms"),
    "year -44": far("-0044-03-15", "us"),
    "a zone": far("12000-01-31", "s").dt.tz_localize("UTC"),
    "objects": far("12000-01-31", "s").astype(object),
    **{
        f"Arrow's {kind}": pd.Series(
            pd.array(pa.array([DAYS_TO_12000 * day, 10_260 * day, None], kind), pd.ArrowDtype(kind))
        )
        for kind, day in UNITS.items()
    },
}


@pytest.mark.parametrize("kind", FAR)
def test_dates_beyond_the_calendar_of_python_are_texts(kind: str) -> None:
    made = layer(FAR[kind], color="date")
    first, second = (
        text[: -len(" 00:00:00")] if ":" in text else text for text, _ in labels(made)[:2]
    )
    assert first in {"12000-01-31", "0000-01-31", "-0044-03-15"}
    assert second == "1998-02-03"
    column = made.columns.names.index("date")
    assert made.columns.fields[column]["type"] == "text"
    assert days_of(FAR[kind]) is None
    with pytest.raises(MinmapError, match="size='date' names a column without numbers"):
        layer(FAR[kind], size="date")


def test_no_year_0_is_written(tmp_path: Path) -> None:
    table = gpd.GeoDataFrame(
        {"t": far("0000-01-31", "ms")}, geometry=gpd.points_from_xy([1, 2, 3], [1, 2, 3]), crs=4326
    )
    with pytest.raises(MinmapError, match="column 't' has times beyond the years 1 to 9999"):
        mm.write(table, tmp_path / "a.csv")
