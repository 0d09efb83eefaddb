"""Tables written with their sources to the formats of the field, and read back."""

from minmap.writing.formats import FORMATS, require_table_path, write
from minmap.writing.read_back import (
    are_occurrences,
    exact_table,
    occurrence_sheet,
    occurrence_table,
)

__all__ = [
    "FORMATS",
    "are_occurrences",
    "exact_table",
    "occurrence_sheet",
    "occurrence_table",
    "require_table_path",
    "write",
]
