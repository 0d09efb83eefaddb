"""Read a vector file on trial in another process, before GDAL reads it in this one.

GDAL makes many points of an arc, and draws a block as often as a drawing inserts it, so that a few
bytes may become gigabytes. Only GDAL knows how many.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Final

from minmap.errors import FileError
from minmap.files import trial_process
from minmap.files.damage import reason_of
from minmap.files.limited_process import Amounts, Budget, run

_UNREADABLE: Final = "cannot be read as a vector file"
_CURE: Final = "If you trust it, save the layer to a GeoPackage with QGIS or ogr2ogr."


def bytes_out(file: Path, most: int, where: str) -> int:
    """Return the size of a file's layers in memory; stop counting above `most`.

    Parameters
    ----------
    file
        The file that GDAL will open.
    most
        How many bytes may come out.
    where
        Its name in messages.

    Raises
    ------
    FileError
        If GDAL cannot read it, or takes more than 512 MB of memory, 5 seconds of the processor,
        and for each MB of the file 64 MB and 4 seconds.
    """
    budget = Budget(
        free=Amounts(512, 5, 1),
        each=Amounts(0, 0, 0),
        per_mb=Amounts(64, 4, 0),
        kind="a vector file",
        cure=_CURE,
    )
    arguments = (str(file), str(most))
    with tempfile.TemporaryFile() as output:
        packages = ("pyogrio", "pyarrow", "numpy")
        run(
            trial_process.__file__, arguments, file, where, output, budget=budget, packages=packages
        )
        output.seek(0)
        line = output.read()
    result = json.loads(line) if line.endswith(b"\n") else "GDAL crashes on it"
    if isinstance(result, str):
        raise FileError(f"{where} {_UNREADABLE}: {reason_of(ValueError(result))}. {_CURE}")
    return int(result)
