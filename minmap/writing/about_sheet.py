"""The second sheet of a workbook, which has the sources and the metadata of the table."""

from pathlib import Path
from typing import Final

from python_calamine import CalamineError, CalamineWorkbook

from minmap.writing.metadata import Metadata

ABOUT: Final = "about"
"""Name of the sheet."""
METADATA: Final = "metadata (minmap reads this)"
"""Text in the first column of the rows that have the metadata in the second one."""


def metadata_in(path: Path) -> Metadata | None:
    """Return the metadata in a workbook, or None."""
    try:
        with path.open("rb") as stream:
            sheet = CalamineWorkbook.from_filelike(stream).get_sheet_by_name(ABOUT)
        rows = sheet.to_python(skip_empty_area=False)
    except (CalamineError, OSError):
        return None
    pieces = [row[1] for row in rows if len(row) > 1 and row[0] == METADATA]
    return Metadata.from_json("".join(map(str, pieces)))
