"""Read a vector file with GDAL and print how many bytes come out; `minmap.files.trial` runs this.

The arguments are the path of the file, and how many bytes may come out. The output is one line of
JSON: the bytes, or those at which it stopped, or the text of an error.
"""

from __future__ import annotations

import json
import os
import sys

_DATABASES = (".gpkg", ".sqlite", ".db", ".sqlite3")


def main() -> None:
    """Read the file that the arguments name."""
    file, most = sys.argv[1:]
    try:
        result: int | str = bytes_of(file, int(most))
    except Exception as error:  # noqa: BLE001  # the line tells it
        result = str(error) or type(error).__name__
    sys.stdout.write(f"{json.dumps(result)}\n")


def bytes_of(file: str, most: int) -> int:
    """Return the bytes of all layers as Arrow has them; stop when they are more than `most`.

    Of databases only shapes count: how long their rows are has been checked.
    """
    import pyogrio  # noqa: PLC0415  # `limited_program` has set its folder

    size = 0
    is_database = os.path.isdir(file) or file.lower().endswith(_DATABASES)  # noqa: PTH112  # without importing more
    for layer, geometry in pyogrio.list_layers(file):
        if not is_database:
            opened = pyogrio.raw.open_arrow(file, layer=layer, use_pyarrow=True)
            with opened as (_, batches):
                for batch in batches:
                    size += int(batch.nbytes)
                    if size > most:
                        return size
        elif geometry is not None:  # Arrow has arcs where pyogrio makes points of them
            shapes = pyogrio.raw.read(file, layer=layer, columns=[])[2]
            size += sum(len(shape) for shape in shapes if shape is not None)
            if size > most:
                return size
    return size


if __name__ == "__main__":
    main()
