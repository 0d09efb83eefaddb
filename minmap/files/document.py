"""Any file that holds tables, opened: a path or a file object, plain or in a zip archive."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, Final

import geopandas as gpd
import pandas as pd

from minmap.errors import FileError
from minmap.files.cells import Cells
from minmap.files.csv_layout import unique_names
from minmap.files.file_kinds import DELIMITED, WORKBOOKS
from minmap.files.file_tables import SET_ASIDE, Reading, Table, tables_of
from minmap.files.local_file import Spooled, spooled

_SHOWN: Final = 30
_NUMBERED: Final = 4  # columns at least, where 1, 2, 3... below the names is no record


class Document:
    """An open file and the tables in it; made by `document`.

    Attributes
    ----------
    label
        The file's name as the user knows it.
    path
        A real file on disk: the user's own, or a temporary one that is gone when the document is
        closed: a copy of what a file object gave, or the only file of an archive.
    """

    def __init__(self, given: Spooled, path: Path, tables: Iterable[Table]) -> None:
        self.label = given.label
        self.path = path
        self._given = given
        self._tables = {table.name: table for table in tables}

    @property
    def layers(self) -> tuple[str, ...]:
        """Names of the tables, in the order of the file."""
        return tuple(self._tables)

    def cells(
        self,
        layer: str | None = None,
        *,
        encoding: str | None = None,
        crs: Any = None,
        limit: int | None = None,
    ) -> Cells:
        """Read one table.

        Parameters
        ----------
        layer
            One of `layers`. None takes the only one, or the only one with geometry.
        encoding
            The encoding of delimited text or of a shapefile's table, in any spelling that Python
            knows. None finds it out, and a note says how sure that is.
        crs
            The CRS of a vector layer, for pyproj; it goes before what the file says, and a note
            tells if that differs. None takes the file's own.
        limit
            Read so many rows only, to look at a table before it is chosen. None reads all.

        Returns
        -------
        Cells
            Text of every cell as in the file for delimited text and workbooks; columns of a
            vector file as its format has them, with dates and lists as text.

        Raises
        ------
        FileError
            If there is no such layer or it must be chosen, or the file is damaged.
        ChoiceError
            If there is no such encoding.
        CRSError
            If the layer has no CRS and none is given, or `crs` is not one.
        """
        reading = Reading(encoding=encoding, crs=crs, limit=limit)
        frame, notes = self._table(layer).read(reading)
        aside = frame.attrs.pop(SET_ASIDE, 0)
        geometry = None
        if isinstance(frame, gpd.GeoDataFrame):
            geometry = frame.geometry
            frame = pd.DataFrame(frame.drop(columns=geometry.name))
        elif _begins_with_numbers(frame):
            frame, aside = frame.iloc[1:].reset_index(drop=True), aside + 1
            notes = [*notes, "The row that numbers the columns, below their names, was left out."]
        named = frame.set_axis(unique_names([*map(str, frame)]), axis=1)
        return Cells(named, geometry, notes, aside)

    def layer_frame(
        self, layer: str | None = None, *, encoding: str | None = None, crs: Any = None
    ) -> tuple[gpd.GeoDataFrame, list[str]]:
        """Return one layer that has geometry as a GeoDataFrame, and what had to be said.

        As `cells`, but with the columns and types that the format has.

        Raises
        ------
        FileError
            If the document, or the layer, has no geometry; and as `cells`.
        """
        if layer is None and not any(table.has_geometry for table in self._tables.values()):
            raise self._no_geometry()
        reading = Reading(encoding=encoding, crs=crs, dates_as_text=False)
        frame, notes = self._table(layer).read(reading)
        if not isinstance(frame, gpd.GeoDataFrame):
            raise self._no_geometry()
        return frame, notes

    def beside(self, name: str) -> Cells | None:
        """Read another table by its stem, case aside.

        That is another table of the same archive, workbook or file, or a table in a file beside
        this one in its folder (delimited text or a workbook of one sheet). None if there is none.

        Raises
        ------
        FileError
            If the table is there and cannot be read.
        """
        wanted = name.casefold()
        for layer in self._tables:
            if wanted in {layer.casefold(), PurePosixPath(layer).stem.casefold()}:
                return self.cells(layer)
        if self._given.folder is None or self._given.path.is_dir():
            return None
        for file in sorted(self._given.folder.iterdir()):
            is_table = file.suffix.lower() in {*DELIMITED, *WORKBOOKS}
            if is_table and file.stem.casefold() == wanted and file != self._given.path:
                with document(file) as other:
                    return other.cells()
        return None

    def _table(self, layer: str | None) -> Table:
        if layer is not None and layer in self._tables:
            return self._tables[layer]
        placed = [table for table in self._tables.values() if table.has_geometry]
        candidates = placed or [*self._tables.values()]
        if layer is None and len(candidates) == 1:
            return candidates[0]
        names = sorted(self._tables)
        asked = f"no layer {layer!r}" if layer is not None else f"{len(names)} layers"
        more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        raise FileError(
            f"{self._given.where} has {asked}; pass layer= one of: "
            f"{', '.join(names[:_SHOWN])}{more}."
        )

    def _no_geometry(self) -> FileError:
        return FileError(
            f"{self._given.where} has no geometry; read a table of coordinates with "
            "minmap.read(path)."
        )


def _begins_with_numbers(frame: pd.DataFrame) -> bool:
    """Tell whether the first row is 1, 2, 3 and so on, as below the headings of Russian tables.

    Then the row below has words where that one has numbers.
    """
    width = frame.shape[1]
    if len(frame) < 2 or width < _NUMBERED:
        return False
    first, second = ([str(cell).strip() for cell in frame.iloc[row]] for row in (0, 1))
    has_words = any(any(map(str.isalpha, cell)) for cell in second if cell != "nan")
    return first == [str(number) for number in range(1, width + 1)] and has_words


@contextmanager
def document(file: str | os.PathLike[str] | BinaryIO) -> Iterator[Document]:
    r"""Open a file that holds tables.

    Parameters
    ----------
    file
        A path (``~`` is the home folder) or a binary file object, read from where it stands: CSV
        and other delimited text; .xlsx, .xls and .ods workbooks; shapefile, GeoPackage, file
        geodatabase (a folder), GeoJSON, KML, GML, GPX, FlatGeobuf, GeoParquet or Parquet; or a zip
        archive (so .kmz) of such files. What it is tells its content, and its name only where that
        says nothing. The file and its folder are left as they are.

    Yields
    ------
    Document
        Valid inside the block.

    Raises
    ------
    FileError
        If there is no such file, it is empty, damaged, of another kind, or larger than can be
        read: see `minmap.files.archive` and `minmap.files.csv_layout` for the limits.

    Examples
    --------
    >>> import io
    >>> with document(io.BytesIO(b"name;lat;lon\nKounrad;46,99;74,98\n")) as opened:
    ...     opened.layers, opened.cells().frame.iloc[0].tolist()
    (('table',), ['Kounrad', '46,99', '74,98'])
    """
    with ExitStack() as stack:
        given = stack.enter_context(spooled(file))
        path, tables = tables_of(given, stack)
        yield Document(given, path, tables)
