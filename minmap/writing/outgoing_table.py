"""A table on its way into a file."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyproj import CRS
from pyproj.exceptions import ProjError

from minmap.errors import FileError, MinmapWarning
from minmap.geodesy.stated_crs import require_layer
from minmap.table import listed
from minmap.types import Geometries
from minmap.writing import geometry_forms as forms
from minmap.writing.column_types import AS_STORED, encode
from minmap.writing.metadata import GEOMETRY, About, Held


@dataclass(frozen=True)
class Table:
    """A table ready to be written.

    Attributes
    ----------
    about
        Its record.
    columns
        The values by the names in the file; geometry is not among them.
    shapes
        Geometry of the rows.
    crs
        CRS of `shapes`.
    labels
        The rows' labels in the user's frame, for messages.
    """

    about: About
    columns: dict[str, pa.Array]
    shapes: Geometries
    crs: CRS
    labels: pd.Index

    def __len__(self) -> int:
        return len(self.shapes)

    def in_degrees(self) -> Table:
        """Return the table with longitude and latitude on WGS84."""
        placed = forms.in_degrees(self.shapes, self.crs, self.labels)
        return replace(self, shapes=placed, crs=forms.DEGREES)

    def stored_as(self, stored: Mapping[str, str]) -> Table:
        """Return the table with other names in the file."""
        columns = {stored.get(name, name): values for name, values in self.columns.items()}
        return replace(self, columns=columns, about=self.about.renamed(stored))

    def holding(self, **exact: Any) -> Table:
        """Return the table with more said in its record's `Exact`."""
        return replace(self, about=replace(self.about, exact=replace(self.about.exact, **exact)))

    def with_flat_geometry(self) -> Table:
        """Return the table with its geometry in degrees as further columns: points or WKT."""
        table = self.in_degrees()
        shapes = table.shapes
        names: tuple[str, ...]
        if forms.are_points(shapes):
            held, values = "points", forms.point_columns(shapes)
            names = _point_names(table.columns, with_z=len(values) == 3)
            numbers = [column.to_numpy(zero_copy_only=False) for column in values]
            exact = forms.differing(shapes, forms.from_point_columns(numbers))
        else:
            held, values = "wkt", [pa.array(forms.to_wkt(shapes), type=pa.large_string())]
            names, exact = (unused("geometry", table.columns),), {}
        about = replace(table.about, held=held, geometry_columns=names)
        columns = {**table.columns, **dict(zip(names, values, strict=True))}
        return replace(table, about=about, columns=columns).holding(shapes=exact)

    def require(
        self, fits: Callable[[pa.Array], pa.Array], *, kind: Callable[[pa.DataType], bool], but: str
    ) -> None:
        """Raise if a value does not fit the format, naming its column and row.

        Parameters
        ----------
        fits
            Takes a column and returns an arrow array of truth values, missing where it likes.
        kind
            Which columns to look at.
        but
            What the format cannot hold and what to do about it, after "column and row".

        Raises
        ------
        FileError
            For the first that does not fit.
        """
        stored = {column.stored: column.name for column in self.about.columns}
        for name, values in self.columns.items():
            if not kind(values.type):
                continue
            wrong = pc.invert(pc.fill_null(fits(values), fill_value=True))
            row = pc.index(wrong, value=True).as_py()
            if row >= 0:
                raise FileError(f"column {stored.get(name, name)!r}, row {self.labels[row]}: {but}")


def table_of(frame: gpd.GeoDataFrame, *, title: str, keep_all: bool = False) -> Table:
    """Return a frame as a table ready to be written.

    Parameters
    ----------
    frame
        Any GeoDataFrame with a CRS.
    title
        What the table is called.
    keep_all
        The format keeps columns of any kind itself; otherwise such a column is an error.

    Raises
    ------
    GeometryError, CRSError
        If `frame` has no geometry or no CRS.
    FileError
        If a column's name is no text or not the only one of its kind, or its values are of a kind
        that no format but GeoParquet holds.

    Warns
    -----
    MinmapWarning
        If something in ``frame.attrs`` cannot be written.
    """
    require_layer(frame, name="frame")
    _require_names(frame)
    geometry = frame.active_geometry_name
    columns, held = dict[str, pa.Array](), list[Held]()
    for name in frame.columns:
        if name == geometry:
            held.append(Held(name, name, GEOMETRY))
            continue
        try:
            columns[name], described = encode(frame[name])
        except (FileError, pa.ArrowException, TypeError, NotImplementedError):
            if not keep_all:
                raise
            described = Held(name, name, AS_STORED)
        held.append(described)
    about = About(title, len(frame), tuple(held), _crs_text(frame.crs), _attrs(frame.attrs))
    shapes = forms.finite(frame.geometry.to_numpy(), frame.index)
    return Table(about, columns, shapes, frame.crs, frame.index)


