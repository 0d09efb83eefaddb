"""The size that a file states is checked before memory is reserved for it."""

from __future__ import annotations

import sqlite3
import struct
from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest
from shapely import Point

from minmap.errors import FileError
from minmap.files import read_vector

pytestmark = pytest.mark.exhaustive

STATED_ROWS = 100_000_000


def three() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"a": list("xyz")}, geometry=[Point(n, 45) for n in range(3)], crs=4326)


def inflated_geopackage(path: Path) -> None:
    three().to_file(path)
    with sqlite3.connect(path) as database:
        database.execute("UPDATE gpkg_ogr_contents SET feature_count = ?", [STATED_ROWS])
    database.close()


def inflated_flatgeobuf(path: Path) -> None:
    """Change the number of features, a whole number of 8 bytes in the header."""
    three().to_file(path, driver="FlatGeobuf", SPATIAL_INDEX="NO")
    content = path.read_bytes()
    length = struct.unpack("<I", content[8:12])[0]
    header, three_features = content[12 : 12 + length], struct.pack("<Q", 3)
    assert header.count(three_features) == 1
    changed = header.replace(three_features, struct.pack("<Q", STATED_ROWS))
    path.write_bytes(content[:12] + changed + content[12 + length :])


def test_the_rows_of_a_geopackage_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    inflated_geopackage(path)
    assert pyogrio.read_info(path)["features"] == STATED_ROWS
    assert read_vector(path)["a"].tolist() == list("xyz")


def test_no_memory_is_reserved_for_rows_that_do_not_exist(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.fgb"
    inflated_flatgeobuf(path)
    assert pyogrio.read_info(path)["features"] == STATED_ROWS
    monkeypatch.setattr(
        pyogrio, "read_dataframe", lambda *_, **__: pytest.fail("memory was reserved")
    )
    with pytest.raises(FileError, match=r"says that it has 100,000,000 rows of"):
        read_vector(path)


def test_an_honest_file_is_read_whole(tmp_path: Path) -> None:
    three().to_file(tmp_path / "a.fgb")
    assert sorted(read_vector(tmp_path / "a.fgb")["a"]) == list("xyz")
