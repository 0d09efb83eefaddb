"""Counts of a table by hand, by plain pandas and against selections."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from shapely import Point

import minmap as mm
from minmap.errors import ChoiceError, GeometryError, MinmapError
from minmap.querying import select, summarise
from minmap.querying.counts import BY, NOT_STATED
from minmap.types import TEXT
from tests.conftest import SHARED

NAMES = ["country", "commodity", "main_commodity", "group", "status", "site_type", "deposit_type"]


def toy() -> gpd.GeoDataFrame:
    """Return five records by hand, one of them without a place and one that says nothing."""
    frame = gpd.GeoDataFrame(
        {
            "country": ["KAZ", "KAZ", "Kazakstan", "UZB", None],
            "commodities": ["Cu Au", "Cu", "REE", "Au Cu", None],
            "minor_commodities": ["Cu Ag", None, "La", None, None],
            "commodity_group": ["base", "base", "rare_earth", "precious", None],
            "status": ["producer", "Producer", None, "half open", None],
            "site_type": ["mine", None, None, None, None],
            "deposit_type": ["Q318", None, None, None, None],
            "distance_km": [10.0, 30.0, np.nan, 5.0, np.nan],
        },
        geometry=[Point(67, 47), Point(68, 47), None, Point(64, 41), Point()],
        crs=4326,
    )
    frame.attrs = {"sources": [{"id": "toy"}]}
    return frame


def counts(**asked: Any) -> dict[Any, int]:
    """Return name (or names) and count."""
    found = summarise(toy(), **asked)
    names = found[[name for name in found.columns if name.endswith("_name")]]
    keys = map(tuple, names.to_numpy()) if names.shape[1] > 1 else names.iloc[:, 0]
    return dict(zip(keys, found["occurrences"].tolist(), strict=True))


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"by": "country"}, {"Kazakhstan": 3, "Uzbekistan": 1, NOT_STATED: 1}),
        (
            {"by": "commodity"},
            {"Copper": 3, "Gold": 2, "Silver": 1, "Lanthanum": 1, "Rare earth elements": 1,
             NOT_STATED: 1},
        ),
        (
            {"by": "main_commodity"},
            {"Copper": 2, "Gold": 1, "Rare earth elements": 1, NOT_STATED: 1},
        ),
        (
            {"by": "group"},
            {"Base metals": 2, "Precious metals": 1, "Rare earths": 1, NOT_STATED: 1},
        ),
        ({"by": "status"}, {"Producer": 2, NOT_STATED: 2, "half open": 1}),
        ({"by": "site_type"}, {NOT_STATED: 4, "Mine": 1}),
        ({"by": "deposit_type"}, {NOT_STATED: 4, "Karst bauxite": 1}),
        (
            {"by": "critical", "critical": "US-2022"},
            {"not on US-2022": 3, "on US-2022": 1, NOT_STATED: 1},
        ),
        (
            {"by": ["country", "main_commodity"]},
            {("Kazakhstan", "Copper"): 2, ("Kazakhstan", "Rare earth elements"): 1,
             ("Uzbekistan", "Gold"): 1, (NOT_STATED, NOT_STATED): 1},
        ),
    ],
)  # fmt: skip
def test_counts_are_those_of_the_hand(asked: dict[str, Any], expected: dict[Any, int]) -> None:
    assert counts(**asked) == expected


def test_the_table_says_share_place_and_distance() -> None:
    found = summarise(toy(), by="country")
    assert found.columns.tolist() == [
        "country", "country_name", "occurrences", "share", "located", "distance_km_min",
        "distance_km_median", "distance_km_max",
    ]  # fmt: skip
    kazakhstan, nothing, uzbekistan = (
        found.set_index("country_name").loc[name]
        for name in ("Kazakhstan", NOT_STATED, "Uzbekistan")
    )
    assert kazakhstan.tolist() == ["KAZ", 3, 0.6, 2, 10.0, 20.0, 30.0]
    assert pd.isna(nothing["country"])
    assert nothing[["located", "occurrences"]].tolist() == [0, 1]
    assert pd.isna(nothing["distance_km_min"])
    assert uzbekistan["distance_km_median"] == 5
    assert found.attrs == {"occurrences": 5, "sources": [{"id": "toy"}]}


def test_a_table_without_geometry_is_counted_as_not_located() -> None:
    counts = summarise(gpd.GeoDataFrame({"commodities": ["Cu", "Cu"]}), by="commodity")
    assert counts[["occurrences", "located"]].to_numpy().tolist() == [[2, 0]]


def test_the_most_frequent_come_first_and_equals_by_code() -> None:
    found = summarise(toy(), by="commodity")
    assert found["commodity"].tolist()[:5] == ["Cu", "Au", "Ag", "La", "REE"]
    assert pd.isna(found["commodity"].iloc[5])
    assert found["occurrences"].is_monotonic_decreasing


def test_the_table_is_not_changed_and_distances_may_be_absent() -> None:
    table = toy()
    summarise(table, by=NAMES)
    assert_frame_equal(table, toy())
    assert "distance_km_min" not in summarise(table.drop(columns="distance_km"), by="country")
    nullable = table.astype({"distance_km": "Float64"})
    assert_frame_equal(summarise(nullable, by="country"), summarise(table, by="country"))


@pytest.mark.parametrize("by", BY)
def test_empty_in_gives_empty_out_with_all_columns(by: str) -> None:
    critical = "US-2025" if by == "critical" else None
    full = summarise(toy(), by=by, critical=critical)
    empty = summarise(toy().iloc[:0], by=by, critical=critical)
    assert len(empty) == 0
    assert empty.columns.tolist() == full.columns.tolist()
    assert empty.attrs["occurrences"] == 0


def test_what_cannot_be_counted_is_said() -> None:
    with pytest.raises(ChoiceError, match="did you mean 'country'"):
        summarise(toy(), by="contry")
    with pytest.raises(ChoiceError, match="US-2025"):
        summarise(toy(), by="critical", critical="US-2027")
    for asked in ({"by": "critical"}, {"by": "country", "critical": "US-2025"}):
        with pytest.raises(MinmapError, match="go together"):
            summarise(toy(), **asked)
    with pytest.raises(MinmapError, match="nothing to count by"):
        summarise(toy(), by=[])
    with pytest.raises(MinmapError, match="by='status' needs a column 'status'"):
        summarise(toy().drop(columns="status"), by="status")
    with pytest.raises(GeometryError, match="NoneType"):
        summarise(None, by="country")  # type: ignore[arg-type]


CODES = st.lists(st.sampled_from(["Cu", "Au", "REE", "La", "W"]), max_size=3).map(" ".join)


@pytest.mark.exhaustive
@given(st.lists(st.tuples(CODES, CODES), max_size=12))
@pytest.mark.filterwarnings("ignore:.*selects nothing")
def test_a_count_is_the_length_of_the_selection(pairs: list[tuple[str, str]]) -> None:
    main, minor = zip(*pairs, strict=True) if pairs else ((), ())
    frame = gpd.GeoDataFrame(
        {
            "commodities": pd.Series([text or None for text in main], dtype=TEXT),
            "minor_commodities": pd.Series([text or None for text in minor], dtype=TEXT),
        },
        geometry=[Point(0, 0)] * len(pairs),
        crs=4326,
    )
    found = summarise(frame, by="commodity").dropna().set_index("commodity")["occurrences"]
    for code in ("Cu", "Au", "La", "W"):
        assert found.get(code, 0) == len(select(frame, commodity=code))
    critical = summarise(frame, by="critical", critical="US-2025").dropna()
    on_list = critical.set_index("critical")["occurrences"].get("yes", 0)
    assert on_list == len(select(frame, critical="US-2025"))
    main_counts = summarise(frame, by="main_commodity")["occurrences"]
    assert main_counts.sum() == len(frame)


@pytest.mark.reference
@pytest.mark.filterwarnings("ignore::minmap.errors.MinmapWarning")
@pytest.mark.parametrize("by", ["country", "status", "site_type", "deposit_type"])
def test_the_major_deposits_count_as_plain_pandas_would(by: str) -> None:
    table = mm.read(SHARED / "deposits" / "usgs_major_deposits" / "deposit.csv")
    found = summarise(table, by=by).set_index(by)["occurrences"]
    expected = table[by].value_counts(dropna=False)
    assert found[found.index.notna()].to_dict() == expected[expected.index.notna()].to_dict()
    assert found.sum() == len(table)


def test_any_column_of_the_table_can_be_counted_by() -> None:
    table = toy().iloc[:3].assign(owner=["A", "A", None], found=[1950, 1950, 1998])
    counts = summarise(table, by="owner")
    assert counts[["owner_name", "occurrences"]].to_numpy().tolist() == [
        ["A", 2],
        ["not stated", 1],
    ]
    both = summarise(table, by=["found", "country"])
    assert both["occurrences"].sum() == 3
    assert set(both["found"]) == {"1950", "1998"}
    with pytest.raises(ChoiceError, match="by='ownr' is not known; did you mean 'owner'"):
        summarise(table, by="ownr")
    with pytest.raises(MinmapError, match="by='share' is also the name of a column of the result"):
        summarise(table.assign(share=1), by="share")
