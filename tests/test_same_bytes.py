"""The same input gives the same bytes, in whichever process it is written."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import minmap

CODE = """
import sys
import folium
from folium import plugins
from minmap.demo import demo_map

page = demo_map()
group = folium.FeatureGroup(name="group").add_to(page)
folium.Marker([45, 70], popup="folium", tooltip="tip", icon=folium.Icon(color="red")).add_to(group)
plugins.MarkerCluster([[45, 70], [46, 71]]).add_to(page)
plugins.MiniMap().add_to(page)
page.save(sys.argv[1], offline=True)
"""


def saved(folder: Path, *, seed: str, threads: str) -> bytes:
    """Save the demo map with folium's elements on it in a process of its own."""
    target = folder / f"seed_{seed}.html"
    code = subprocess.run(
        [sys.executable, "-W", "error", "-c", CODE, str(target)],
        env={
            **os.environ,
            "PYTHONHASHSEED": seed,
            "OMP_NUM_THREADS": threads,
            "PYTHONPATH": str(Path(minmap.__file__).parents[1]),
        },
        check=False,
    ).returncode
    assert code == 0
    return target.read_bytes()


def test_processes_with_other_seeds_write_the_same_page(tmp_path: Path) -> None:
    first = saved(tmp_path, seed="1", threads="1")
    assert len(first) > 10**6
    assert first == saved(tmp_path, seed="4242", threads="2")
