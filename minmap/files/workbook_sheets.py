"""Read the sheets of a workbook in another process, which is ended when it takes too much.

calamine makes each sheet dense, gives each cell its own text and follows what the file states, so
that a few bytes may fill the memory or end the process.
"""

import json
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO, Final

from minmap.errors import FileError
from minmap.files import workbook_process
from minmap.files.damage import as_file_error, reason_of
from minmap.files.limited_process import Amounts, Budget, output_of

# What the workbooks of one archive may take: four times what honest ones take.
_FREE: Final = Amounts(1024, 15, 64)
_UNREADABLE: Final = "cannot be read as a workbook"
_CSV: Final = "Remove stray cells and sheets that you do not need, or save the table as CSV."
_CURE: Final = "If it needs a password, remove that; else get the file again or save it as .xlsx."

Row = list[str]
Area = tuple[tuple[int, int], tuple[int, int]]


@dataclass
class Sheet:
    """A sheet as the other process wrote it.

    Attributes
    ----------
    merged
        First and last cell of each merged area.
    is_hidden
        Whether the program that shows the workbook hides it.
    lines
        Its rows in JSON.
    percents
        First and last row of numbers in a per cent format, by column; 0.0062 is shown as 0.62 %.
    """

    merged: list[Area]
    is_hidden: bool = False
    lines: list[bytes] = field(default_factory=list)
    percents: dict[int, list[list[int]]] = field(default_factory=dict)

    def rows(self, most: int | None = None, *, strip: bool = True) -> list[Row]:
        """Return the rows from the first on, all of one width; all empty rows are the same list."""
        rows = [*islice((row for line in self.lines for row in json.loads(line)), most)]
        if strip:
            rows = [[*map(str.strip, row)] for row in rows]
        width = max(map(len, rows), default=0)
        empty = [""] * width
        return [row + empty[len(row) :] if row else empty for row in rows]


def workbook_budget() -> Budget:
    """Return what the workbooks of one archive may take together."""
    return Budget(
        free=_FREE, each=Amounts(0, 0.2, 0), per_mb=Amounts(64, 4, 64), kind="a workbook", cure=_CSV
    )


def read_sheets(
    path: Path, where: str, *names: str, budget: Budget | None = None
) -> dict[str, Sheet]:
    """Return the sheets of a workbook that are not empty.

    Parameters
    ----------
    path
        The file.
    where
        Its name in messages.
    *names
        The sheets to read; all if there are none.
    budget
        What is left of what the workbooks of an archive may take. None means that of one workbook.

    Raises
    ------
    FileError
        If it is damaged or protected by a password, takes too much memory or time, or there is no
        Python to start.
    """
    with (
        as_file_error(f"{where} {_UNREADABLE}", cure=_CSV),
        output_of(
            workbook_process.__file__,
            names,
            path,
            where,
            budget=budget or workbook_budget(),
            packages=["python_calamine"],
        ) as output,
    ):
        return _sheets(output, where)


def _sheets(output: IO[bytes], where: str) -> dict[str, Sheet]:
    sheets, sheet, end = dict[str, Sheet](), Sheet([]), None
    for line in output:
        if line.startswith(b"["):
            sheet.lines.append(line)
            continue
        end = json.loads(line) if line.endswith(b"\n") else None
        if end and "sheet" in end:
            sheets[end["sheet"]] = sheet = Sheet(end["merged"], end["hidden"])
        elif end and "percents" in end:
            sheet.percents, end = dict(end["percents"]), None
    if end is None or "sheet" in end or end.get("error") == "MemoryError":
        raise FileError(
            f"{where} {_UNREADABLE}: the process that reads it ends, since it is damaged or takes "
            f"too much memory. {_CSV}"
        )
    if end:
        reason = reason_of(ValueError(end["text"] or end["error"]))
        raise FileError(f"{where} {_UNREADABLE}: {reason}. {_CURE}")
    return sheets
