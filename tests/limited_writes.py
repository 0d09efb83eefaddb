"""A process that writes every format where there is no room; it prints what was raised.

Run as ``python limited_writes.py FOLDER LIMIT``. With a LIMIT above 0 no file may have more bytes.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path

import geopandas as gpd
import numpy as np

import minmap as mm
from minmap.writing import FORMATS, write


def table(rows: int) -> gpd.GeoDataFrame:
    """Return points with texts that do not compress."""
    rng = np.random.default_rng(rows)
    texts = [rng.bytes(60).hex() for _ in range(rows)]
    return gpd.GeoDataFrame(
        {"name": texts, "n": np.arange(rows)},
        geometry=gpd.points_from_xy(rng.uniform(0, 80, rows), rng.uniform(0, 80, rows)),
        crs="EPSG:4326",
    )


Call = Callable[[], object]


def calls(folder: Path, rows: int) -> dict[str, Call]:
    """Return what writes each kind of file, by the name of the file."""
    frame = table(rows)
    tables = [f"t{ending}" for ending in FORMATS]
    page = mm.Map(frame)
    return {
        **{name: partial(write, frame, folder / name) for name in tables},
        "page.html": partial(page.save, folder / "page.html"),
        "qgis.gpkg": partial(page.save, folder / "qgis.gpkg"),
        "paper.pdf": partial(page.save, folder / "paper.pdf"),
        "site": partial(page.save_folder, folder / "site"),
    }


def message_of(call: Call) -> str:
    """Return the error and its message; the last lines of the traceback if it is not minmap's."""
    try:
        call()
    except mm.MinmapError as error:
        return f"{type(error).__name__}: {error}"
    except Exception:  # noqa: BLE001  # whatever it is, the test shows it
        return traceback.format_exc()[-2000:]
    return "written"


def main() -> None:
    """Write all and print what came of each."""
    folder, limit = Path(sys.argv[1]), int(sys.argv[2])
    ready = calls(folder, 4000)
    if limit:
        import resource  # noqa: PLC0415  # not on Windows

        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    os.write(1, json.dumps({name: message_of(call) for name, call in ready.items()}).encode())


if __name__ == "__main__":
    main()
