"""Files are written whole or not at all."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from minmap.errors import ChoiceError, CRSError, FileError, GeometryError
from minmap.output import FORMATS, atomic_path, write


@pytest.fixture
def places() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"name": ["Жезказган", "ჭიათურა"], "distance_km": [1.5, 2.25]},
        geometry=gpd.points_from_xy([67.4, 43.3], [47.8, 42.3]),
        crs="EPSG:4326",
    )


def test_an_error_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    target = tmp_path / "map.html"
    target.write_text("old")

    def fail_half_way() -> None:
        with atomic_path(target) as draft:
            draft.write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_half_way()
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with (
        pytest.raises(FileError, match="nowhere does not exist"),
        atomic_path(tmp_path / "nowhere" / "a"),
    ):
        pass


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="is a folder"), atomic_path(tmp_path):
        pass


@pytest.mark.parametrize("ending", [".parquet", ".gpkg", ".geojson"])
def test_each_geographic_format_reads_back(
    tmp_path: Path, places: gpd.GeoDataFrame, ending: str
) -> None:
    target = tmp_path / f"places{ending}"
    write(places.to_crs("EPSG:3857") if ending == ".geojson" else places, target)
    back = gpd.read_parquet(target) if ending == ".parquet" else gpd.read_file(target)
    assert back["name"].tolist() == places["name"].tolist()
    assert back.crs.to_epsg() == 4326
    assert back.geometry.geom_equals_exact(places.geometry, 1e-6).all()


def test_csv_holds_degrees(tmp_path: Path, places: gpd.GeoDataFrame) -> None:
    write(places.to_crs("EPSG:3857"), tmp_path / "places.csv")
    back = pd.read_csv(tmp_path / "places.csv")
    assert back.columns.tolist() == ["name", "distance_km", "longitude", "latitude"]
    assert back["longitude"].tolist() == pytest.approx([67.4, 43.3])


def test_csv_holds_other_geometry_as_text(tmp_path: Path, places: gpd.GeoDataFrame) -> None:
    areas = places.set_geometry(places.to_crs("EPSG:3857").buffer(1000).to_crs("EPSG:4326"))
    write(areas, tmp_path / "areas.csv")
    assert pd.read_csv(tmp_path / "areas.csv")["geometry"].str.startswith("POLYGON").all()


def test_an_unknown_ending_lists_the_formats(tmp_path: Path, places: gpd.GeoDataFrame) -> None:
    with pytest.raises(ChoiceError) as caught:
        write(places, tmp_path / "places.xyz")
    assert all(ending in str(caught.value) for ending in FORMATS)
    assert list(tmp_path.iterdir()) == []


def test_csv_keeps_the_tables_own_coordinates(tmp_path: Path, places: gpd.GeoDataFrame) -> None:
    write(places.assign(Latitude=["47,8", "unread"]), tmp_path / "places.csv")
    back = pd.read_csv(tmp_path / "places.csv")
    assert back["Latitude"].tolist() == ["47,8", "unread"]
    assert back["point_latitude"].tolist() == pytest.approx([47.8, 42.3])


def test_a_column_called_fid_and_a_name_with_an_exclamation_mark(
    tmp_path: Path, places: gpd.GeoDataFrame
) -> None:
    target = tmp_path / "Кен 100%!.gpkg"
    write(places.assign(FID=["x", "x"]), target)
    assert [file.name for file in tmp_path.iterdir()] == [target.name]
    back = gpd.read_file(target.rename(tmp_path / "plain.gpkg"))
    assert back["FID"].tolist() == ["x", "x"]


@pytest.mark.parametrize("ending", [".gpkg", ".geojson", ".parquet"])
def test_what_a_format_cannot_hold_is_one_line_and_leaves_the_old_file(
    tmp_path: Path, places: gpd.GeoDataFrame, ending: str
) -> None:
    target = tmp_path / f"places{ending}"
    target.write_text("old")
    odd = places.assign(mixed=pd.Series([1, "a"], dtype=object), other=places.geometry)
    with pytest.raises(FileError, match="cannot be written as Geo") as caught:
        write(odd, target)
    assert "\n" not in str(caught.value)
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("ending", FORMATS)
def test_a_table_that_lies_nowhere_is_not_written(
    tmp_path: Path, places: gpd.GeoDataFrame, ending: str
) -> None:
    nowhere = places.set_crs(None, allow_override=True)
    with pytest.raises(CRSError, match="set_crs"):
        write(nowhere, tmp_path / f"a{ending}")
    with pytest.raises(GeometryError, match="is a DataFrame"):
        write(pd.DataFrame({"a": [1]}), tmp_path / f"a{ending}")  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []
