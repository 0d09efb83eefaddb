"""A large file read in parts gives what reading it whole gives."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
from geopandas.testing import assert_geodataframe_equal
from hypothesis import given, settings
from hypothesis import strategies as st

import minmap as mm
from minmap.errors import FileError, MinmapError, MinmapWarning
from minmap.files.delimited_parts import parted_text

pytestmark = pytest.mark.exhaustive

dask = pytest.importorskip("dask", reason="needs the extra dask")
pytest.importorskip("dask_geopandas", reason="needs the extra dask")

WORDS = ["Copper", "Gold; silver", "медь", "Tungsten"]


def survey(path: Path, *, rows: int = 400, encoding: str = "utf-8") -> Path:
    """Write a table with line breaks in quotes, equal numbers and shifted rows."""
    random = np.random.default_rng(5)
    lines = ["Survey of mines", "number,name,latitude,longitude,ore,remark,grade"]
    for n in range(rows):
        number = n % (rows - 60) if n % 7 else ""
        place = f"{random.uniform(40, 50):.4f},{random.uniform(60, 80):.4f}"
        remark = f'"seen, once\nin {2000 + n % 20}"' if n % 5 == 0 else "well known"
        lines.append(
            f"{number},Рудник {'abcdefgh'[n % 8]}{n},{place},{WORDS[n % 4]},{remark},{n / 8}"
        )
        if n % 60 == 59:
            lines.append(f"{9000 + n},Ridge, West,{place},Copper,lost,1")
        if n % 90 == 45:
            lines.append(f"{9500 + n},Short,{place}")
            lines.append("0,Same,45.5,70.5,Copper,equal record,1")
    path.write_bytes(("\n".join(lines) + "\n").encode(encoding))
    return path


def quietly(read: Any, *args: Any, **options: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MinmapWarning)
        return read(*args, **options)


def in_parts(path: Path, **options: Any) -> gpd.GeoDataFrame:
    lazy = quietly(mm.read_parts, path, **options)
    assert lazy.npartitions > 1
    with dask.config.set(scheduler="synchronous"):
        table = quietly(lazy.compute)
    assert lazy.divisions[-1] == len(table) - 1
    return table


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "koi8-r", "mac-cyrillic"])
@pytest.mark.parametrize("part_mb", [0.002, 0.013])
def test_parts_are_the_whole(tmp_path: Path, encoding: str, part_mb: float) -> None:
    path = survey(tmp_path / "survey.csv", encoding=encoding)
    whole = quietly(mm.read, path)
    parts = in_parts(path, part_mb=part_mb)
    assert_geodataframe_equal(parts, whole)
    # The match is by more records, and words in no vocabulary are not counted.
    by_all = {"match", "unknown_words"}
    assert {k: v for k, v in parts.attrs.items() if k not in by_all} == {
        k: v for k, v in whole.attrs.items() if k not in by_all
    }
    taken = [mm.describe_match(table)["taken_as"].fillna("-").tolist() for table in (parts, whole)]
    assert taken[0] == taken[1]
    assert len(whole.attrs["set_aside"]) == 6
    assert parts["occurrence_id"].is_unique
    assert parts["occurrence_id"].str.endswith("-2").any()


def test_cells_of_another_encoding_are_repaired_in_each_part(tmp_path: Path) -> None:
    path = survey(tmp_path / "survey.csv")
    content = path.read_bytes()
    head, tail = content[: len(content) // 2], content[len(content) // 2 :]
    tail = tail.replace("Рудник a".encode(), "Рудник a".encode("cp1251"))
    path.write_bytes(head + tail)
    assert_geodataframe_equal(in_parts(path, part_mb=0.005), quietly(mm.read, path))


def test_options_and_known_sources_are_those_of_read(tmp_path: Path) -> None:
    path = mm.sample("mrds_central_asia.csv")
    assert_geodataframe_equal(in_parts(path, part_mb=0.01), quietly(mm.read, path))
    grid = tmp_path / "grid.csv"
    lines = [f"{n},{500000 + 10 * n},{5000000 + 7 * n},gold" for n in range(300)]
    grid.write_text("site,a,b,ore\n" + "\n".join(lines) + "\n", encoding="utf-8")
    named = {"columns": {"name": "site", "longitude": "a", "latitude": "b"}, "crs": "EPSG:32642"}
    assert_geodataframe_equal(
        in_parts(grid, part_mb=0.003, **named), quietly(mm.read, grid, **named)
    )


def test_parts_go_on_to_the_functions_that_take_them(tmp_path: Path) -> None:
    path = survey(tmp_path / "survey.csv")
    corridor = mm.corridor("middle")
    lazy = mm.nearest(quietly(mm.read_parts, path, part_mb=0.01), corridor)
    with dask.config.set(scheduler="synchronous"):
        measured = quietly(lazy.compute)
    expected = mm.nearest(quietly(mm.read, path), corridor)
    np.testing.assert_allclose(measured["distance_km"], expected["distance_km"])


def test_what_is_decided_is_said_once(tmp_path: Path) -> None:
    path = survey(tmp_path / "survey.csv", encoding="cp1251")
    with pytest.warns(MinmapWarning) as caught:
        mm.read_parts(path, part_mb=0.01)
    said = str(caught[0].message)
    assert len(caught) == 1
    assert "read as cp1251" in said
    assert "Columns taken: longitude <- longitude, latitude <- latitude" in said
    assert "6 lines were set aside; the first is line" in said
    assert "records repeat the id of one before them" in said


def test_a_file_that_has_changed_is_not_mixed_with_the_old_one(tmp_path: Path) -> None:
    path = survey(tmp_path / "survey.csv")
    lazy = quietly(mm.read_parts, path, part_mb=0.01)
    survey(path, rows=300)
    with dask.config.set(scheduler="synchronous"), pytest.raises(FileError, match="has changed"):
        lazy.compute()


def test_what_cannot_be_read_in_parts_is_refused_with_a_cure(tmp_path: Path) -> None:
    path = survey(tmp_path / "survey.csv")
    with pytest.raises(MinmapError, match="part_mb=0 is not a number of MB above 0"):
        mm.read_parts(path, part_mb=0)
    grid = tmp_path / "grid.csv"
    grid.write_text("Name,Easting,Northing\nAksu,13400000,5100000\n", encoding="utf-8")
    for name in ("gauss-kruger", "Gauss-Krüger"):
        with pytest.raises(MinmapError, match=f"crs='{name}' is decided by all rows"):
            mm.read_parts(grid, crs=name)
    with pytest.raises(FileError, match="does not exist"):
        mm.read_parts(tmp_path / "none.csv")
    wide = survey(tmp_path / "wide.csv", encoding="utf-16")
    with pytest.raises(FileError, match=r"use minmap\.read|save it as UTF-8"):
        mm.read_parts(wide)
    own = tmp_path / "own.csv"
    mm.write(quietly(mm.read, path), own)
    with pytest.raises(FileError, match="is an occurrence table already; write it as GeoParquet"):
        mm.read_parts(own)
    shapes = tmp_path / "shapes.csv"
    line = 'A,Cu,"LINESTRING (1 2, 3 4)"\n'
    shapes.write_text(f"name,ore,wkt\n{line}{line}", encoding="utf-8")
    with pytest.raises(FileError, match="has lines or areas as text; read it whole"):
        mm.read_parts(shapes)
    deposits = tmp_path / "deposits.csv"
    deposits.write_bytes(mm.sample("major_deposits_central_asia.csv").read_bytes())
    quietly(mm.read_parts, deposits)
    (tmp_path / "commodity.csv").write_text("gid,value\n1,Cu\n", encoding="utf-8")
    with pytest.raises(FileError, match="the table commodity beside it is joined to all records"):
        mm.read_parts(deposits)


def test_without_the_extra_the_error_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "dask_geopandas", None)
    with pytest.raises(MinmapError, match=r'pip install "minmap\[dask\]"'):
        mm.read_parts(tmp_path / "a.csv")


CELL = st.text(st.sampled_from("ab ,\"\n'éЖ"), max_size=6)


@settings(max_examples=60)
@given(
    st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=30), st.integers(1, 200)
)
def test_no_part_cuts_a_record(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], part_bytes: int
) -> None:
    path = tmp_path_factory.mktemp("parts") / "table.csv"
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    path.write_bytes(("id,b,c\n" + "\n".join(quoted) + "\n").encode())
    text = parted_text(path, part_bytes=part_bytes, encoding=None)
    found = [
        row for span in text.spans for row in text.cells(span).frame.fillna("").to_numpy().tolist()
    ]
    assert found == rows
    ends = [span.end for span in text.spans]
    assert [span.start for span in text.spans[1:]] == ends[:-1]
    assert ends[-1] == path.stat().st_size


def test_parts_have_the_precision_that_the_whole_table_shows(tmp_path: Path) -> None:
    random = np.random.default_rng(7)
    lines = ["name,latitude,longitude,ore"]
    for n in range(300):
        place = [f"{round(random.uniform(*ends) * 60) / 60:.4f}" for ends in ((40, 50), (60, 80))]
        lines.append(f"Mine {n},{place[0].rstrip('0')},{place[1].rstrip('0')},Copper")
    path = tmp_path / "minutes.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    whole = quietly(mm.read, path)
    assert (whole["coordinate_precision_m"] > 1000).all()
    assert_geodataframe_equal(in_parts(path, part_mb=0.001), whole, check_like=True)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("", "dots were read as separators of thousands, so that '598.100' is 598100"),
        ("640.12", "which were not read, since the dot may be a decimal point"),
    ],
)
def test_what_the_dots_mean_is_said_for_parts_too(tmp_path: Path, more: str, said: str) -> None:
    rows = [f"Mina {n},Ouro,598.{100 + n},7.701.{100 + n}" for n in range(400)]
    rows += [f"Mina,Ouro,{more},7.701.850"] if more else []
    path = tmp_path / "dots.csv"
    path.write_text("\n".join(["Mina,Minério,Easting,Northing", *rows]), encoding="utf-8")
    with pytest.warns(MinmapWarning, match="In a sample, Easting and Northing") as caught:
        lazy = mm.read_parts(path, part_mb=0.005, crs=31983)
    assert any(said in str(one.message) for one in caught)
    assert lazy.npartitions > 1
    whole = quietly(mm.read, path, crs=31983)
    assert_geodataframe_equal(in_parts(path, part_mb=0.005, crs=31983), whole, check_like=True)
