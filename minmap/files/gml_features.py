"""Check the features and geometries of GML and GPX before GDAL reads them.

GDAL takes an element for an attribute of the same name, and ignores upper and lower case.
"""

from __future__ import annotations

import re
from typing import Final

from minmap.errors import FileError
from minmap.geodesy.crs import file_in_crs

# The ends of the names of elements that contain features, in lower case, as GDAL knows them.
_CONTAINERS: Final = ("member", "members", "_layer", "dane", "searchresults", "tuple", "gpx")
_OUTSIDE, _CONTAINER, _FEATURE = 0, 1, 2
_ARCS: Final = ("arc", "circle")  # the beginnings of their names
_NUMBER: Final = re.compile(r"[\d.eE+-]+")
# Signs between numbers and between pairs, and of decimals: CoordinatesType, geometry.xsd of GML 2.
_SIGNS: Final = {"cs": ", ;|", "ts": ", ;|\t\n", "decimal": ".,"}
_MOST_FACES: Final = 300  # of one surface, which GDAL joins one by one
_SURFACE, _FACE = "toposurface", "directedface"
_SYSTEM: Final = "srsname"  # the end of the name
_MOST_LAYERS: Final = 1000
_MOST_COLUMNS: Final = 4000
_MOST_FIELDS: Final = 200_000  # the query of all layers gives each of them all columns
_CURE: Final = "save the features as a GeoPackage or GeoJSON, or each type of them as a file."


class FeatureCheck:
    """Handle the elements of a GML or GPX file; raise `FileError` for too many or harmful ones.

    Attributes
    ----------
    arc_numbers
        How many coordinates arcs have.
    """

    def __init__(self, where: str) -> None:
        self.arc_numbers = 0
        self.is_in_arc = False
        self._where = where
        self._open = [_OUTSIDE]  # elements, those inside features by the hashes of their paths
        self._arc_depth = self._surface_depth = self._faces = 0
        self._system: list[str] | None = None  # pieces of the text of an element srsName
        self._is_in_coordinates = False
        self._layers, self._others, self._columns = set[str](), set[str](), set[int]()

    def start(self, prefixed: str, attributes: dict[str, str]) -> None:
        """Count a feature's type or a column."""
        name = prefixed.rpartition(":")[2]
        outer = self._open[-1]
        path = _OUTSIDE
        if outer == _CONTAINER:
            path = _FEATURE
            self._layers.add(name)
        elif outer == _OUTSIDE and name.lower().endswith(_CONTAINERS):
            path = _CONTAINER
        elif outer == _OUTSIDE:  # in schemas that GDAL knows, features may have other containers
            self._others.add(name)
        else:
            path = hash((outer, name))
            self._columns.add(path)
        self._columns.update(hash((path, name, attribute)) for attribute in attributes)
        self._open.append(path)
        self._start_system(name.lower(), attributes)
        self._start_geometry(name.lower(), attributes)
        self._require(len(self._layers), _MOST_LAYERS, "types of features")
        self._require(len(self._others), _MOST_LAYERS, "types of elements outside features")
        self._require(len(self._columns), _MOST_COLUMNS, "columns")
        fields = len(self._layers) * len(self._columns)
        self._require(fields, _MOST_FIELDS, "columns in all its types of features together")

    def _start_system(self, name: str, attributes: dict[str, str]) -> None:
        self._end_system()
        if name.endswith(_SYSTEM):
            self._system = []
        for attribute, value in attributes.items():
            if attribute.lower().endswith(_SYSTEM):
                self._require_no_file(value)

    def _end_system(self) -> None:
        if self._system is not None:
            self._require_no_file("".join(self._system))
        self._system = None

    def _require_no_file(self, system: str) -> None:
        if file_in_crs(system) is not None:
            raise FileError(
                f"{self._where}: its CRS {system!r} names a file, which minmap does not open; "
                "remove srsName and pass crs=, such as crs='EPSG:4326'."
            )

    def _start_geometry(self, name: str, attributes: dict[str, str]) -> None:
        if self._is_in_coordinates:
            raise FileError(f"{self._where} has elements in its coordinates; {_CURE}")
        if name.startswith(_ARCS) and not self.is_in_arc:
            self.is_in_arc, self._arc_depth = True, len(self._open)
        elif name == _SURFACE and not self._surface_depth:
            self._surface_depth, self._faces = len(self._open), 0
        elif name == _FACE:
            self._faces += 1
            self._require(self._faces, _MOST_FACES, "faces in a surface")
        elif name == "coordinates":
            self._is_in_coordinates = True
            self._require_known_signs(attributes)

    def _require_known_signs(self, attributes: dict[str, str]) -> None:
        for prefixed, sign in attributes.items():
            known = _SIGNS.get(prefixed.rpartition(":")[2].lower())
            if known is not None and sign not in known:
                raise FileError(
                    f"{self._where} has {prefixed}={sign!r} between its coordinates, which minmap "
                    f"does not read; {_CURE}"
                )

    def data(self, text: str) -> None:
        """Count the coordinates of an arc, and keep the name of a reference system."""
        if self.is_in_arc:
            self.arc_numbers += len(_NUMBER.findall(text))  # a file chooses its separators
        if self._system is not None:
            self._system.append(text)

    def end(self, _: str) -> None:
        """Leave an element."""
        self._end_system()
        self._is_in_coordinates = False
        if self.is_in_arc and len(self._open) == self._arc_depth:
            self.is_in_arc = False
        if len(self._open) == self._surface_depth:
            self._surface_depth = 0
        self._open.pop()

    def _require(self, count: int, most: int, what: str) -> None:
        if count > most:
            raise FileError(f"{self._where} has more than {most:,} {what}; {_CURE}")
