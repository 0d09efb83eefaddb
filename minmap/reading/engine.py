"""The one engine that turns any described table into the occurrence table."""

from __future__ import annotations

import gc
import os
import warnings
from collections.abc import Iterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Final

import geopandas
import pandas as pd

from minmap.arguments import require_kind, require_one_of, require_path, require_text
from minmap.errors import FileError, MinmapError, MinmapWarning
from minmap.files import Document, open_document
from minmap.files.cells import Cells, coalesce, constant
from minmap.files.consistent_reading import read_consistently
from minmap.files.csv_layout import unique_names
from minmap.reading.column_filling import (
    Filled,
    coded_columns,
    commodity_group,
    commodity_qualifiers,
    fill,
)
from minmap.reading.column_rule import Rule
from minmap.reading.continuation import folded
from minmap.reading.joins import with_companions
from minmap.reading.match import match
from minmap.reading.overrides import overridden
from minmap.reading.recognition import recognise, records_layer
from minmap.reading.record_ids import occurrence_ids
from minmap.reading.record_locations import Located, locations
from minmap.reading.source import Source, catalogue, load
from minmap.reading.source_columns import View, view
from minmap.table import COLUMN_NAMES, conform_with_notes, listed
from minmap.writing import exact_table, occurrence_sheet, occurrence_table

_COLUMNS_CURE: Final = "give columns of the file by what they hold, such as {'name': 'Deposit'}"


