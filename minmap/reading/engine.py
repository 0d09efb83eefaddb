"""`read`: any table becomes an occurrence table."""

import gc
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Final

import geopandas
import pandas as pd

from minmap.arguments import check_keywords, require_kind, require_path, require_text
from minmap.errors import FileError, MinmapError, warn
from minmap.files import Document, open_document
from minmap.files.cells import Cells, ReadOptions
from minmap.files.file_sets import file_set
from minmap.files.local_file import read_consistently
from minmap.files.memory_table import memory_document
from minmap.files.shape_column import has_plain_points, shape_column, with_shapes
from minmap.reading import known_sources, own_words
from minmap.reading.column_match import source_id
from minmap.reading.companion_tables import with_companions
from minmap.reading.continuation import with_continuations
from minmap.reading.cut_names import restore_names
from minmap.reading.known_numbers import restore_numbers
from minmap.reading.match_record import KEY
from minmap.reading.occurrences import match_text, occurrences_of
from minmap.reading.overrides import PLACE
from minmap.reading.own_words import NO_OWN_WORDS, OwnWords
from minmap.reading.second_places import without_empty_geometry
from minmap.reading.several_files import SAMPLED_ROWS, OneTable, common_sources, read_files
from minmap.reading.sheet_zones import sheet_notes
from minmap.reading.sheets import hidden_note, read_sheets
from minmap.reading.source import Source
from minmap.reading.source_choice import ChosenSource, described, source_of
from minmap.table import is_occurrence_table, sources_of
from minmap.writing import are_occurrences, exact_table, occurrence_sheet, occurrence_table

_COLUMNS_CURE: Final = "give columns of the file by their content, such as {'name': 'Deposit'}"


