"""Open a file that holds tables: a path or a file object, alone or in a zip archive."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePath, PurePosixPath
from typing import Any, BinaryIO, Final, NamedTuple
from zipfile import ZipInfo

import geopandas as gpd
import pandas as pd

from minmap.errors import FileError, warn
from minmap.files import file_types
from minmap.files.archive import Archive
from minmap.files.cells import Cells, ReadOptions
from minmap.files.companions import COMPANIONS
from minmap.files.csv_layout import looks_like_table, unique_names
from minmap.files.delimited import read_table
from minmap.files.file_types import ABOUT_ENDING, ARCHIVES, DELIMITED, VECTORS, WORKBOOKS
from minmap.files.limited_process import Budget
from minmap.files.local_file import LocalFile, as_local_file, read_consistently, safe_name
from minmap.files.no_records import no_records
from minmap.files.repeated_names import repeated_names
from minmap.files.rows_below_names import names_in_two_rows, row_below_names
from minmap.files.shape_column import with_shapes
from minmap.files.trial import archive_budget
from minmap.files.vector_file import open_vector
from minmap.files.workbook import Workbook
from minmap.files.workbook_sheets import workbook_budget

_SHOWN_NAMES: Final = 30
_MOST_HELD_BYTES: Final = 1 << 29  # of all workbooks in one archive
_TEXT_HEAD_BYTES: Final = 1 << 16
_ENDINGS: Final = (*DELIMITED, *WORKBOOKS, *VECTORS)
# Files that may hold several tables, so that an archive must unpack them to list these.
_MULTI_TABLE: Final = frozenset(WORKBOOKS) | frozenset(
    (".gpkg", ".sqlite", ".db", ".kml", ".gml", ".gpx", ".gdb")
)

_Members = dict[PurePosixPath, ZipInfo]


class _Session(NamedTuple):
    """The stack that closes open files, and the budgets left for the files of an archive."""

    stack: ExitStack
    workbooks: Budget | None = None
    vectors: Budget | None = None


class Document:
    """An open file and the tables in it; made by `open_document`.

    Attributes
    ----------
    label
        The file's name as the user knows it.
    path
        A file on disk: the user's own, or a temporary one (a copy of a file object's content, or
        the only file of an archive) that is removed when the document is closed.
    """

    def __init__(self, source: LocalFile, path: Path, tables: Iterable[Table]) -> None:
        self.label = source.label
        self.path = path
        self._source = source
        self._tables = {table.name: table for table in tables}

    @property
    def layers(self) -> tuple[str, ...]:
        """Names of the tables, in the order of the file."""
        return tuple(self._tables)

    @property
    def hidden(self) -> tuple[str, ...]:
        """Names of those of `layers` that are hidden sheets of a workbook."""
        return tuple(name for name, table in self._tables.items() if table.is_hidden)

    def cells(self, layer: str | None = None, options: ReadOptions | None = None) -> Cells:
        """Read one table.

        Parameters
        ----------
        layer
            One of `layers`. None means the only one, or the only one with geometry.
        options
            How to read it; None takes everything from the file.

        Returns
        -------
        Cells
            The text of every cell as in the file for delimited text and workbooks; columns of a
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
        cells = self._table(layer).read(options or ReadOptions())
        frame, geometry, notes, set_aside = cells.frame, None, cells.notes, cells.set_aside
        if isinstance(frame, gpd.GeoDataFrame):
            geometry = frame.geometry
            frame = pd.DataFrame(frame.drop(columns=geometry.name))
        else:
            if names := names_in_two_rows(frame):
                frame = frame.iloc[1:].reset_index(drop=True).set_axis(names, axis="columns")
                set_aside += 1
                notes = [*notes, "The names of the columns are in two rows."]
            if note := row_below_names(frame):
                frame, set_aside = frame.iloc[1:].reset_index(drop=True), set_aside + 1
                notes = [*notes, note]
            repeated = repeated_names(frame)
            if count := int(repeated.sum()):
                frame, set_aside = frame[~repeated].reset_index(drop=True), set_aside + count
                notes = [*notes, f"Rows with the names of the columns again, left out: {count}."]
            others = no_records(frame)
            if others.rows.any():
                frame = frame[~others.rows].reset_index(drop=True)
            set_aside, notes = set_aside + int(others.rows.sum()), [*notes, *others.notes]
        named = frame.set_axis(unique_names([*map(str, frame)]), axis=1)
        return replace(cells, frame=named, geometry=geometry, notes=notes, set_aside=set_aside)

    def columns(self, layer: str) -> list[str]:
        """Return the names of the columns of one of `layers`.

        In KML, GML and GPX these are the columns that the first records have.

        Raises
        ------
        FileError
            If the table cannot be read.
        """
        known = self._tables[layer].columns()
        return [*(self.cells(layer, ReadOptions(limit=1)).frame if known is None else known)]

    def geo_frame(
        self, layer: str | None, options: ReadOptions
    ) -> tuple[gpd.GeoDataFrame, list[str]]:
        """Read one layer with geometry: return a GeoDataFrame, and notes.

        The arguments are those of `cells`. Columns keep the types of the file; dates stay dates.

        Raises
        ------
        FileError
            If the document, or the layer, has no geometry; and as `cells`.
        """
        cells = self._table(layer).read(replace(options, dates_as_text=False))
        if isinstance(cells.frame, gpd.GeoDataFrame):
            return cells.frame, cells.notes
        found = with_shapes(cells, self._source.where, options.crs)
        if found is None:
            file = "file" if self._source.folder is None else repr(self._source.where)
            raise FileError(
                f"{self._source.where} has no geometry, nor a column of WKT or WKB; read a table "
                f"of coordinates first: minmap.read({file})."
            )
        return found

    def beside(self, name: str) -> Cells | None:
        """Read another table by its stem, whatever its case.

        That is another table of the same archive, workbook or file, or a table in a file beside
        this one in its folder (delimited text or a workbook of one sheet). None if there is none.

        Raises
        ------
        FileError
            If the table exists and cannot be read.
        """
        wanted = name.casefold()
        for layer in self._tables:
            if wanted in {layer.casefold(), PurePosixPath(layer).stem.casefold()}:
                return self.cells(layer)
        if self._source.folder is None or self._source.path.is_dir():
            return None
        for file in sorted(self._source.folder.iterdir()):
            is_table = file.suffix.lower() in {*DELIMITED, *WORKBOOKS}
            if is_table and file.stem.casefold() == wanted and file != self._source.path:
                with open_document(file) as other:
                    return other.cells()
        return None

    def _table(self, layer: str | None) -> Table:
        if layer is not None and layer in self._tables:
            return self._tables[layer]
        with_geometry = [table for table in self._tables.values() if table.has_geometry]
        candidates = with_geometry or [*self._tables.values()]
        if layer is None and len(candidates) == 1:
            return candidates[0]
        names = sorted(self._tables)
        shown = ", ".join(map(repr, names[:_SHOWN_NAMES]))
        fault = f"no layer {layer!r}" if layer is not None else f"{len(names)} layers"
        more = f" and {len(names) - _SHOWN_NAMES} more" if len(names) > _SHOWN_NAMES else ""
        raise FileError(f"{self._source.where} has {fault}; pass layer= one of: {shown}{more}.")


