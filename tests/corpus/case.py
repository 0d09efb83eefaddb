"""What a file of the corpus is and what must come of reading it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

HEADER = "dep_id,site_name,latitude,longitude,country,dev_stat,commod1"
ROW = "{number},Kounrad {number},46.99,74.98,Kazakhstan,Producer,Copper"


@dataclass(frozen=True)
class Case:
    """A file, and how reading it must end.

    Attributes
    ----------
    name
        What is wrong with the file.
    file
        Its name.
    make
        Writes it.
    rows
        How many records must be read, or None if it must be refused with an error.
    says
        Words that the error or the warning must hold; "" if it may be silent.
    """

    name: str
    file: str
    make: Callable[[Path], object]
    rows: int | None = None
    says: str = ""


def rows(count: int = 3) -> str:
    """Return lines of the plain table."""
    return "\n".join(ROW.format(number=number) for number in range(count))


def text(content: str, *, encoding: str = "utf-8") -> Callable[[Path], object]:
    """Return a maker that writes text."""
    return lambda path: path.write_bytes(content.encode(encoding))


def data(content: bytes) -> Callable[[Path], object]:
    """Return a maker that writes bytes."""
    return lambda path: path.write_bytes(content)


def table(*lines: str, head: str = HEADER) -> Callable[[Path], object]:
    """Return a maker of a table with the usual first line and these further ones."""
    return text("\n".join([head, *lines]) + "\n")
