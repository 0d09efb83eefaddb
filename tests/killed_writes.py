"""A process that writes tables and pages in children that kill themselves between two steps.

It reads lines of JSON, ``[target, version, step]``, and answers each with the exit code of the
child. The child ends by SIGKILL right after the call number ``step`` that changes a folder or
opens a lock, or it writes to the end. Children are forked, for importing minmap takes a second.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np

import minmap as mm
from minmap.errors import MinmapWarning
from minmap.table import conform
from minmap.writing import write

ROWS = 4
STEPS = ("replace", "rename", "link", "unlink", "remove", "rmdir", "mkdir", "symlink", "open")


def table(version: str) -> gpd.GeoDataFrame:
    """Return a table of a version; both have the same number of rows."""
    shift = {"old": 0.0, "new": 10.0}[version]
    points = gpd.points_from_xy(np.arange(ROWS) + shift, np.arange(ROWS) + shift)
    columns = {
        "occurrence_id": [f"{version}:{row}" for row in range(ROWS)],
        "source": version,
        "name": [f"={version} {row}" for row in range(ROWS)],
        "location_uncertainty_m": np.arange(ROWS) + shift,
        # The names differ too, so that the metadata of one does not fit the other.
        f"a_further_column_{version}": "text",
    }
    frame = conform(gpd.GeoDataFrame(columns, geometry=points, crs=4326))
    frame.attrs = {"version": version}
    return frame


def save(target: Path, version: str) -> None:
    """Write a version in the format of the file's ending; a page for a folder."""
    if target.suffix:
        write(table(version), target)
    else:
        mm.Map(table(version), title=version).save_folder(target)


def kill_after(count: int) -> None:
    """Make the process kill itself after this many steps."""
    done = 0

    def counted(call: Callable[..., Any]) -> Callable[..., Any]:
        def step(*args: Any, **options: Any) -> Any:
            nonlocal done
            result = call(*args, **options)
            done += 1
            if done == count:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        return step

    for name in (*STEPS, "write"):
        setattr(os, name, counted(getattr(os, name)))


def serve() -> None:
    """Answer until there are no more lines."""
    for line in sys.stdin:
        target, version, step = json.loads(line)
        child = os.fork()
        if child == 0:
            kill_after(step)
            save(Path(target), version)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    warnings.simplefilter("ignore", MinmapWarning)
    serve()
