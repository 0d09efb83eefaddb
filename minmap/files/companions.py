"""The files that belong together as one vector file."""

from pathlib import Path
from typing import Final

from minmap.files.shapefile import PARTS, siblings

COMPANIONS: Final = {
    ".shp": PARTS,
    ".mif": (".mif", ".mid"),
    ".tab": (".tab", ".dat", ".map", ".id", ".ind"),
}
"""The endings of the files that belong together, by the ending of the first."""


def all_parts(file: Path) -> dict[str, Path]:
    """Return a file with those that belong to it, by their endings in lower case."""
    ending = file.suffix.lower()
    return {ending: file} | siblings(file, COMPANIONS.get(ending, ()))
