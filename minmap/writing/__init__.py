"""Tables written with their sources to the formats of the field, and read back."""

from minmap.writing.formats import FORMATS, write
from minmap.writing.read_back import exact_table, occurrence_sheet, occurrence_table

__all__ = ["FORMATS", "exact_table", "occurrence_sheet", "occurrence_table", "write"]
