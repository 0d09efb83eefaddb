"""`read_parts`: a large file of delimited text as a lazy table of many parts."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
from tqdm import tqdm

from minmap.arguments import (
    check_keywords,
    require_kind,
    require_number,
    require_path,
    require_text,
)
from minmap.coordinates.reference_systems import GAUSS_KRUGER, crs_name
from minmap.coordinates.rounding import TableRounding
from minmap.errors import FileError, MinmapError, warn
from minmap.files.cells import Cells
from minmap.files.delimited_parts import PartedText, Span, parted_text
from minmap.files.shape_column import has_plain_points, shape_column
from minmap.partitions import frame_of_parts, require_dask
from minmap.reading.column_filling import without_sentinels
from minmap.reading.match_record import KEY
from minmap.reading.number_columns import (
    Form,
    NumberForms,
    forms_of,
    joined_forms,
    notes_on_texts,
    number_notation,
    numbers_in,
)
from minmap.reading.occurrences import match_text, occurrences_of, own_names
from minmap.reading.record_ids import unnumbered_ids
from minmap.reading.record_locations import locations
from minmap.reading.source import Source
from minmap.reading.source_choice import described, source_of
from minmap.table import UNITS
from minmap.types import AnyArray, Integers, Unsigned64
from minmap.writing import are_occurrences

_MOST_KEPT: Final = 1000
_WHOLE: Final = "read it whole with minmap.read"


@check_keywords
def read_parts(
    file: str | os.PathLike[str],
    *,
    part_mb: float = 64,
    source: str | os.PathLike[str] | None = None,
    columns: Mapping[str, str] | None = None,
    crs: Any = None,
    encoding: str | None = None,
) -> Any:
    """Read a file of delimited text that may be larger than the memory, in parts.

    Encoding, separator, column names, source and the match of columns are decided once: the
    encoding by all of the text, the match by up to 4,096 records spread over it. Each part is then
    read by these rules, when Dask computes it. Ids, rows set aside and all other values are those
    of `minmap.read`, if it matches the columns alike. Rows with units, second rows of names,
    headings of sections, totals and footers, which `minmap.read` leaves out, are records here.

    Parameters
    ----------
    file
        Path of a CSV or other delimited text, not in UTF-16 and not in an archive. It must stay
        unchanged, and the workers of a cluster must see it.
    part_mb
        Size of a part in MB. Reading one takes about ten times as much memory.
    source, columns, crs, encoding
        As in `minmap.read`.

    Returns
    -------
    dask_geopandas.GeoDataFrame
        The occurrence table of `minmap.read`, one partition a part, with known divisions. The table
        of each part has the ``attrs`` of all.

    Raises
    ------
    FileError
        If the file is not delimited text, has rows that continue the record above or companion
        tables beside it (see `minmap.sources`), is an occurrence table that minmap wrote, or has
        lines or areas; and as `minmap.read`.
    MinmapError
        If dask-geopandas is not installed, or `part_mb` is not a positive number.

    Warns
    -----
    MinmapWarning
        Once, with the match, what the dots in the numbers of a grid mean, the lines set aside and
        the repeated ids. Values in no vocabulary, derived countries and coordinates that cannot be
        read are not counted.

    Examples
    --------
    >>> from minmap.reading import sample
    >>> lazy = read_parts(sample("mrds_central_asia.csv"), part_mb=0.01)
    >>> lazy.npartitions > 1, len(lazy.compute()) == lazy.divisions[-1] + 1
    (True, True)
    """
    require_dask("read_parts")
    if columns is not None:
        require_kind(columns, Mapping, name="columns", cure="give a dictionary, as to read")
    text = _text_in_parts(file, part_mb, encoding)
    path = text.path
    given = None if source is None else described(source)
    sample = text.cells_of(text.sample, 1)
    _require_parts(sample, path.name)
    found, notes, entries = source_of(sample, path.name, given, columns or {}, crs)
    _require_crs_of_rows(found.crs if crs is None else crs)
    _require_single_rows(sample, found, path)
    rounding, said = _rounding(sample, found, path.name, crs)
    notation = number_notation(without_sentinels(sample, found.missing), found)
    plan = _Plan(text, found, crs, rounding, NumberForms(notation, {}))
    survey = _survey(plan)
    plan = replace(plan, numbers=NumberForms(notation, survey.forms))
    like, _ = occurrences_of(sample, found, path.name, crs, forms=plan.numbers)
    own = own_names(sample.frame, found)
    said += notes_on_texts(own, map(survey.forms.get, sample.frame.columns))
    _warn_once(path.name, [*text.notes, *sample.notes, *notes, *said, *survey.notes()])
    attrs = survey.attrs(found) | {KEY: match_text(entries, sample.frame, found)}
    attrs |= {UNITS: like.attrs[UNITS]} if UNITS in like.attrs else {}
    parts = _parts(plan, survey, attrs)
    filled = [part for part, count in zip(parts, survey.counts, strict=True) if count]
    labels = [*(part.start for part in filled), survey.starts[-1] - 1]
    like.attrs = attrs
    return frame_of_parts(_read_part, filled or parts[:1], like=like.iloc[:0], starts=labels)


def _text_in_parts(
    file: str | os.PathLike[str], part_mb: float, encoding: str | None
) -> PartedText:
    """Return the text of a file; the arguments are those of `read_parts`."""
    path = require_path(file, name="file").absolute()
    part_mb = require_number(part_mb, name="part_mb", like=64, above=0, unit="MB")
    if encoding is not None:
        require_text(encoding, name="encoding", like="cp1251")
    return parted_text(path, part_bytes=max(1, int(part_mb * 1e6)), encoding=encoding)


def _warn_once(label: str, notes: list[str]) -> None:
    if notes:
        warn(f"{label}: {' '.join(notes)}")


def _rounding(
    sample: Cells, source: Source, label: str, crs: Any
) -> tuple[TableRounding | None, list[str]]:
    """Return how coordinates were rounded, and a note on what the dots in them mean."""
    ids = unnumbered_ids(sample, source)
    found = locations(sample, source, ids, path=label, crs=crs)
    said = [f"In a sample, {found.table_note}"] if found.table_note else []
    return found.rounding, said


def _require_crs_of_rows(crs: Any) -> None:
    """Refuse a CRS whose order of columns all rows of a table decide together."""
    if crs_name(crs) == GAUSS_KRUGER:
        raise MinmapError(f"crs={crs!r} is decided by all rows of a table; {_WHOLE}.")


def _require_parts(sample: Cells, label: str) -> None:
    if are_occurrences(sample.frame.columns):
        raise FileError(
            f"{label} is an occurrence table already; write it as GeoParquet and read that with "
            "dask_geopandas.read_parquet."
        )
    shapes = shape_column(sample.frame)
    if shapes is not None and not has_plain_points(sample.frame.iloc[:, shapes]):
        raise FileError(f"{label} has lines or areas as text; {_WHOLE}.")


def _require_single_rows(sample: Cells, source: Source, path: Path) -> None:
    """Refuse a table whose records need other rows or tables."""
    if source.continuation is not None and sample.column(source.continuation.without) is not None:
        raise FileError(f"{path.name}: rows of {source.id} may continue others; {_WHOLE}.")
    names = dict.fromkeys(join.table for join in source.joins)
    beside = {each.stem.casefold() for each in path.parent.iterdir() if each != path}
    for name in names:
        if name.casefold() in beside:
            raise FileError(
                f"{path.name}: the table {name} beside it is joined to all records; {_WHOLE}, or "
                "move the file to a folder of its own."
            )


@dataclass(frozen=True)
class _Plan:
    """How to read any part."""

    text: PartedText
    source: Source
    crs: Any
    rounding: TableRounding | None
    numbers: NumberForms

    def ids(self, cells: Cells) -> pd.Series:
        """Return the ids of records before equal ones get numbers."""
        return unnumbered_ids(without_sentinels(cells, self.source.missing), self.source)

    def forms(self, cells: Cells) -> Mapping[Any, Form]:
        """Return the summaries of the numeric columns of a part."""
        read_as = without_sentinels(cells, self.source.missing)
        found = numbers_in(read_as, self.source, notation=self.numbers.notation)
        return forms_of(found, cells.frame)


@dataclass(frozen=True)
class _Survey:
    """What one reading of all parts has found: counts, lines set aside, and equal ids."""

    counts: list[int]
    set_aside: list[dict[str, Any]]
    faults: int
    hashes: Unsigned64
    forms: Mapping[Any, Form]

    @property
    def starts(self) -> list[int]:
        """Number of the first record of each part, and at the end that of all records."""
        return [0, *np.cumsum(self.counts).tolist()]

    def _ranks(self) -> Integers:
        """Return for each record how many before it have its id."""
        ranks: Integers = np.zeros(len(self.hashes), dtype=np.int64)
        hashes = pd.Series(self.hashes)
        repeated = hashes.duplicated(keep=False).to_numpy()
        ranks[repeated] = hashes[repeated].groupby(hashes[repeated]).cumcount().to_numpy()
        return ranks

    def repeats(self) -> list[tuple[Integers, Integers]]:
        """Return for each part the rows with the id of an earlier record, and how many have it."""
        ranks = np.split(self._ranks(), self.starts[1:-1])
        return [(np.flatnonzero(part), part[part > 0]) for part in ranks]

    def notes(self) -> list[str]:
        """Return what to tell the user."""
        notes, repeated = list[str](), int((self._ranks() > 0).sum())
        if repeated:
            notes.append(f"{repeated} records repeat the id of one before them, and get a number.")
        if self.faults:
            first = self.set_aside[0]
            notes.append(
                f"{self.faults} lines were set aside; the first is line {first['line']:,} "
                f"({first['reason']}); attrs['set_aside'] lists them."
            )
        return notes

    def attrs(self, source: Source) -> dict[str, Any]:
        """Return the ``attrs`` of the whole table."""
        read = sum(self.counts)
        attrs: dict[str, Any] = {
            "sources": [source.reference()],
            "rows": {
                "in_file": read + self.faults,
                "read": read,
                "continued": 0,
                "set_aside": self.faults,
            },
        }
        return attrs | ({"set_aside": self.set_aside} if self.set_aside else {})


def _survey(plan: _Plan) -> _Survey:
    """Read all parts once, one after the other, for their ids."""
    counts, aside, faults, hashes = list[int](), list[dict[str, Any]](), 0, list[AnyArray]()
    forms = list[Mapping[Any, Form]]()
    for span in tqdm(plan.text.spans, desc="examining", unit="parts", delay=2, disable=None):
        cells = plan.text.cells(span)
        counts.append(len(cells))
        faults += cells.set_aside
        aside += [row._asdict() for row in cells.rows_aside][: _MOST_KEPT - len(aside)]
        forms.append(plan.forms(cells))
        hashes.append(pd.util.hash_pandas_object(plan.ids(cells), index=False).to_numpy())
    return _Survey(counts, aside, faults, np.concatenate(hashes), joined_forms(forms))


@dataclass(frozen=True)
class _TextPart:
    """One part; `ranks` counts the earlier records with the id of each of `rows`."""

    plan: _Plan
    span: Span
    start: int
    rows: Integers
    ranks: Integers
    attrs: Mapping[str, Any]


def _parts(plan: _Plan, survey: _Survey, attrs: Mapping[str, Any]) -> list[_TextPart]:
    """Return all parts, also those without records."""
    each = zip(plan.text.spans, survey.starts[:-1], survey.repeats(), strict=True)
    return [_TextPart(plan, span, start, *repeats, attrs) for span, start, repeats in each]


def _read_part(part: _TextPart) -> gpd.GeoDataFrame:
    plan = part.plan
    cells = plan.text.cells(part.span)
    label = plan.text.path.name
    table, _ = occurrences_of(
        cells, plan.source, label, plan.crs, rounding=plan.rounding, forms=plan.numbers
    )
    ids = plan.ids(cells).tolist()
    for row, rank in zip(part.rows.tolist(), part.ranks.tolist(), strict=True):
        ids[row] = f"{ids[row]}-{rank + 1}"
    table["occurrence_id"] = pd.Series(ids, index=table.index, dtype=table["occurrence_id"].dtype)
    table.index = pd.RangeIndex(part.start, part.start + len(table))
    table.attrs = dict(part.attrs)
    return table
