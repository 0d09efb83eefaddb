"""Make the names of the offline base map from GeoNames and Natural Earth.

    python scripts/build_names.py [FOLDER]

FOLDER holds ``places/`` with the towns of GeoNames and ``basemap/`` with the Natural Earth layers
(default: ../shared/data beside the repository). The tables in ``scripts/placenames`` are kept by
hand: names of waters, peaks and provinces, and the boxes in which seas lie.
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd
import pyarrow as pa
from folders import REPO, reference_data

sys.path[:0] = [str(REPO), str(REPO / "scripts")]

from placenames.areas import countries, peaks, provinces, waters  # noqa: E402
from placenames.towns import towns  # noqa: E402

from minmap.compression import gzipped  # noqa: E402
from minmap.scene import world_grid  # noqa: E402
from minmap.scene.place_names import POINT_STEP  # noqa: E402

OUT = REPO / "minmap" / "webmap" / "data" / "names.arrow.gz"


def packed(names: pd.DataFrame) -> bytes:
    # Of two names that touch, the page keeps the first.
    names = names.sort_values(["zoom", "weight"], ascending=[True, False], kind="stable")
    x, y = world_grid.to_world(names.lon.fillna(0).to_numpy(), names.lat.fillna(0).to_numpy())
    x, y = (
        np.where(names[own].notna(), names[own].fillna(0), full).astype(int) // POINT_STEP
        for own, full in (("x", x), ("y", y))
    )
    text = {
        name: names[name].astype(object).where(names[name].notna(), None)
        for name in ("name", "ru", "region", "others")
    }
    rooms = [room if isinstance(room, list) else [] for room in names.rooms]
    table = pa.table(
        {
            "x": pa.array(x, pa.int32()),
            "y": pa.array(y, pa.int32()),
            "zoom": pa.array(names["zoom"], pa.uint8()),
            "naming": pa.array(names["naming"], pa.uint8()),
            "height": pa.array(names.height.fillna(0).astype(int), pa.uint16()),
            "name": pa.array(text["name"], pa.string()),
            "ru": pa.array(text["ru"], pa.string()),
            "region": pa.array(text["region"], pa.string()),
            "others": pa.array(text["others"], pa.string()),
            "rooms": pa.array(rooms, pa.list_(pa.uint16())),
        }
    )
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return gzipped(sink.getvalue(), level=9)


def main() -> None:
    folder = reference_data()
    made = [make(folder) for make in (countries, waters, provinces, peaks, towns)]
    names = pd.concat(made, ignore_index=True)
    data = packed(names)
    OUT.write_bytes(data)
    print(f"{len(names):,} names, {len(data):,} bytes")


if __name__ == "__main__":
    main()
