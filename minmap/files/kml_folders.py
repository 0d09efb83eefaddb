"""Count the folders of KML, which become layers of GDAL, and the columns of each."""

import re
from collections import Counter
from typing import Final

from minmap.errors import FileError

_CONTAINERS: Final = frozenset(("Document", "Folder"))
_COLUMNS: Final = frozenset(("Data", "SimpleField", "SimpleData", "SimpleArrayField"))
_MOST_FOLDERS: Final = 5000
# GDAL tries "a (#2)", "a (#3)" and so on, each against all names, until one is free.
_MOST_NAMESAKES: Final = 500
_NUMBER: Final = re.compile(r"( \(#\d+\))+$")
_MOST_COLUMNS: Final = 4000
_MOST_FIELDS: Final = 200_000  # each layer may have all columns
_LONGEST_NAME: Final = 1000  # letters
_CURE: Final = "save the placemarks as a GeoPackage or GeoJSON, or with fewer folders."


class FolderCheck:
    """Handle the elements of a KML file.

    Raises
    ------
    FileError
        If it has more folders or columns than GDAL reads in a reasonable time.
    """

    def __init__(self, where: str) -> None:
        self._where = where
        self._open = list[str]()
        self._name = ""
        self._folders, self._squares = 0, 0
        self._names = Counter[str]()
        self._columns = set[str]()

    def start(self, prefixed: str, attributes: dict[str, str]) -> None:
        """Count a folder or a column."""
        name = prefixed.rpartition(":")[2]
        self._open.append(name)
        self._name = ""
        if name in _CONTAINERS:
            self._folders += 1
            self._require(self._folders <= _MOST_FOLDERS, f"{_MOST_FOLDERS:,} folders")
        elif name in _COLUMNS:
            self._columns.add(attributes.get("name", "")[:_LONGEST_NAME])
            self._require(len(self._columns) <= _MOST_COLUMNS, f"{_MOST_COLUMNS:,} columns")
        else:
            return
        self._require(
            self._folders * len(self._columns) <= _MOST_FIELDS,
            f"{_MOST_FIELDS:,} columns in all its folders together",
        )

    def data(self, text: str) -> None:
        """Keep the text of a name."""
        if self._open[-1] == "name" and len(self._name) < _LONGEST_NAME:
            self._name += text

    def end(self, _: str) -> None:
        """Count a name of a folder."""
        name = self._open.pop()
        if name == "name" and self._open and self._open[-1] in _CONTAINERS:
            plain = _NUMBER.sub("", self._name[:_LONGEST_NAME].strip()).lower()
            self._names[plain] += 1
            self._squares += 2 * self._names[plain] - 1
            self._require(
                self._squares <= _MOST_NAMESAKES**2, f"{_MOST_NAMESAKES:,} folders of one name"
            )

    def _require(self, is_within: bool, most: str) -> None:  # noqa: FBT001
        if not is_within:
            raise FileError(f"{self._where} has more than {most}; {_CURE}")
