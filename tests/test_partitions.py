"""The same answers from a Dask cluster as from one table."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from geopandas.testing import assert_geodataframe_equal

import minmap as mm

pytestmark = pytest.mark.exhaustive

dask_geopandas = pytest.importorskip("dask_geopandas", reason="needs the extra dask")
distributed = pytest.importorskip("distributed", reason="needs the extra dask")

PARTITIONS = 5


@pytest.fixture(scope="module")
def deposits() -> gpd.GeoDataFrame:
    random = np.random.default_rng(7)
    points = gpd.points_from_xy(random.uniform(45, 88, 500), random.uniform(36, 54, 500))
    table = gpd.GeoDataFrame(
        {"name": [f"deposit {number}" for number in range(500)]}, geometry=points, crs=4326
    )
    table["name"] = table["name"].astype("str")
    return table


@pytest.fixture(scope="module")
def stored(deposits: gpd.GeoDataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of GeoParquet files, as a cluster reads them."""
    folder: Path = tmp_path_factory.mktemp("deposits")
    for number, rows in enumerate(np.array_split(np.arange(len(deposits)), PARTITIONS)):
        deposits.iloc[rows].to_parquet(folder / f"part.{number}.parquet")
    return folder


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Start two worker processes on this machine."""
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0"
        ) as two_workers,
        distributed.Client(two_workers) as client,
    ):
        yield client


def test_nearest_over_partitioned_files(
    cluster: Any, stored: Path, deposits: gpd.GeoDataFrame
) -> None:
    lazy = dask_geopandas.read_parquet(stored)
    assert lazy.npartitions == PARTITIONS
    corridor = mm.corridor("middle")
    measured = mm.nearest(lazy, corridor)
    assert isinstance(measured, dask_geopandas.GeoDataFrame)
    expected = mm.nearest(deposits, corridor)
    assert measured.columns.tolist() == expected.columns.tolist()
    found = measured.compute()
    assert_geodataframe_equal(found, expected)
    assert len(cluster.scheduler_info()["workers"]) == 2


# The network with its roads is sent once, with the first task.
@pytest.mark.filterwarnings("ignore:Sending large graph")
def test_access_over_partitioned_files(
    cluster: Any, stored: Path, deposits: gpd.GeoDataFrame
) -> None:
    options = {"to": "poti_port", "avoid": ["RUS", "IRN"], "objective": "usd_t"}
    lazy = mm.access(dask_geopandas.read_parquet(stored), **options)
    assert isinstance(lazy, dask_geopandas.GeoDataFrame)
    expected = mm.access(deposits, **options)
    assert 0 < expected["gate"].notna().sum() < len(expected)
    assert_geodataframe_equal(lazy.compute(), expected)


def test_nothing_is_computed_before_it_is_asked_for(deposits: gpd.GeoDataFrame) -> None:
    def refuse(part: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        assert part.empty, "a partition was computed"
        return part

    lazy = dask_geopandas.from_geopandas(deposits, npartitions=2)
    meta = lazy._meta
    lazy = lazy.map_partitions(refuse, meta=meta)
    answer = mm.nearest(lazy, mm.corridor("middle"))
    assert isinstance(answer._meta["distance_km"], pd.Series)
    with pytest.raises(AssertionError, match="was computed"):
        answer.compute(scheduler="sync")
