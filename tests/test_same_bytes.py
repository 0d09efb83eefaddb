"""The same input gives the same bytes, in whichever process it is written."""

from __future__ import annotations

import base64
import io
import os
import re
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest

import minmap
from minmap.demo import demo_map
from minmap.writing import FORMATS
from tests.waiting import until

pytestmark = pytest.mark.exhaustive

CODE = """
import sys
import folium
from folium import plugins
import minmap as mm
from minmap.demo import demo_map

page = demo_map()
deposits = mm.read(mm.sample("major_deposits_central_asia.csv"))
near = mm.nearest(deposits, mm.corridor("middle"))
page.add(near, color="distance_km", scheme="Quantiles", name="By distance")
page.add(mm.access(near, to="poti_port", avoid=["RUS"]), name="Access")
page.add_countries(mm.summarise(deposits, by="country"), value="occurrences")
group = folium.FeatureGroup(name="group").add_to(page)
folium.Marker([45, 70], popup="folium", tooltip="tip", icon=folium.Icon(color="red")).add_to(group)
plugins.MarkerCluster([[45, 70], [46, 71]]).add_to(page)
plugins.MiniMap().add_to(page)
page.save(sys.argv[1], offline=True)
"""

TABLES = """
import sys
from pathlib import Path
import geopandas as gpd
import minmap as mm
from minmap.writing import FORMATS, write

table = mm.read(mm.sample("major_deposits_central_asia.csv"))
times = gpd.pd.to_datetime(["2024-05-06 07:08:09"]).repeat(len(table)).tz_localize("Asia/Almaty")
table = table.assign(when=times, large=range(len(table)))
for ending in FORMATS:
    folder = Path(sys.argv[1], ending[1:])
    folder.mkdir(parents=True)
    write(table, folder / f"t{ending}")
"""


def saved(folder: Path, *, seed: str, threads: str, **more: str) -> bytes:
    """Save a map of all kinds of layers in a process of its own."""
    target = folder / "map.html"
    code = subprocess.run(
        [sys.executable, "-W", "error", "-c", CODE, str(target)],
        env={
            **os.environ,
            "PYTHONHASHSEED": seed,
            "OMP_NUM_THREADS": threads,
            "PYTHONPATH": str(Path(minmap.__file__).parents[1]),
            **more,
        },
        check=False,
    ).returncode
    assert code == 0
    return target.read_bytes()


def test_processes_with_other_seeds_write_the_same_page(tmp_path: Path) -> None:
    first = saved(tmp_path, seed="1", threads="1")
    assert len(first) > 10**6
    assert first == saved(tmp_path, seed="4242", threads="2")


def tables_written(folder: Path, **environment: str) -> dict[str, bytes]:
    """Write a table in all formats in a process of its own; give the files with their content."""
    subprocess.run(
        [sys.executable, "-W", "error", "-c", TABLES, str(folder)],
        env={**os.environ, "PYTHONPATH": str(Path(minmap.__file__).parents[1]), **environment},
        check=True,
    )
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_every_format_has_the_same_bytes_at_another_time(tmp_path: Path) -> None:
    first = tables_written(tmp_path / "a", PYTHONHASHSEED="1", TZ="UTC")
    second = int(time.time())
    until(lambda: int(time.time()) != second)  # GDAL and SQLite have clocks that no test can set
    other = tables_written(tmp_path / "b", PYTHONHASHSEED="4242", TZ="Asia/Almaty")
    assert len(first) >= len(FORMATS)
    assert [name for name in first if first[name] != other.get(name)] == []
    assert set(first) == set(other)


def test_no_file_holds_the_day_of_its_writing(tmp_path: Path) -> None:
    """Dates of a whole day, as in a .dbf file, do not differ from one second to the next."""
    days = {time.strftime(form).encode() for form in ("%Y-%m-%d", "%Y%m%d")}
    before = time.gmtime()
    for name, content in tables_written(tmp_path).items():
        for day in days:
            assert day not in content, name
        if name.endswith(".dbf"):
            assert content[1:4] != bytes([before.tm_year - 1900, before.tm_mon, before.tm_mday])
        if name.endswith((".kmz", ".zip", ".xlsx")):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                assert {member.date_time[0] for member in archive.filelist} == {1980}, name
                for member in archive.namelist():
                    if member.endswith(".xml"):
                        assert time.strftime("%Y-%m-%d").encode() not in archive.read(member)


def test_an_older_processor_writes_the_same_page(tmp_path: Path) -> None:
    """numpy and the C library take other ways to sines and logarithms on other processors."""
    found = np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])
    older = {
        "NPY_DISABLE_CPU_FEATURES": " ".join(found),
        "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX512F,-AVX512VL,-AVX2,-FMA,-FMA4",
    }
    first = saved(tmp_path, seed="1", threads="1")
    assert first == saved(tmp_path, seed="1", threads="1", **older)


def test_no_piece_of_a_page_names_the_system_that_packed_it(tmp_path: Path) -> None:
    """Python's own gzip writes one byte until 3.11 and another since, so none of it may be here."""
    demo_map().save(tmp_path / "map.html")
    page = (tmp_path / "map.html").read_text(encoding="utf-8")
    pieces = [
        base64.b64decode(piece)
        for piece in re.findall(r'<script type="application/octet-stream"[^>]*>([^<]+)<', page)
    ]
    systems = [piece[9] for piece in pieces if piece.startswith(b"\x1f\x8b")]
    assert len(systems) >= 6
    assert set(systems) == {255}
