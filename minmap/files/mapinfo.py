"""Check that a MapInfo table (.tab) holds its data itself.

A .tab is a text that describes a table. It may also describe a view of other tables, a seamless map
of them, a link to a database, a raster or a spreadsheet; GDAL would open what it names. A native
table has its records in a .dat beside it, its shapes in .map, and the places of these in .id.
"""

import re
from pathlib import Path
from typing import Final

from minmap.errors import FileError
from minmap.files.companions import all_parts

_ENDS: Final = re.compile(rb"\r\n|\r|\n")
_LARGEST: Final = 1 << 20
_MOST_LINES: Final = 10_000
# The lines of the description of a native table: MapInfo Pro user guide, "Tab file format".
_PLAIN: Final = re.compile(
    rb"""!table|!version\s+\d+|!edit_version\s+\d+|!charset\s+[\w-]+|\s*
    |\s*definition\s+table|\s*type\s+native(?:\s+charset\s+"[\w-]*")?
    |\s*(?:description\s+"[^"]*"|readonly)|\s*fields\s+\d+
    |\s*\S+\s+(?:char|decimal)\s*\([\s\d,]+\)\s*(?:index\s+\d+\s*)?;
    |\s*\S+\s+(?:integer|smallint|largeint|float|logical|date|time|datetime)\s*(?:index\s+\d+\s*)?;
    """,
    re.IGNORECASE | re.VERBOSE,
)
_TYPE: Final = re.compile(rb"\s*type\s+native\b", re.IGNORECASE)
_METADATA: Final = re.compile(rb"\s*(begin|end)_metadata\s*", re.IGNORECASE)
_ENTRY: Final = re.compile(rb'\s*"(?:[^"]|"")*"\s*=\s*"(?:[^"]|"")*"\s*')
_SEAMLESS: Final = re.compile(rb"isseamless", re.IGNORECASE)
_CURE: Final = 'save it in MapInfo as a native table, or convert it: ogr2ogr data.gpkg "{name}".'


def require_native(file: Path, where: str) -> None:
    r"""Raise unless a .tab describes a native table whose parts are beside it.

    Parameters
    ----------
    file
        The .tab.
    where
        Its name in messages.

    Raises
    ------
    FileError
        If it describes anything else, has a line that such a description does not have, or lacks
        its records or, where it has shapes, their places.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "all.tab"
    >>> _ = path.write_text('!table\n!version 100\nOpen Table "secret" Hide\n')
    >>> require_native(path, "all.tab")
    Traceback (most recent call last):
        ...
    minmap.errors.FileError: all.tab is not a native table of MapInfo: its line 3 has 'Open Table
    "secret" Hide', by which it may refer to other files; save it in MapInfo as a native table, or
    convert it: ogr2ogr data.gpkg "all.tab".
    """
    if file.stat().st_size > _LARGEST:
        raise FileError(f"{where} is no table of MapInfo: its description is longer than 1 MB.")
    lines = _ENDS.split(file.read_bytes())[: _MOST_LINES + 1]
    cure = _CURE.format(name=Path(where).name)
    fault = f"{where} is not a native table of MapInfo"
    if (odd := _odd_line(lines)) is not None:
        line = lines[odd].strip()[:60].decode(errors="replace")
        raise FileError(
            f"{fault}: its line {odd + 1} has {line!r}, by which it may refer to other files; "
            f"{cure}"
        )
    if not any(map(_TYPE.match, lines)):
        raise FileError(f"{fault}: it has no 'Type NATIVE'; {cure}")
    parts = all_parts(file)
    needed = (".dat", *((".id",) if ".map" in parts else (".map",) if ".id" in parts else ()))
    if missing := [part for part in needed if part not in parts]:
        raise FileError(
            f"{file.stem}{missing[0]} is missing: it belongs to {where}. Put it beside it, or all "
            "into one .zip; a table of MapInfo is .tab, .dat, .map and .id together."
        )


def _odd_line(lines: list[bytes]) -> int | None:
    """Return the first line that the description of a native table does not have."""
    in_metadata = False
    for number, line in enumerate(lines):
        if mark := _METADATA.fullmatch(line):
            in_metadata = mark[1].lower() == b"begin"
        elif in_metadata:
            if not _ENTRY.fullmatch(line) or _SEAMLESS.search(line):
                return number
        elif not _PLAIN.fullmatch(line):
            return number
    return _MOST_LINES if len(lines) > _MOST_LINES else None