@contextmanager
def open_document(file: str | os.PathLike[str] | BinaryIO) -> Iterator[Document]:
    r"""Open a file that holds tables.

    Parameters
    ----------
    file
        A path (``~`` is the home folder) or a binary file object, read from its current position:
        CSV and other delimited text; .xlsx, .xls and .ods workbooks; shapefile, GeoPackage, file
        geodatabase (a folder), GeoJSON, TopoJSON, KML, GML, GPX, FlatGeobuf, MapInfo (.mif, .tab),
        GeoParquet, Parquet or Feather; or a zip archive (so .kmz) of such files. Its content
        decides which, and its name only where the content does not. The file and its folder are not
        changed.

    Yields
    ------
    Document
        Valid inside the block.

    Raises
    ------
    FileError
        If there is no such file, it is empty, damaged, of another kind, or too large: see
        `minmap.files.archive` and `minmap.files.csv_layout` for the limits.

    Examples
    --------
    >>> import io
    >>> with open_document(io.BytesIO(b"name;lat;lon\nKounrad;46,99;74,98\n")) as document:
    ...     document.layers, document.cells().frame.iloc[0].tolist()
    (('table',), ['Kounrad', '46,99', '74,98'])
    """
    with ExitStack() as stack:
        source = stack.enter_context(as_local_file(file))
        path, tables = tables_of(source, stack)
        yield Document(source, path, tables)