def read(
    file: str | os.PathLike[str] | BinaryIO,
    *,
    source: str | os.PathLike[str] | None = None,
    layer: str | None = None,
    columns: Mapping[str, str] | None = None,
    crs: Any = None,
    encoding: str | None = None,
) -> geopandas.GeoDataFrame:
    """Read mineral occurrences from a file.

    A GeoParquet or GeoPackage that minmap wrote comes back as it was, and an occurrence table in
    any other format by the names of its columns (see `minmap.write`). Else the source is told by
    the names of the columns, case aside: at least two that only this source has. A table of no
    known source is matched by evidence, that is by the names and the values of its columns; the
    match is said in a warning, and refused where the evidence is thin.

    Parameters
    ----------
    file
        CSV or other delimited text, Excel workbook, shapefile, GeoPackage, file geodatabase,
        GeoJSON, GML, KML, KMZ, Parquet, or a zip archive of one: its path, or a file object open
        for reading bytes.
    source
        Id of a source (see `sources`) where the columns do not tell it, or the path of a TOML file
        that describes a source of your own in the form of ``minmap/reading/mrds.toml``. None: told
        by the columns.
    layer
        Which table of a file with several. None: the only one, or the one of a known source.
    columns
        Columns of the file by what they hold: a column of the occurrence table (``"name"``,
        ``"country"``, ``"commodities"``...), ``"id"`` (the record number), ``"longitude"`` and
        ``"latitude"``, or ``"coordinates"`` for a column that holds both. They go before what the
        source or the match says. None: nothing to add.
    crs
        CRS of the coordinates, for pyproj, such as ``"EPSG:32642"``; it goes before what the source
        or the file says. None: theirs.
    encoding
        Encoding of the text, such as ``"cp1251"``. None: told by the file.

    Returns
    -------
    geopandas.GeoDataFrame
        The occurrence table (`minmap.table.COLUMNS`), EPSG:4326, one row per record in the order of
        the file, and behind it all columns of the file as they stand there. A column of the file
        whose name is taken by the occurrence table is prefixed with the source, as in
        ``mrds_country``. Columns that companion tables of the source add (see `sources`) come last.
        Records without a usable location have geometry None.

        ``attrs["sources"]`` lists id, title, citation, licence, url and vintage, ``attrs["rows"]``
        the rows ``in_file``, and of those ``read``, ``continued`` (folded into the record above)
        and ``set_aside``; ``attrs["companions"]`` the rows of each companion table.

        A record without a number gets an id made from its content (prefix and 12 hexadecimal
        digits), the same whenever it is read from a file with these columns.

    Raises
    ------
    FileError
        If the file is missing, empty, no table, has no coordinates, has several tables of which
        none is known, or tells too little to match its columns.
    ChoiceError
        If `source` is neither a known id nor a file, or `layer`, `columns` or `encoding` name
        something that is not there.
    CRSError
        If `crs` is no CRS.
    MinmapError
        If `file` is neither a path nor a file object.

    Warns
    -----
    MinmapWarning
        Once, with what was kept as given or set aside, and how often.

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
            "reading bytes."
        )
    if columns is not None:
        require_kind(columns, Mapping, name="columns", cure=_COLUMNS_CURE)
    if encoding is not None:
        require_text(encoding, name="encoding", like="cp1251")
    if layer is not None:
        require_text(layer, name="layer", like="mines")
    said = _Said(columns=columns, crs=crs, encoding=encoding)
    given = None if source is None else _described(source)
    is_bare = given is None and columns is None and crs is None and encoding is None

    def table() -> tuple[geopandas.GeoDataFrame, list[str], str]:
        with open_document(file) as opened:
            exact = exact_table(opened, layer) if is_bare else None
            if exact is not None:
                return exact, [], opened.label
            with _no_collection():
                return *_read(opened, layer, given, said), opened.label

    frame, notes, label = read_consistently(file, table)
    if notes:
        warnings.warn(f"{label}: {' '.join(notes)}", MinmapWarning, stacklevel=2)
    return frame


@dataclass(frozen=True)
class _Said:
    """What the user says of the file."""

    columns: Mapping[str, str] | None
    crs: Any
    encoding: str | None


def _described(source: str | os.PathLike[str]) -> Source:
    path = require_path(source, name="source")
    if path.suffix.lower() == ".toml":
        return load(path)
    return catalogue()[require_one_of(str(path), catalogue(), name="source")]


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keep the collector from walking over hundreds of thousands of new points again and again."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _read(
    opened: Document, layer: str | None, given: Source | None, said: _Said
) -> tuple[geopandas.GeoDataFrame, list[str]]:
    known = catalogue() if given is None else {given.id: given}
    name = layer or occurrence_sheet(opened) or records_layer(opened, layer, known)
    cells = opened.cells(name, encoding=said.encoding, crs=said.crs)
    if given is None and said.columns is None and said.crs is None:
        own = occurrence_table(cells, opened)
        if own is not None:
            return own
    notes = list(cells.notes)
    names = [str(column) for column in cells.frame.columns]
    source = given or recognise(names, known, label=opened.label)
    if source is None:
        matched = match(cells, label=opened.label, columns=said.columns, crs=said.crs)
        source, notes = matched.source, [*notes, *matched.notes]
    else:
        _require_fit(cells, source, opened.label, said.columns)
        if said.columns:
            source, cells = overridden(source, said.columns, cells)
    table, more = _occurrences(cells, source, opened, said.crs)
    return table, [*notes, *more]


def _occurrences(
    cells: Cells, source: Source, opened: Document, crs: Any
) -> tuple[geopandas.GeoDataFrame, list[str]]:
    continued, notes = 0, list[str]()
    if source.continuation is not None:
        cells, continued = folded(cells, source.continuation)
        if continued:
            blank = source.continuation.without
            notes.append(
                f"{continued} rows without {blank} continue the record above and were folded into "
                "it."
            )
    joined = with_companions(cells, source.joins, opened)
    notes += joined.notes
    seen = view(joined.cells, source.missing)
    own = _own(seen.frame, source)
    parts = _Parts(seen, source, own)
    ids = parts.identify()
    # Work on whole columns needs no lock of Python, so that it can go on beside the rest.
    with ThreadPoolExecutor() as beside:
        coding = beside.map(lambda name: seen.coded((name,)), coded_columns(source.fields))
        located = locations(seen, source, ids, path=opened.label, crs=crs)
        tuple(coding)
        geometry = beside.submit(located.geometry)
        parts.fill(beside)
    parts.place(located)
    everything = parts.columns | {name: own[name] for name in own.columns}
    frame = geopandas.GeoDataFrame(everything, index=seen.index, geometry=geometry.result())
    frame.attrs["sources"] = [source.reference()]
    frame.attrs["rows"] = {
        "in_file": len(cells) + continued + cells.set_aside,
        "read": len(cells),
        "continued": continued,
        "set_aside": cells.set_aside,
    }
    if joined.rows:
        frame.attrs["companions"] = joined.rows
    table, unplaced = conform_with_notes(frame)
    return table, [*notes, *parts.notes, *unplaced]


@dataclass
class _Parts:
    """Columns of the occurrence table, one after the other."""

    view: View
    source: Source
    own: pd.DataFrame
    columns: dict[str, pd.Series] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def identify(self) -> pd.Series:
        """Make the ids and return them."""
        ids, notes = occurrence_ids(self.view, self.source)
        self.notes += notes
        self.columns["occurrence_id"] = ids
        self.columns["source"] = constant(self.source.id, self.view.index)
        return ids

    def fill(self, beside: Executor) -> None:
        """Fill what the source has rules for, and what follows from it."""
        filled: dict[str, Filled] = {}
        for name, rules in self.source.fields.items():
            filled[name] = fill(self.view, name, rules, filled)
            self._say_unknown(name, rules, filled[name])
        made = {
            "commodity_qualifiers": commodity_qualifiers(filled),
            "commodity_group": commodity_group(filled),
        }
        whole = filled | {name: words for name, words in made.items() if words}
        series = beside.map(lambda column: column.series(self.view.index), whole.values())
        self.columns |= dict(zip(whole, series, strict=True))

    def place(self, located: Located) -> None:
        """Add how the locations came about where the source does not say it itself."""
        found = {
            "location_uncertainty_m": located.uncertainty_m,
            "location_method": located.method,
        }
        for name, values in found.items():
            said = self.columns.get(name)
            self.columns[name] = values if said is None else coalesce(said, values)
        self.notes += located.notes

    def _say_unknown(self, name: str, rules: tuple[Rule, ...], filled: Filled) -> None:
        # The text of a deposit type that fits no vocabulary has a column of its own.
        if not filled.unknown or name == "deposit_type":
            return
        given = (str(column).casefold() for column in self.view.frame.columns)
        renamed = dict(zip(given, map(str, self.own.columns), strict=True))
        needed = [column.casefold() for rule in rules for column in rule.needs]
        kept = list(dict.fromkeys(renamed[column] for column in needed if column in renamed))
        where = f", kept in {' and '.join(kept)}" if kept else ""
        counted = sorted(filled.unknown.items(), key=lambda item: (-item[1], item[0]))
        words = listed([f"{word!r} ({count})" for word, count in counted])
        self.notes.append(f"{name}: not in the vocabulary{where}: {words}.")


def _require_fit(
    cells: Cells, source: Source, label: str, columns: Mapping[str, str] | None
) -> None:
    """Refuse a table that has nothing of the source but columns that any table may have."""
    pairs = {name for pair in source.coordinates for name in pair}
    telling = [name for name in source.columns if name not in pairs] or [*pairs]
    if not columns and all(cells.column(name) is None for name in telling):
        raise FileError(
            f"{label} has none of the columns of {source.id} ({listed(telling)}); "
            "check source= and the first line of the file."
        )


def _own(frame: pd.DataFrame, source: Source) -> pd.DataFrame:
    """Return the file's columns under names that the occurrence table does not use."""
    names = [
        f"{source.id}_{name}" if name.casefold() in COLUMN_NAMES else name
        for name in map(str, frame.columns)
    ]
    return frame.set_axis(unique_names(names), axis=1)
