"""The form of a table that the writers of all formats use."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Self

import geopandas as gpd
import pyarrow as pa
import pyarrow.compute as pc
from pyproj import CRS
from pyproj.exceptions import ProjError
from tqdm import tqdm

from minmap.errors import FileError, warn
from minmap.geodesy.crs import WGS84_CRS, require_layer
from minmap.numbering import numbered
from minmap.table import listed, sources_of
from minmap.types import Geometries
from minmap.writing import geometry_forms as forms
from minmap.writing.column_types import AS_STORED, encode, is_text, without_times
from minmap.writing.metadata import GEOMETRY, ColumnMetadata, Metadata

_ROWS_AT_ONCE: Final = 4096


@dataclass(frozen=True)
class ExportTable:
    """A table ready to be written.

    Attributes
    ----------
    metadata
        Its metadata.
    columns
        The values by their names in the file, without the geometry.
    shapes
        Geometry of the rows.
    crs
        CRS of `shapes`.
    frame
        The user's table.
    """

    metadata: Metadata
    columns: dict[str, pa.Array]
    shapes: Geometries
    crs: CRS
    frame: gpd.GeoDataFrame

    def __len__(self) -> int:
        return len(self.shapes)

    def in_degrees(self) -> Self:
        """Return the table with longitude and latitude on WGS84."""
        shapes = forms.in_degrees(self.shapes, self.crs, self.frame.index)
        return replace(self, shapes=shapes, crs=WGS84_CRS)

    def renamed(self, stored: Mapping[str, str]) -> Self:
        """Return the table with new column names for the file.

        `stored` gives them by their present names.
        """
        columns = {stored.get(name, name): values for name, values in self.columns.items()}
        return replace(self, columns=columns, metadata=self.metadata.renamed(stored))

    def with_geometry_columns(self) -> Self:
        """Return the table with its geometry in degrees as further columns: points or WKT."""
        table = self.in_degrees()
        if forms.are_points(table.shapes):
            values = forms.point_columns(table.shapes)
            names = _point_names(table.columns, with_z=len(values) == 3)
        else:
            values = [pa.array(forms.to_wkt(table.shapes), type=pa.large_string())]
            names = numbered(["geometry"], taken=table.columns, same=str.casefold)
        return replace(table, columns={**table.columns, **dict(zip(names, values, strict=True))})

    def rows(self, label: str) -> Iterator[tuple[Any, ...]]:
        """Yield rows of Python values, times as text, few in memory at once; show the progress."""
        columns = [without_times(values) for values in self.columns.values()]
        with tqdm(desc=label, total=len(self), leave=False, disable=None) as progress:
            for start in range(0, len(self), _ROWS_AT_ONCE):
                size = min(_ROWS_AT_ONCE, len(self) - start)
                cells = [column.slice(start, size).to_pylist() for column in columns]
                yield from zip(*cells, strict=True) if cells else [()] * size
                progress.update(size)

    def require(
        self, fits: Callable[[pa.Array], pa.Array], *, kind: Callable[[pa.DataType], bool], but: str
    ) -> None:
        """Raise if a value does not fit the format, naming its column and row.

        Parameters
        ----------
        fits
            Takes a column and returns an arrow array of truth values; missing ones count as true.
        kind
            Takes the type of a column and returns whether to check it.
        but
            The rest of the message, after column and row: what the format cannot hold, and the
            cure.

        Raises
        ------
        FileError
            For the first value that does not fit.
        """
        given = self.metadata.names
        for name, values in self.columns.items():
            if not kind(values.type):
                continue
            wrong = pc.invert(pc.fill_null(fits(values), fill_value=True))
            row = pc.index(wrong, value=True).as_py()
            if row >= 0:
                raise FileError(
                    f"column {given.get(name, name)!r}, row {self.frame.index[row]}: {but}"
                )

    def require_no_match(self, pattern: str, *, but: str) -> None:
        """Raise if a text matches a regular expression; see `require`."""
        self.require(
            lambda text: pc.invert(pc.match_substring_regex(text, pattern)), kind=is_text, but=but
        )

    def require_no_nul(self, holder: str) -> None:
        """Raise if a text has a NUL, which a format cannot hold."""
        cure = "remove it, or write a .parquet."
        self.require_no_match(r"\x00", but=f"{holder} cannot hold the NUL in the text; {cure}")

    def require_finite(self, holder: str) -> None:
        """Raise if a number is infinite, which a format cannot hold."""
        but = f"{holder} has no infinite number; make it missing, or write a .parquet."
        self.require(pc.is_finite, kind=pa.types.is_floating, but=but)


def export_table(frame: gpd.GeoDataFrame, *, title: str, keep_all: bool = False) -> ExportTable:
    """Return a frame as a table ready to be written.

    Parameters
    ----------
    frame
        Any GeoDataFrame with a CRS.
    title
        The title in the metadata.
    keep_all
        Whether the format itself keeps columns of any kind; otherwise such a column is an error.

    Raises
    ------
    GeometryError, CRSError
        If `frame` has no geometry or no CRS.
    FileError
        If a column's name is not text or occurs twice, or only GeoParquet can hold its values.

    Warns
    -----
    MinmapWarning
        If something in ``frame.attrs`` cannot be written.
    """
    require_layer(frame, name="frame")
    _require_names(frame)
    columns, described = dict[str, pa.Array](), list[ColumnMetadata]()
    for name in frame.columns:
        if name == frame.active_geometry_name:
            described.append(ColumnMetadata(name, name, GEOMETRY))
            continue
        try:
            columns[name], column = encode(frame[name])
        except (FileError, pa.ArrowException, TypeError, NotImplementedError):
            if not keep_all:
                raise
            column = ColumnMetadata(name, name, AS_STORED)
        described.append(column)
    crs, attrs, sources = _crs_text(frame.crs), _json_attrs(frame.attrs), tuple(sources_of(frame))
    metadata = Metadata(title, len(frame), tuple(described), crs, attrs, sources)
    shapes = forms.finite(frame.geometry.to_numpy(), frame.index)
    return ExportTable(metadata, columns, shapes, frame.crs, frame)


def _point_names(columns: Iterable[str], *, with_z: bool) -> list[str]:
    wanted = ["longitude", "latitude", *(["z"] if with_z else [])]
    while {name.casefold() for name in columns} & set(wanted):
        # All get the prefix: a pair with one of the user's columns in it would mislead.
        wanted = [f"point_{name}" for name in wanted]
    return wanted


def _require_names(frame: gpd.GeoDataFrame) -> None:
    for name in frame.columns:
        if not isinstance(name, str):
            raise FileError(
                f"column name {name!r} is of type {type(name).__name__}, not text; "
                "frame.rename(columns=str) makes text of it."
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


def _json_attrs(attrs: Mapping[Any, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in attrs.items() if _is_json(name, value)}
    if len(kept) < len(attrs):
        left = [str(name) for name in attrs if name not in kept]
        warn(
            f"frame.attrs holds values that JSON cannot hold; left out: {listed(left)}. Text, "
            "numbers, truth values, None, lists and dictionaries are written.",
        )
    return kept


def _is_json(name: object, value: object) -> bool:
    try:
        same = json.loads(json.dumps({name: value}, allow_nan=False)) == {name: value}
    except (TypeError, ValueError, RecursionError):
        return False
    return isinstance(name, str) and same