def read_vector(
    path: str | os.PathLike[str] | BinaryIO,
    *,
    layer: str | None = None,
    crs: Any = None,
    encoding: str | None = None,
) -> gpd.GeoDataFrame:
    """Read a vector file in any CRS.

    Parameters
    ----------
    path
        A shapefile, GeoPackage, file geodatabase, GeoJSON, KML, GML, GeoParquet or another format
        that `open_document` opens, or a zip archive of one; a path or a binary file object. A table
        without geometry has it in a column of WKT or WKB (`minmap.files.shape_column`). A
        shapefile's index (.shx) may be missing: it is rebuilt in a temporary folder. The file and
        its folder are not changed.
    layer
        A layer of the file, or a file of an archive (its name without ending, or its path in the
        archive if several have that name). None means the only one that has geometry.
    crs
        The CRS of the coordinates, for pyproj, such as ``"EPSG:32642"``. It overrides the CRS in
        the file, with a warning if they differ. None means the file's own; GeoJSON without one
        is longitude and latitude (RFC 7946, section 4).
    encoding
        The encoding of a shapefile's table. None means that of its .cpg file or its language
        driver, or guesses it from the text with a warning.

    Returns
    -------
    geopandas.GeoDataFrame
        All rows in the order of the file, with its columns and its CRS; two-dimensional; empty and
        missing geometries kept. Lists and objects of GeoJSON are JSON text.

    Warns
    -----
    MinmapWarning
        If geometries are broken (kept as missing, counted), `crs` differs from the file's, or an
        encoding or an axis order was guessed from the content.

    Raises
    ------
    FileError
        If there is no such file, it is empty, damaged or has no geometry, a shapefile lacks its
        table (.dbf), or the file has several layers and `layer` does not name one.
    CRSError
        If the file has no CRS and none is given, or `crs` is not one. The message lists where some
        would put the data.
    ChoiceError
        If there is no such encoding.

    Examples
    --------
    >>> import io
    >>> file = io.BytesIO(b'{"type": "Point", "coordinates": [67.3, 48.1]}')
    >>> frame = read_vector(file)
    >>> len(frame), frame.crs.to_string()
    (1, 'EPSG:4326')
    """

    def read() -> tuple[gpd.GeoDataFrame, list[str], str]:
        with open_document(path) as document:
            options = ReadOptions(encoding=encoding, crs=crs)
            return *document.geo_frame(layer, options), document.label

    frame, notes, label = read_consistently(path, read)
    if notes:
        warn(f"{label}: {' '.join(notes)}")
    return frame


@dataclass(frozen=True)
class Table:
    """One table of a file, and whether it has (or by its kind may have) geometry.

    `read` returns a GeoDataFrame as the frame of its `Cells` where there is geometry. `held_bytes`
    are in memory while the document is open. `columns` returns the names of its columns if they
    are known without reading it. `is_hidden` is that of a sheet of a workbook.
    """

    name: str
    read: Callable[[ReadOptions], Cells]
    has_geometry: bool = False
    held_bytes: int = 0
    columns: Callable[[], Sequence[str] | None] = lambda: None
    is_hidden: bool = False


def tables_of(source: LocalFile, stack: ExitStack) -> tuple[Path, list[Table]]:
    """Return the tables of a file, and the file that holds them, unpacked if it is the only one.

    Parameters
    ----------
    source
        The file.
    stack
        Keeps opened and unpacked files until the document is closed.

    Raises
    ------
    FileError
        If the file is damaged, of an unknown kind, or has no table.
    """
    kind = _kind_of(source.path, source.label)
    if kind == "archive":
        archive = stack.enter_context(Archive(source.path, source.where))
        if not file_types.is_workbook(archive.members()):
            return _archive_tables(archive, source, stack)
        kind = "workbook"
    label = Path(source.label)
    return source.path, _file_tables(source.path, label, source.where, kind, _Session(stack))


def _kind_of(path: Path, name: str) -> str:
    return "vector" if path.is_dir() else file_types.file_type(file_types.read_head(path), name)


def _file_tables(
    path: Path, label: PurePath, where: str, kind: str, session: _Session
) -> list[Table]:
    if kind == "archive":
        raise FileError(f"{where} is an archive in an archive; unpack it and give the file in it.")
    if kind == "workbook":
        book = Workbook(path, where, session.workbooks)
        if not book.names:
            raise FileError(f"{where} is empty: none of its sheets has anything in it.")
        return [
            Table(n, partial(book.cells, n), held_bytes=book.size(n), is_hidden=book.is_hidden(n))
            for n in book.names
        ]
    if kind == "vector":
        tables = _vector_tables(path, where, session)
        if len(tables) == 1 and path.suffix.lower() not in _MULTI_TABLE:
            return [replace(tables[0], name=label.stem)]  # GDAL's name may be odd
        return tables
    return [Table(label.stem, partial(read_table, path, where))]


def _vector_tables(path: Path, where: str, session: _Session) -> list[Table]:
    budget = session.vectors
    with budget.charged(path, where) if budget else nullcontext():
        file = session.stack.enter_context(open_vector(path, where, budget))
    if file.layers:
        return [
            *(
                Table(name, partial(file.read, name), shapes, columns=partial(file.columns, name))
                for name, shapes in file.layers.items()
            ),
            *(Table(name, partial(_refuse, why)) for name, why in file.refused.items()),
        ]
    refuse = partial(_refuse, *file.refused.values(), _empty(where))
    if file.kind != "kml":
        refuse(ReadOptions())
    # A table without records, which minmap may have written and can read back.
    return [Table(path.stem, refuse, has_geometry=True)]


