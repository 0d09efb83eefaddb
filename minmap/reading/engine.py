"""`read`: any table becomes an occurrence table."""

import gc
import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, BinaryIO, Final

import geopandas
import pandas as pd

from minmap.arguments import (
    check_keywords,
    require_kind,
    require_one_of,
    require_path,
    require_text,
)
from minmap.errors import FileError, MinmapError, warn
from minmap.files import Document, open_document
from minmap.files.cells import Cells, ReadOptions, coalesce, constant
from minmap.files.csv_layout import unique_names
from minmap.files.local_file import read_consistently
from minmap.files.shape_column import has_plain_points, shape_column, with_shapes
from minmap.reading import known_sources, own_words
from minmap.reading.column_filling import Filled, derived_columns, fill, without_sentinels
from minmap.reading.column_match import match
from minmap.reading.companion_tables import with_companions
from minmap.reading.continuation import with_continuations
from minmap.reading.derived_places import fill_places
from minmap.reading.overrides import PLACE, overridden
from minmap.reading.own_words import NO_OWN_WORDS, OwnWords
from minmap.reading.record_ids import occurrence_ids
from minmap.reading.record_locations import locations, uncertainty
from minmap.reading.source import FieldRule, Source
from minmap.reading.word_report import recorded
from minmap.table import COLUMN_NAMES, conform_with_notes, listed
from minmap.writing import exact_table, occurrence_sheet, occurrence_table

_COLUMNS_CURE: Final = "give columns of the file by their content, such as {'name': 'Deposit'}"


@check_keywords
def read(
    file: str | os.PathLike[str] | BinaryIO,
    *,
    source: str | os.PathLike[str] | None = None,
    layer: str | None = None,
    columns: Mapping[str, str] | None = None,
    crs: Any = None,
    encoding: str | None = None,
    vocabulary: str | os.PathLike[str] | None = None,
) -> geopandas.GeoDataFrame:
    """Read mineral occurrences from a file.

    A table that minmap wrote as GeoParquet or GeoPackage is restored unchanged; in other formats an
    occurrence table is recognised by the names of its columns (see `minmap.write`). A file is of a
    known source if it has at least two column names that only this source has, ignoring case. The
    columns of any other table are matched by the evidence of their names and values; a warning
    lists the match. A table whose coordinates are certain is read even if nothing else matches; a
    table with too little evidence is refused.

    Lines and areas of a table of no known source may be in a column of WKT or WKB.

    Parameters
    ----------
    file
        CSV or other delimited text, Excel workbook, shapefile, GeoPackage, file geodatabase,
        GeoJSON, GML, KML, KMZ, MapInfo, Parquet, Feather, or a zip archive of one: its path, or a
        file object open for reading bytes.
    source
        Id of a source (see `sources`), or the path of a TOML file that describes your own
        source in the form of ``minmap/reading/mrds.toml``. None: recognised by the columns.
    layer
        Table to read from a file with several. None: the only one, or that of a known source.
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
        the file, followed by all columns of the file unchanged. A column of the file with the name
        of one of the occurrence table gets the source as a prefix, as in ``mrds_country``. Columns
        that companion tables of the source add (see `sources`) come last. Records without a usable
        location have geometry None.

        Where the file names no country, ``country`` is that of the point, and ``country_basis`` is
        "derived" instead of "stated"; likewise ``admin1`` and ``admin1_basis``, where the country
        is that of the point. Neither is derived within the error of map and location of a border
        (`minmap.places.derivation.derive`).

        ``attrs["sources"]`` lists id, title, citation, licence, url and vintage, ``attrs["rows"]``
        the rows ``in_file``, and of those ``read``, ``continued`` (folded into the record above)
        and ``set_aside``; ``attrs["companions"]`` the rows of each companion table;
        ``attrs["unknown_words"]`` the words in no vocabulary (see `minmap.unknown_words`).
        ``attrs["set_aside"]``, if rows of delimited text have cells in the wrong columns, lists the
        first thousand of these as dictionaries of ``line`` (from 1), ``text`` and ``reason``.

        A record without a number gets an id made from its content (prefix and 12 hexadecimal
        digits), the same whenever it is read from a file with these columns.

    Raises
    ------
    FileError
        If the file is missing, empty or not a table, has no coordinates, has several tables and
        none is known, or has too little evidence to match its columns.
    ChoiceError
        If `source` is neither a known id nor a file, `layer`, `columns` or `encoding` name
        something that does not exist, or `vocabulary` has an unknown code.
    CRSError
        If `crs` is not a CRS.
    MinmapError
        If `file` is neither a path nor a file object.

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
    """
    if not (isinstance(file, str | os.PathLike) or hasattr(file, "read")):
        raise MinmapError(
            f"file is of type {type(file).__name__}; give a path, or a file object open for "
            "reading bytes. A table in memory needs no reading: give it geometry."
        )
    if columns is not None:
        require_kind(columns, Mapping, name="columns", cure=_COLUMNS_CURE)
    if encoding is not None:
        require_text(encoding, name="encoding", like="cp1251")
    if layer is not None:
        require_text(layer, name="layer", like="mines")
    words = NO_OWN_WORDS
    if vocabulary is not None:
        words = own_words.load(require_path(vocabulary, name="vocabulary"))
    known = known_sources.catalogue() if source is None else _described(source)
    without_options = all(option is None for option in (source, columns, crs, encoding))

    def table() -> tuple[geopandas.GeoDataFrame, list[str], str]:
        with open_document(file) as opened:
            exact = exact_table(opened, layer) if without_options else None
            if exact is not None:
                return exact, [], opened.label
            name = known_sources.records_layer(opened, layer or occurrence_sheet(opened), known)
            cells = opened.cells(name, ReadOptions(encoding=encoding, crs=crs))
            with _no_collection():
                return *_read(opened, cells, known, columns or {}, crs, words=words), opened.label

    frame, notes, label = read_consistently(file, table)
    if notes:
        warn(f"{label}: {' '.join(notes)}")
    return frame


