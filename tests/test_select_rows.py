"""Selected rows are those of pandas' own mask, whatever the columns."""

from __future__ import annotations

from itertools import product

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from geopandas.testing import assert_geodataframe_equal

import minmap as mm

pytestmark = pytest.mark.filterwarnings("ignore::minmap.MinmapWarning")  # of no row


def _selected(table: gpd.GeoDataFrame, mask: np.ndarray) -> gpd.GeoDataFrame:
    return mm.select(table.assign(status=np.where(mask, "producer", None)), status="producer").drop(
        columns="status"
    )


def _table() -> gpd.GeoDataFrame:
    """Return text in two chunks among other dtypes, names and labels that repeat."""
    upper = pd.Series(["Коунрад", None], dtype="str")
    table = gpd.GeoDataFrame(
        {
            "name": pd.concat([upper, pd.Series(["Zod", ""], dtype="str")], ignore_index=True),
            "year": pd.Series([1931, None, 1956, 2000], dtype="Int64"),
            "note": pd.Series(["a", "b", None, "d"], dtype="str"),
            "size": pd.Categorical(["large", "small", None, "large"]),
        },
        geometry=gpd.points_from_xy([75, 70, 46, 60], [47, 41, 40, 50]),
        crs=4326,
    )
    table.index = pd.Index([9, 9, 3, 1], name="row")
    table.attrs["sources"] = [{"id": "mrds"}]
    return table


@pytest.mark.parametrize("kept", [*product([True, False], repeat=4)])
def test_the_same_rows_as_pandas(kept: tuple[bool, ...]) -> None:
    table, mask = _table(), np.array(kept)
    given = table.copy()
    found = _selected(table, mask)
    assert_geodataframe_equal(found, table[mask])
    assert found.index.name == "row"
    assert found.attrs == table.attrs
    assert_geodataframe_equal(table, given)


def test_attrs_are_not_shared() -> None:
    table = _table()
    _selected(table, np.ones(4, dtype=bool)).attrs["sources"][0]["id"] = "mine"
    assert table.attrs["sources"] == [{"id": "mrds"}]


@pytest.mark.parametrize("columns", [["year", "geometry"], ["name", "note"], ["name", "name"]])
def test_tables_of_other_shapes(columns: list[str]) -> None:
    table, mask = _table()[columns], np.array([True, False, True, True])
    found = _selected(gpd.GeoDataFrame(table), mask)
    pd.testing.assert_frame_equal(pd.DataFrame(found), pd.DataFrame(table[mask]))


def test_another_geometry_column_and_repeated_names() -> None:
    table = _table().rename_geometry("place")
    table.columns = pd.Index(["name", "name", "note", "size", "place"])
    mask = np.array([False, True, True, False])
    found = _selected(table, mask)
    assert found.geometry.name == "place"
    assert found.columns.tolist() == table.columns.tolist()
    assert found.iloc[:, 0].tolist() == table.iloc[:, 0][mask].tolist()
