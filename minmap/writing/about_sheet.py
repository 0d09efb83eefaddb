"""The second sheet of a workbook, which has the sources and the metadata of the table."""

from pathlib import Path
from typing import Final

from minmap.errors import FileError
from minmap.files.workbook_sheets import read_sheets
from minmap.writing.metadata import Metadata

ABOUT: Final = "about"
"""Name of the sheet."""
METADATA: Final = "metadata (minmap reads this)"
"""Text in the first column of the rows that have the metadata in the second one."""


def metadata_in(path: Path) -> Metadata | None:
    """Return the metadata in a workbook, or None."""
    try:
        sheet = read_sheets(path, path.name, ABOUT).get(ABOUT)
    except (FileError, OSError):
        return None
    rows = [] if sheet is None else sheet.rows(strip=False)
    pieces = [row[1] for row in rows if len(row) > 1 and row[0] == METADATA]
    return Metadata.from_json("".join(pieces))