@check_keywords
def read(
    file: str | os.PathLike[str] | BinaryIO | pd.DataFrame | Sequence[str | os.PathLike[str]],
    *,
    source: str | os.PathLike[str] | None = None,
    layer: str | None = None,
    columns: Mapping[str, str] | None = None,
    crs: Any = None,
    encoding: str | None = None,
    vocabulary: str | os.PathLike[str] | None = None,
) -> geopandas.GeoDataFrame:
    """Read mineral occurrences from a file, from several, or from a table in memory.

    A table that minmap wrote as GeoParquet or GeoPackage is restored unchanged; in other formats an
    occurrence table is recognised by the names of its columns (see `minmap.write`). A file is of a
    known source if it has the number of its records and several column names that only this source
    has (`minmap.reading.known_sources.recognise`). The columns of any other table are matched by
    the evidence of their names and values; a warning lists the match. A table whose coordinates
    are certain is read even if nothing else matches; a table with too little evidence is refused.

    Lines and areas of a table of no known source may be in a column of WKT or WKB.

    A workbook, or another file with several tables and none of a known source, is read sheet by
    sheet: the sheets that have occurrences become one table, and a note lists the others and why
    they were left aside. So are several files. Each is read by the same rules as alone, but files
    with the same column names are matched together; one that cannot be read is an error that names
    it. Hidden sheets of a workbook are not read unless `layer` names one; a note names them. In a
    table of several, the column ``read_from`` has the file or sheet of each record, and ids are
    different over all: those of files of one name begin with the name and the folder, such as
    ``mines_2023:1``, whatever other files are read. Where an id repeats otherwise, the second
    record gets ``-2`` at its end, which depends on the order.

    Parameters
    ----------
    file
        CSV or other delimited text, Excel workbook, shapefile, GeoPackage, file geodatabase,
        GeoJSON, GML, KML, KMZ, MapInfo, Parquet, Feather, or a zip archive of one: its path, or a
        file object open for reading bytes. Several files as one table: a list of paths, in this
        order; a pattern such as ``"data/*.csv"``, or a folder, whose files with the ending of a
        table are taken, in the order of their names. A DataFrame or GeoDataFrame, which is read as
        the file with its texts, and keeps its index and, but for numbers of a known source, its
        dtypes; its name is "table", or the id of the only source in its ``attrs``. An occurrence
        table comes back unchanged.
    source
        Id of a source (see `sources`), or the path of a TOML file that describes your own
        source in the form of ``minmap/reading/mrds.toml``. None: recognised by the columns.
    layer
        Table to read from a file with several. None: the only one, that of a known source, or all
        that have occurrences.
    columns
        Columns of the file by content: a column of the occurrence table (``"name"``,
        ``"country"``, ``"commodities"``...), ``"id"`` (the record number), ``"longitude"`` and
        ``"latitude"``, or ``"coordinates"`` for a column with both. They replace those of the
        source or the match. None: no replacement.
    crs
        CRS of the coordinates, for pyproj, such as ``"EPSG:32642"``, in place of that of the
        source or the file. None: the CRS of the source or the file.
    encoding
        Encoding of the text, such as ``"cp1251"``. None: detected.
    vocabulary
        Path of a TOML file of your own words, which come before those of minmap: tables
        ``[commodities]``, ``[country]``, ``[status]``, ``[site_type]`` and ``[deposit_type]``, in
        which each word has its code, as in ``"heavy sand" = "Ti Zr"``, or ``""`` if it means
        nothing. `minmap.draft_vocabulary` drafts one. A table that minmap wrote has codes already,
        which stay. None: the words of minmap alone.

    Returns
    -------
    geopandas.GeoDataFrame
        The occurrence table (`minmap.table.COLUMNS`), EPSG:4326, one row per record in the order of
        the file, followed by all columns of the file. Those that the source states to be of numbers
        (``[numbers]`` in its TOML file) are Int64 or Float64: what the source declares as missing,
        such as -9999, blanks and words such as "NA" are missing, and texts that are no numbers
        ("ca. 500") are in a column right behind, such as ``capacity_text``, which a note counts.
        A column in which no text is a number does not change. The other columns are unchanged:
        in delimited text and workbooks of no known source, all are texts, also numbers
        (``pandas.to_numeric(table["grade"])`` makes numbers of them, a map does so itself, and
        ``read(pandas.read_csv(file))`` keeps those of pandas). In a table that minmap wrote,
        numbers come back as they were written. A column of the file with the name of one of the
        occurrence table gets the source as a prefix, as in ``mrds_country``. Columns that
        companion tables of the source add (see `sources`) come last. Records without a usable
        location have geometry None.

        Where the file names no country, ``country`` is that of the point, and ``country_basis`` is
        "derived" instead of "stated"; likewise ``admin1`` and ``admin1_basis``, where the country
        is that of the point. Neither is derived within the error of map and location of a border,
        or on land that is disputed or has no ISO code, such as Taiwan, Kosovo, Western Sahara and
        Crimea (`minmap.places.derivation.derive`); a note counts these records, and those in
        the sea.

        ``attrs["units"]`` has the units of numeric columns by name, as the source states them,
        such as ``{"tonnage_mt": "Mt"}``; maps show them.
        ``attrs["sources"]`` lists id, title, citation, licence, url and vintage, ``attrs["rows"]``
        the rows ``in_file``, and of those ``read``, ``continued`` (folded into the record above)
        and ``set_aside``; ``attrs["companions"]`` the rows of each companion table;
        ``attrs["match"]`` what `describe_match` describes; ``attrs["unknown_words"]`` the words in
        no vocabulary (see `minmap.unknown_words`).
        ``attrs["set_aside"]``, if rows of delimited text have cells in the wrong columns, lists the
        first thousand of these as dictionaries of ``line`` (from 1), ``text`` and ``reason``. Of
        several files or sheets the rows are sums, and ``attrs["rows"]["parts"]`` has those of each;
        ``attrs["sheets_aside"]`` the reason why a sheet was left aside.

        A record without a number gets an id made from its content (prefix and 12 hexadecimal
        digits), the same whenever it is read from a file with these columns.

    Raises
    ------
    FileError
        If a file is missing, empty or not a table, has no coordinates, has several tables and it is
        not certain which have occurrences, or has too little evidence to match its columns; or a
        column with the zone, the datum or the EPSG code of the coordinates contradicts `crs`.
    ChoiceError
        If `source` is neither a known id nor a file, `layer`, `columns` or `encoding` name
        something that does not exist, or `vocabulary` has an unknown code.
    CRSError
        If `crs` is not a CRS, coordinates are those of a grid and neither the file nor `crs` says
        which, or they are degrees and the CRS is a grid.
    MinmapError
        If `file` is neither a path, nor a list of paths, a file object or a table in memory.

    Warns
    -----
    MinmapWarning
        Once, with the number of values kept unchanged or set aside.

    Examples
    --------
    >>> from minmap.reading import sample
    >>> deposits = read(sample("pp1802_central_asia.csv"))
    >>> deposits.crs.to_string(), deposits["source"].unique().tolist()
    ('EPSG:4326', ['pp1802'])
    >>> deposits.attrs["rows"]
    {'in_file': 66, 'read': 66, 'continued': 0, 'set_aside': 0}

    Columns that the source states to be of numbers are numbers:

    >>> deposits["LATITUDE"].mean().round(3).item(), deposits.attrs["units"]["LATITUDE"]
    (44.821, '°')
    """
    if columns is not None:
        require_kind(columns, Mapping, name="columns", cure=_COLUMNS_CURE)
    if encoding is not None:
        require_text(encoding, name="encoding", like="cp1251")
    if layer is not None:
        require_text(layer, name="layer", like="mines")
    words = NO_OWN_WORDS
    if vocabulary is not None:
        words = own_words.load(require_path(vocabulary, name="vocabulary"))
    given = None if source is None else described(source)
    options = ReadOptions(encoding=encoding, crs=crs)
    reader = _Reader(given, columns or {}, layer, options, words)
    found = reader.of_anything(file)
    if found.notes:
        warn(f"{found.label}: {' '.join(found.notes)}")
    return found.table