def _described(source: str | os.PathLike[str]) -> Mapping[str, Source]:
    path = require_path(source, name="source")
    if path.suffix.lower() == ".toml":
        found = known_sources.load(path)
    else:
        known = known_sources.catalogue()
        found = known[require_one_of(str(path), known, name="source")]
    return {found.id: found}


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


def _read(
    opened: Document,
    cells: Cells,
    known: Mapping[str, Source],
    columns: Mapping[str, str],
    crs: Any,
    *,
    words: OwnWords,
) -> tuple[geopandas.GeoDataFrame, list[str]]:
    """Return the occurrence table of cells from one of the known sources, and notes."""
    if len(known) > 1 and not columns and crs is None:
        own = occurrence_table(cells, opened)
        if own is not None:
            # A file with minmap's metadata states its sources.
            if not own[0].attrs and (sources := known_sources.described_sources(own[0])):
                own[0].attrs["sources"] = sources
            return own
    if not columns.keys().isdisjoint(PLACE):
        # Coordinates that the user names replace the geometry of the file.
        cells = replace(cells, geometry=None)
    else:
        cells = _with_shapes(cells, opened.label, known, crs)
    source, notes = _source(cells, opened.label, known, columns, crs)
    continued = 0
    if source.continuation is not None:
        cells, continued = with_continuations(cells, source.continuation)
        if continued:
            notes.append(
                f"{continued} rows without {source.continuation.without} continue the record above "
                "and were folded into it."
            )
    cells, companions, more = with_companions(cells, source.joins, opened)
    table, unread = _occurrences(cells, source, opened.label, crs, words)
    derived = fill_places(table)
    if source.id not in known:
        # Whoever described a source knows whether it has a country; of other tables a note tells.
        unread += derived
    table.attrs["sources"] = [source.reference()]
    table.attrs["rows"] = {
        "in_file": len(cells) + continued + cells.set_aside,
        "read": len(cells),
        "continued": continued,
        "set_aside": cells.set_aside,
    }
    if cells.rows_aside:
        table.attrs["set_aside"] = [row._asdict() for row in cells.rows_aside]
    if companions:
        table.attrs["companions"] = companions
    return table, [*notes, *more, *unread]


def _with_shapes(cells: Cells, label: str, known: Mapping[str, Source], crs: Any) -> Cells:
    """Return a table of no known source with the shapes of a column, unless these are points.

    Points as plain WKT are read as coordinates.
    """
    names = map(str, cells.frame.columns)
    if cells.geometry is not None or len(known) == 1:
        return cells
    if known_sources.recognise(names, known, label=label) is not None:
        return cells
    position = shape_column(cells.frame)
    if position is None or has_plain_points(cells.frame.iloc[:, position]):
        return cells
    found = with_shapes(cells, label, crs, may_be_degrees=True)
    if found is None:
        return cells
    table, notes = found
    return replace(cells, geometry=table.geometry, notes=notes)


