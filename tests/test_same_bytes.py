"""The same input gives the same bytes, in whichever process it is written."""

from __future__ import annotations

import base64
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np

import minmap
from minmap.demo import demo_map

CODE = """
import sys
import folium
from folium import plugins
import minmap as mm
from minmap.demo import demo_map

page = demo_map()
deposits = mm.read(mm.sample("major_deposits_central_asia.csv"))
near = mm.nearest(deposits, mm.corridor("middle"))
page.add(near, by="distance_km", scheme="Quantiles", name="By distance")
page.add(mm.access(near, to="poti_port", avoid=["RUS"]), name="Access")
page.add_countries(mm.summarise(deposits, by="country"), value="occurrences")
group = folium.FeatureGroup(name="group").add_to(page)
folium.Marker([45, 70], popup="folium", tooltip="tip", icon=folium.Icon(color="red")).add_to(group)
plugins.MarkerCluster([[45, 70], [46, 71]]).add_to(page)
plugins.MiniMap().add_to(page)
page.save(sys.argv[1], offline=True)
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