def distinct(
    names: Iterable[str], *, wanted: Callable[[str], str] = str, room_bytes: int | None = None
) -> dict[str, str]:
    """Return a name in the file for each name, no two alike if case is set aside.

    Parameters
    ----------
    names
        The names in order.
    wanted
        Which name to try for each.
    room_bytes
        How long a name may be in UTF-8. None: as long as it likes.

    Examples
    --------
    >>> distinct(["Name", "name", ""])
    {'Name': 'Name', 'name': 'name_2', '': 'column'}
    >>> distinct(["commodities", "commodities_main"], room_bytes=10)
    {'commodities': 'commoditie', 'commodities_main': 'commodit_2'}
    """
    stored: dict[str, str] = {}
    taken = set[str]()
    # The numbers up to these are taken, so that each is tried once however often a name repeats.
    last: dict[str, int] = {}
    for name in names:
        plain = _cut(wanted(name) or "column", room_bytes)
        short, number = plain, last.get(plain.casefold(), 1)
        while short.casefold() in taken:
            number += 1
            ending = f"_{number}"
            short = _cut(plain, room_bytes and room_bytes - len(ending)) + ending
        last[plain.casefold()] = number
        taken.add(short.casefold())
        stored[name] = short
    return stored


def _cut(name: str, room_bytes: int | None) -> str:
    return name.encode()[:room_bytes].decode(errors="ignore")


def unused(name: str, taken: Mapping[str, Any]) -> str:
    """Return a name that no column has, case aside.

    Examples
    --------
    >>> unused("fid", {"FID": 1, "fid_": 2}), unused("geom", {})
    ('fid__', 'geom')
    """
    folded = {str(other).casefold() for other in taken}
    while name.casefold() in folded:
        name += "_"
    return name


def _point_names(columns: Mapping[str, pa.Array], *, with_z: bool) -> tuple[str, ...]:
    wanted = ("longitude", "latitude", *(["z"] if with_z else []))
    while {name.casefold() for name in columns} & set(wanted):
        # Both get the prefix: a pair with one of the user's columns in it would mislead.
        wanted = tuple(f"point_{name}" for name in wanted)
    return wanted


def _require_names(frame: gpd.GeoDataFrame) -> None:
    for name in frame.columns:
        if not isinstance(name, str):
            raise FileError(
                f"column name {name!r} is a {type(name).__name__}, not text; "
                "frame.rename(columns=str) mends that."
            )
        if "\0" in name:
            raise FileError(f"column name {name!r} holds a NUL; rename the column.")
    if not frame.columns.is_unique:
        twice = frame.columns[frame.columns.duplicated()][0]
        raise FileError(f"two columns are called {twice!r}; rename one of them.")


def _crs_text(crs: CRS) -> str:
    text = str(crs.to_string())
    try:
        return text if CRS(text) == crs else str(crs.to_wkt())
    except ProjError:
        return str(crs.to_wkt())


def _attrs(attrs: Mapping[Any, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in attrs.items() if _is_json(name, value)}
    if len(kept) < len(attrs):
        left = [str(name) for name in attrs if name not in kept]
        warnings.warn(
            f"frame.attrs holds what no file can: {listed(left)}; left out. JSON's kinds (text, "
            "numbers, truth, None, lists, dictionaries) are written.",
            MinmapWarning,
            stacklevel=4,
        )
    return kept


def _is_json(name: object, value: object) -> bool:
    try:
        same = json.loads(json.dumps({name: value}, allow_nan=False)) == {name: value}
    except (TypeError, ValueError, RecursionError):
        return False
    return isinstance(name, str) and same