def _source(
    cells: Cells, label: str, known: Mapping[str, Source], columns: Mapping[str, str], crs: Any
) -> tuple[Source, list[str]]:
    """Return the source of a table, with the columns that the user names, and notes."""
    found = next(iter(known.values()), None)
    if len(known) > 1:
        found = known_sources.recognise(map(str, cells.frame.columns), known, label=label)
    if found is None:
        source, note = match(cells, label=label, columns=columns, crs=crs)
        return source, [*cells.notes, note]
    if columns:
        return overridden(found, columns, cells), [*cells.notes]
    _require_fit(cells, found, label)
    return found, [*cells.notes]


def _require_fit(cells: Cells, source: Source, label: str) -> None:
    """Refuse a table that has only such columns of the source as any table may have."""
    distinctive = [name for name in source.columns if name not in source.coordinate_columns]
    expected = distinctive or [*source.coordinate_columns]
    if all(cells.column(name) is None for name in expected):
        raise FileError(
            f"{label} has none of the columns of {source.id} ({listed(expected)}); "
            "check source= and the first line of the file."
        )


def _occurrences(
    cells: Cells, source: Source, label: str, crs: Any, words: OwnWords
) -> tuple[geopandas.GeoDataFrame, list[str]]:
    """Return the occurrence table, and notes on what could not be read."""
    read_as = without_sentinels(cells, source.missing)
    own = _own_columns(cells.frame, source)
    kept_as = {str(a).casefold(): b for a, b in zip(cells.frame.columns, own.columns, strict=True)}
    ids, notes = occurrence_ids(read_as, source)
    columns = {"occurrence_id": ids, "source": constant(source.id, cells.index)}
    # Work on whole columns releases Python's lock, so it can run beside other work.
    with ThreadPoolExecutor() as pool:
        locating = pool.submit(locations, read_as, source, ids, path=label, crs=crs)
        filled: dict[str, Filled] = {}
        for name, rules in source.fields.items():
            filled[name] = fill(read_as, name, rules, filled, own=words)
            notes += _unknown_note(name, rules, filled[name].unknown, kept_as)
        columns |= {name: each.column for name, each in filled.items()}
        columns |= derived_columns(filled)
        found = locating.result()
    columns["coordinate_precision_m"] = found.precision_m
    columns |= uncertainty(found, columns.get("location_uncertainty_m"), source.scatter_m)
    stated = columns.get("location_method")
    columns["location_method"] = found.method if stated is None else coalesce(stated, found.method)
    columns |= {name: own[name] for name in own.columns}
    frame = geopandas.GeoDataFrame(columns, index=cells.index, geometry=found.geometry)
    table, without_location = conform_with_notes(frame)
    table.attrs["unknown_words"] = recorded({name: each.unknown for name, each in filled.items()})
    return table, [*notes, *found.notes, *without_location]


def _own_columns(frame: pd.DataFrame, source: Source) -> pd.DataFrame:
    """Return the file's columns under names that the occurrence table does not use."""
    names = [
        f"{source.id}_{name}" if name.casefold() in COLUMN_NAMES else name
        for name in map(str, frame.columns)
    ]
    return frame.set_axis(unique_names(names), axis=1)


def _unknown_note(
    name: str, rules: tuple[FieldRule, ...], unknown: Mapping[str, int], kept_as: Mapping[str, str]
) -> list[str]:
    """Return a note on texts in no vocabulary; `kept_as` are the columns that keep them."""
    # The text of a deposit type that is in no vocabulary goes to a separate column.
    if not unknown or name == "deposit_type":
        return []
    needed = [column.casefold() for rule in rules for column in rule.needs]
    kept = list(dict.fromkeys(kept_as[column] for column in needed if column in kept_as))
    where = f", kept in {' and '.join(kept)}" if kept else ""
    counted = sorted(unknown.items(), key=lambda item: (-item[1], item[0]))
    words = listed([f"{word!r} ({count})" for word, count in counted])
    return [f"{name}: not in the vocabulary{where}: {words}."]