@dataclass(frozen=True)
class _Reader:
    """Reads files and tables with the options of `read`; `given` is the source the user names."""

    given: Source | None
    columns: Mapping[str, str]
    layer: str | None
    options: ReadOptions
    words: OwnWords

    @property
    def is_free(self) -> bool:
        """Whether no option says what the columns mean."""
        is_given = self.options.crs is not None or self.options.encoding is not None
        return self.given is None and not self.columns and not is_given

    def of_anything(self, file: Any) -> OneTable:
        """Read a file, several files or a table in memory."""
        if isinstance(file, pd.DataFrame):
            return self.of_memory(file)
        if (files := file_set(file)) is not None:
            common = common_sources(files, self.sample, self.columns, self.options.crs)
            return read_files(files, self.of_file, common)
        if isinstance(file, str | os.PathLike) or hasattr(file, "read"):
            return self.of_file(file)
        raise MinmapError(
            f"file is of type {type(file).__name__}; give a path, a list of paths, a file object "
            "open for reading bytes, or a DataFrame."
        )

    def of_file(self, file: Any, matched: ChosenSource | None = None) -> OneTable:
        """Read a file; `matched` is its source if it has been matched with others."""

        def table() -> OneTable:
            with open_document(file) as opened:
                exact = exact_table(opened, self.layer) if self.is_free else None
                if exact is not None:
                    _name_sources(exact)
                    return OneTable(exact, [], opened.label)
                layer = self.layer or occurrence_sheet(opened)
                names = known_sources.records_layers(opened, layer, self.given)
                sheet = partial(self._sheet, opened, matched=matched)
                hidden = hidden_note(opened) if layer is None else []
                try:
                    if len(names) == 1:
                        found, notes = sheet(names[0])
                    else:
                        found, notes = read_sheets(opened, names, sheet)
                except FileError as error:
                    raise FileError(" ".join([str(error), *hidden])) from error
                return OneTable(found, [*hidden, *notes], opened.label)

        return read_consistently(file, table)

    def _sheet(
        self, opened: Document, name: str | None, *, matched: ChosenSource | None = None
    ) -> tuple[geopandas.GeoDataFrame, list[str]]:
        cells = opened.cells(name, self.options)
        is_free = self.columns.keys().isdisjoint(PLACE)
        of_sheet = sheet_notes(name, opened.label, self.options.crs, is_free=is_free)
        with _no_collection():
            table, notes = self._of_cells(opened, cells, matched)
        return table, [*notes, *of_sheet]

    def _of_cells(
        self, opened: Document, cells: Cells, matched: ChosenSource | None
    ) -> tuple[geopandas.GeoDataFrame, list[str]]:
        """Return the occurrence table of cells, and notes."""
        crs = self.options.crs
        if self.given is None and not self.columns and crs is None:
            own = occurrence_table(cells, opened)
            if own is not None:
                _name_sources(own[0])
                table, on_names = restore_names(own[0])
                return table, [*own[1], *on_names, *restore_numbers(table)]
        if not self.columns.keys().isdisjoint(PLACE):
            # Coordinates that the user names replace the geometry of the file.
            cells = replace(cells, geometry=None)
        elif self.given is None:
            cells = without_empty_geometry(_with_shapes(cells, opened.label, crs))
        chosen = matched or source_of(cells, opened.label, self.given, self.columns, crs)
        source, notes = chosen.source, [*cells.notes, *chosen.notes]
        continued = 0
        if source.continuation is not None:
            cells, continued = with_continuations(cells, source.continuation)
            if continued:
                notes.append(
                    f"{continued} rows without {source.continuation.without} continue the record "
                    "above and were folded into it."
                )
        cells, companions, more = with_companions(cells, source.joins, opened)
        table, unread = occurrences_of(cells, source, opened.label, crs, words=self.words)
        table.attrs["sources"] = [source.reference()]
        table.attrs["rows"] = _rows_counted(cells, continued)
        table.attrs[KEY] = match_text(chosen.entries, cells.frame, source)
        if cells.rows_aside:
            table.attrs["set_aside"] = [row._asdict() for row in cells.rows_aside]
        if companions:
            table.attrs["companions"] = companions
        empty = [] if len(table) else ["It has no records, only headings."]
        return table, [*notes, *more, *unread, *empty]

    def of_memory(self, frame: pd.DataFrame) -> OneTable:
        """Read a table in memory, which may be an occurrence table already."""
        for name, value in {"layer": self.layer, "encoding": self.options.encoding}.items():
            if value is not None:
                raise MinmapError(f"{name}={value!r} is for files; leave it out for a DataFrame.")
        if self.is_free and is_occurrence_table(frame):
            return OneTable(geopandas.GeoDataFrame(frame.copy()), [], "table")
        sources = [one for one in sources_of(frame) if one.get("id")]
        label = str(sources[0]["id"]) if len(sources) == 1 else "table"
        table, notes = self._sheet(memory_document(frame, label=label), None)
        if len(table) == len(frame):  # no row continues another
            table.index = frame.index
        found = table.attrs.get("sources", [])
        if len(sources) == 1 and [one.get("id") for one in found] == [source_id(label)]:
            table.attrs["sources"] = [{**found[0], **sources[0]}]
        return OneTable(table, notes, label)

    def sample(self, path: Path) -> Cells | None:
        """Return the first rows of a table without geometry and of no known source, else None."""
        if self.layer is not None or self.given is not None:
            return None
        with open_document(path) as opened:
            if len(opened.layers) != 1:
                return None
            cells = opened.cells(None, replace(self.options, limit=SAMPLED_ROWS))
            names = [*map(str, cells.frame.columns)]
            if cells.geometry is not None or shape_column(cells.frame) is not None:
                return None
            is_known = known_sources.recognise(names, label=opened.label) is not None
            return None if is_known or are_occurrences(names) else cells


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keep the garbage collector from visiting hundreds of thousands of new points repeatedly."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _name_sources(table: geopandas.GeoDataFrame) -> None:
    """Put the sources that the rows of occurrences name into ``attrs``, unless it has sources.

    A table that pandas joined has none, and so is written without.
    """
    if "sources" not in table.attrs and are_occurrences(table.columns):
        sources = known_sources.described_sources(table)
        table.attrs |= {"sources": sources} if sources else {}


def _rows_counted(cells: Cells, continued: int) -> dict[str, int]:
    return {
        "in_file": len(cells) + continued + cells.set_aside,
        "read": len(cells),
        "continued": continued,
        "set_aside": cells.set_aside,
    }


def _with_shapes(cells: Cells, label: str, crs: Any) -> Cells:
    """Return a table of no known source with the shapes of a column, unless these are points.

    Points as plain WKT are read as coordinates.
    """
    names = map(str, cells.frame.columns)
    if cells.geometry is not None or known_sources.recognise(names, label=label) is not None:
        return cells
    position = shape_column(cells.frame)
    if position is None or has_plain_points(cells.frame.iloc[:, position]):
        return cells
    found = with_shapes(cells, label, crs, may_be_degrees=True)
    if found is None:
        return cells
    table, notes = found
    return replace(cells, geometry=table.geometry, notes=notes)