def _refuse(error: FileError, *_: object) -> Cells:
    raise error


def _empty(where: str) -> FileError:
    return FileError(f"{where} is empty: there is no layer in it.")


# Archives -----------------------------------------------------------------------------------------


def _archive_tables(
    archive: Archive, source: LocalFile, stack: ExitStack
) -> tuple[Path, list[Table]]:
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    files = _files_with_tables(archive, source.where)
    # A file is called by its name without ending, or by its path if two share that.
    stems = Counter(member.stem for member in files)
    tables, held_bytes = list[Table](), 0
    session = _Session(stack, workbook_budget(), archive_budget())

    def unpacked(member: PurePosixPath, number: int) -> tuple[Path, list[Table]]:
        path = _unpack(archive, files[member], member, folder / str(number))
        kind, where = _kind_of(path, member.name), f"{member} in {source.where}"
        return path, _file_tables(path, member, where, kind, session)

    def read_only_table(member: PurePosixPath, number: int, options: ReadOptions) -> Cells:
        return unpacked(member, number)[1][0].read(options)

    for number, member in enumerate(files):
        ending = member.suffix.lower()
        name = member.stem if stems[member.stem] == 1 else str(member)
        if len(files) == 1:
            return unpacked(member, number)
        if ending in _MULTI_TABLE:
            _, inside = unpacked(member, number)
            held_bytes += sum(table.held_bytes for table in inside)
            if held_bytes > _MOST_HELD_BYTES:
                raise FileError(
                    f"{source.where}: its workbooks have more than {_MOST_HELD_BYTES >> 20} MB of "
                    "text together; unpack it and give the workbooks one by one."
                )
            several = len(inside) > 1
            tables += [replace(t, name=f"{name}/{t.name}" if several else name) for t in inside]
        else:
            read = partial(read_only_table, member, number)
            is_of_mapinfo = any(part.suffix.lower() == ".dat" for part in files[member])
            tables.append(Table(name, read, ending in VECTORS or is_of_mapinfo))
    return source.path, tables


def _unpack(archive: Archive, parts: _Members, member: PurePosixPath, folder: Path) -> Path:
    """Unpack a file with those that belong to it, under safe names."""
    folder.mkdir(exist_ok=True)
    target = folder / safe_name(member.name)
    if member.suffix.lower() == ".gdb":
        target.mkdir(exist_ok=True)
        for path, info in parts.items():
            archive.unpack(info, target / safe_name(path.name))
        return target
    target = target.with_suffix(member.suffix.lower())
    for path, info in parts.items():
        ending = ABOUT_ENDING if path.name.endswith(ABOUT_ENDING) else path.suffix.lower()
        name = target.name if ending == ABOUT_ENDING else target.stem
        archive.unpack(info, target.with_name(name + ending))
    return target


def _files_with_tables(archive: Archive, where: str) -> dict[PurePosixPath, _Members]:
    """Return the files in an archive that hold tables, each with those that belong to it."""
    members = archive.members()
    by_stem = dict[PurePosixPath, list[PurePosixPath]]()
    for path in members:
        by_stem.setdefault(path.with_suffix(""), []).append(path)
    found = dict[PurePosixPath, _Members]()
    for path in members:
        ending = path.suffix.lower()
        folder = next((p for p in path.parents if p.suffix.lower() == ".gdb"), None)
        if path.name.endswith(ABOUT_ENDING):
            continue
        if folder is not None:
            found.setdefault(folder, {})[path] = members[path]
        elif ending in _ENDINGS and ending != ".txt":
            wanted = COMPANIONS.get(ending, ())
            parts = [p for p in by_stem[path.with_suffix("")] if p.suffix.lower() in wanted]
            record = path.with_name(path.name + ABOUT_ENDING)
            found[path] = {p: members[p] for p in (path, *parts, record) if p in members}
    # Text beside tables is a licence or a description; alone it may be the tables.
    found = found or {
        path: {path: info}
        for path, info in members.items()
        if path.suffix.lower() == ".txt"
        and looks_like_table(next(archive.pieces(info), b"")[:_TEXT_HEAD_BYTES])
    }
    if not found:
        raise _no_table_in(where, members)
    return found


def _no_table_in(where: str, members: Iterable[PurePosixPath]) -> FileError:
    packed = [str(path) for path in members if path.suffix.lower() in ARCHIVES]
    found = f"but {', '.join(packed[:3])}; unpack it and give one of these."
    none = f"({', '.join(_ENDINGS)}); give an archive that does."
    return FileError(f"{where} holds no vector file and no table {found if packed else none}")
