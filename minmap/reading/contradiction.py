"""What a table says against the CRS that the user gives."""

from dataclasses import dataclass
from typing import Final

MERGE: Final = "with its own crs, and put the tables together with minmap.merge"
ONE_AMONG: Final = 10
"""In so many rows, one of another zone may be a mistake."""


@dataclass(frozen=True)
class Contradiction:
    """What contradicts a CRS, in words; `is_certain` if the table is refused for it."""

    text: str
    is_certain: bool
