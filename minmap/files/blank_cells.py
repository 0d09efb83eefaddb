"""Refuse tables that get far more blank cells than their files can hold."""

from dataclasses import dataclass
from typing import Final

from minmap.errors import FileError

_FREE: Final = 8 << 20  # blank cells that any table may get; as many empty ones may GeoJSON have
_OF_BYTE: Final = 8  # that each byte allows beyond
_LIGHTER: Final = 4  # how much less memory a blank cell takes where tables are joined


@dataclass
class AddedBlanks:
    """How many blank cells a table gets that are not in its file.

    Attributes
    ----------
    most
        The most that it may get.
    fault, cure
        Beginning and end of the message if it gets more.
    count
        Those that it has.

    Examples
    --------
    >>> blanks = AddedBlanks.of_short_lines("a.csv", 1000)
    >>> blanks.add(8_000_000)
    >>> blanks.add(1_000_000)
    Traceback (most recent call last):
        ...
    minmap.errors.FileError: a.csv has lines with far fewer cells than its first line: to fill them
    up takes more than 8,396,608 blank cells, the most that 1,000 bytes of text may get. Write the
    separators of blank cells too, or delete the columns that you do not need.
    """

    most: int
    fault: str
    cure: str
    count: int = 0

    @classmethod
    def of_short_lines(cls, where: str, size: int) -> "AddedBlanks":
        """Return none yet, for the short lines of a text of `size` bytes called `where`."""
        most = _FREE + _OF_BYTE * size
        return cls(
            most,
            f"{where} has lines with far fewer cells than its first line: to fill them up takes "
            f"more than {most:,} blank cells, the most that {size:,} bytes of text may get",
            "Write the separators of blank cells too, or delete the columns that you do not need",
        )

    @classmethod
    def of_joined_tables(cls, where: str, size: int) -> "AddedBlanks":
        """Return none yet, for joined tables of files of `size` bytes, called `where`."""
        most = _LIGHTER * (_FREE + _OF_BYTE * size)
        return cls(
            most,
            f"{where}: the tables have different columns, and one table of all takes more than "
            f"{most:,} blank cells, the most that {size:,} bytes may get",
            "Read the tables one by one, or delete the columns that you do not need",
        )

    def add(self, count: int) -> None:
        """Count more of them; raise FileError if these are too many."""
        self.count += count
        if self.count > self.most:
            raise FileError(f"{self.fault}. {self.cure}.")
