"""The one engine that turns any described table into the occurrence table."""

from __future__ import annotations

import os
import warnings
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

import geopandas
import pandas as pd

from minmap.errors import FileError, MinmapWarning, require_one_of
from minmap.files import read_vector
from minmap.files.cells import Cells, constant
from minmap.files.delimited import read_table, unique_names
from minmap.model import COLUMN_NAMES, conform_with_notes, listed
from minmap.sources.ids import occurrence_ids
from minmap.sources.locations import locations
from minmap.sources.recognise import recognise
from minmap.sources.rules import fill, group
from minmap.sources.source import Source, catalogue, load

_VECTOR_ENDINGS: Final = {
    ".shp", ".gpkg", ".geojson", ".json", ".parquet", ".geoparquet", ".zip"
}  # fmt: skip


def read(
    path: str | os.PathLike[str], *, source: str | os.PathLike[str] | None = None
) -> geopandas.GeoDataFrame:
    """Read mineral occurrences from a file.

    The source is told by the column names alone, case aside: at least two columns that only this
    source has, and more of them than of any other. The file may hold part of the source's columns.

    Parameters
    ----------
    path
        CSV or TSV (parted by commas, tabs or semicolons; UTF-8, or else latin-1) or a vector file
        (shapefile, GeoPackage, GeoJSON, GeoParquet) with the columns of a known source.
    source
        Id of a source (see `sources`) where the columns do not tell it, or the path of a TOML file
        that describes a source of your own in the form of ``minmap/sources/mrds.toml``. None: told
        by the columns.

    Returns
    -------
    geopandas.GeoDataFrame
        The occurrence table (`minmap.model.COLUMNS`), EPSG:4326, one row per record in the order of
        the file, and behind it all columns of the file as they stand there. A column of the file
        whose name is taken by the occurrence table is prefixed with the source, as in
        ``mrds_country``. ``attrs["sources"]`` lists id, title, citation, licence, url and vintage.
        Records without a usable location have geometry None.

        A record without a number gets an id made from its content (prefix and 12 hexadecimal
        digits), the same whenever it is read from a file with these columns.

    Raises
    ------
    FileError
        If the file is missing, empty, no table, of no known source, or has no coordinates.
    ChoiceError
        If `source` is neither a known id nor a file.

    Warns
    -----
    MinmapWarning
        Once, with what was kept as given or set aside, and how often.

    Examples
    --------
    >>> from minmap.sources import sample
    >>> deposits = read(sample("pp1802_central_asia.csv"))
    >>> deposits.crs.to_string(), deposits["source"].unique().tolist()
    ('EPSG:4326', ['pp1802'])
    """
    file = Path(path)
    _require_file(file)
    cells = _open(file)
    described = _described(source) if source is not None else None
    if described is None:
        described = recognise(map(str, cells.frame.columns), catalogue(), path=file)
    frame, notes = _occurrences(cells, described, file)
    notes = [*cells.notes, *notes]
    if notes:
        warnings.warn(f"{file.name}: {' '.join(notes)}", MinmapWarning, stacklevel=2)
    return frame


def _require_file(path: Path) -> None:
    if path.is_dir():
        raise FileError(f"{path} is a folder; give one of the files in it.")
    if path.is_file():
        return
    folder = path.parent
    names = [entry.name for entry in folder.iterdir()] if folder.is_dir() else []
    near = get_close_matches(path.name, names, n=1)
    hint = f"did you mean {near[0]!r}?" if near else "check the spelling and the folder."
    raise FileError(f"{path} does not exist; {hint}")


def _open(path: Path) -> Cells:
    if path.suffix.lower() not in _VECTOR_ENDINGS:
        return read_table(path)
    layer = read_vector(path)
    frame = pd.DataFrame(layer.drop(columns=layer.geometry.name))
    frame.columns = pd.Index(unique_names([str(name) for name in frame.columns]))
    return Cells(frame, layer.geometry, [])


def _described(source: str | os.PathLike[str]) -> Source:
    if Path(source).suffix.lower() == ".toml":
        return load(Path(source))
    return catalogue()[require_one_of(str(source), catalogue(), name="source")]


def _occurrences(
    cells: Cells, source: Source, path: Path
) -> tuple[geopandas.GeoDataFrame, list[str]]:
    _require_fit(cells, source, path)
    own = _own(cells.frame, source)
    given = (str(name).casefold() for name in cells.frame.columns)
    renamed = dict(zip(given, map(str, own.columns), strict=True))
    notes: list[str] = []
    columns: dict[str, Any] = {"occurrence_id": occurrence_ids(cells, source)}
    columns["source"] = constant(source.id, cells.index)
    for field, rules in source.fields.items():
        columns[field], unknown = fill(cells, field, rules, columns)
        # The text of a deposit type that fits no vocabulary has a column of its own.
        if unknown and field != "deposit_type":
            kept = [
                renamed[n.casefold()] for r in rules for n in r.needs if n.casefold() in renamed
            ]
            where = f", kept in {' and '.join(kept)}" if kept else ""
            words = listed([f"{word!r} ({count})" for word, count in unknown.items()])
            notes.append(f"{field}: not in the vocabulary{where}: {words}.")
    columns["commodity_group"] = group(columns)
    geometry, unread = locations(cells, source, columns["occurrence_id"], path=path)
    columns |= {name: own[name] for name in own.columns}
    frame = geopandas.GeoDataFrame(columns, index=cells.index, geometry=geometry)
    frame.attrs["sources"] = [source.reference()]
    table, located = conform_with_notes(frame)
    return table, [*notes, *unread, *located]


def _require_fit(cells: Cells, source: Source, path: Path) -> None:
    """Refuse a table that has nothing of the source but columns that any table may have."""
    pairs = {name for pair in source.coordinates for name in pair}
    telling = [name for name in source.columns if name not in pairs] or [*pairs]
    if all(cells.column(name) is None for name in telling):
        raise FileError(
            f"{path} has none of the columns of {source.id} ({listed(telling)}); "
            "check source= and the first line of the file."
        )


def _own(frame: pd.DataFrame, source: Source) -> pd.DataFrame:
    """Return the file's columns under names that the occurrence table does not use."""
    names = [
        f"{source.id}_{name}" if name.casefold() in COLUMN_NAMES else name
        for name in map(str, frame.columns)
    ]
    return frame.set_axis(unique_names(names), axis=1)
