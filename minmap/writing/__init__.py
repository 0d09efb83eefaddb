"""Tables written with their sources to the formats of the field, and read back the same."""

from minmap.writing.formats import FORMATS, read_back, write

__all__ = ["FORMATS", "read_back", "write"]
