"""Occurrence tables of several files or sheets as one table."""

import json
from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Any, Final, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd

from minmap.files.blank_cells import AddedBlanks
from minmap.files.cells import constant
from minmap.files.csv_layout import unique_names
from minmap.numbering import numbered
from minmap.reading.known_sources import catalogue
from minmap.reading.match_record import KEY, Entry
from minmap.reading.word_report import UNKNOWN, recorded
from minmap.table import (
    COLUMN_NAMES,
    UNITS,
    common_number_dtype,
    common_units,
    each_once,
    listed,
)
from minmap.types import TEXT

READ_FROM: Final = "read_from"
"""Column with the file or the sheet of each record."""
_PREFIX: Final = "given"


class Part(NamedTuple):
    """The occurrence table of one file or sheet.

    Attributes
    ----------
    name
        The file or the sheet.
    table
        Its occurrences.
    """

    name: str
    table: gpd.GeoDataFrame


def joined_tables(
    parts: Sequence[Part],
    source_ids: Sequence[str | None] | None = None,
    *,
    where: str,
    size: int,
) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Return occurrence tables as one, with the part of each record in `READ_FROM`, and notes.

    A column is one whatever the case of its name. Ids are different over all: the second record
    with one id gets ``-2`` at its end, and so on. Where parts of several sources that minmap does
    not know have columns with the name of one of the occurrence table, these have the prefix
    ``given``, and not that of their source, so that they are one column.

    Parameters
    ----------
    parts
        The tables.
    source_ids
        Ids that the only source of each gets; None where its own stays, or for all.
    where
        What messages call their files.
    size
        Bytes of their files.

    Raises
    ------
    FileError
        If far more cells would be blank, since most tables have no such column, than the files have
        bytes.

    Examples
    --------
    >>> from shapely import Point
    >>> rows = {"occurrence_id": ["a:1"], "source": ["a"], "Ore": ["Cu"]}
    >>> one = gpd.GeoDataFrame(rows, geometry=[Point(70, 45)], crs=4326)
    >>> other = one.rename(columns={"Ore": "ORE"})
    >>> table, notes = joined_tables([Part("x", one), Part("y", other)], where="2 files", size=200)
    >>> table["occurrence_id"].tolist(), table["Ore"].tolist(), table["read_from"].tolist()
    (['a:1', 'a:1-2'], ['Cu', 'Cu'], ['x', 'y'])
    """
    tables = _of_one_spelling(_of_one_prefix(_with_source_ids(parts, source_ids)))
    _require_few_blanks(tables, AddedBlanks.of_joined_tables(where, size))
    column = _free_name(tables)
    given = [
        table.assign(**{column: _read_from(part, table)})
        for part, table in zip(parts, tables, strict=True)
    ]
    joined = gpd.GeoDataFrame(stacked(given), geometry="geometry")
    repeated = np.flatnonzero(
        joined["occurrence_id"].duplicated() & joined["occurrence_id"].notna()
    )
    notes = list[str]()
    if repeated.size:
        joined["occurrence_id"], made = _with_different_ids(
            joined["occurrence_id"], repeated.tolist()
        )
        notes.append(
            f"{len(made)} records repeat the id of one before them; their ids are {listed(made)}."
        )
    joined.attrs = _attrs(parts, tables, column)
    return joined, notes


def _require_few_blanks(tables: Sequence[gpd.GeoDataFrame], blanks: AddedBlanks) -> None:
    columns = {name for table in tables for name in table.columns}
    for table in tables:
        blanks.add(len(table) * (len(columns) - table.shape[1]))


def stacked(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return tables one below the other, columns in the order of their first table.

    This is ``pandas.concat``, whose cost is columns times tables; here a column costs nothing for
    the tables without it.

    Examples
    --------
    >>> stacked([pd.DataFrame({"a": ["x"]}), pd.DataFrame({"b": ["y"], "a": ["z"]})]).fillna("-")
       a  b
    0  x  -
    1  z  y
    """
    of_column = dict[str, list[int]]()
    for number, table in enumerate(tables):
        for name in table.columns:
            of_column.setdefault(name, []).append(number)
    columns_of = dict[tuple[int, ...], list[str]]()
    for name, numbers in of_column.items():
        columns_of.setdefault((*numbers,), []).append(name)
    ends = np.cumsum([len(table) for table in tables]).tolist()
    numbered_rows = [
        table.set_axis(pd.RangeIndex(end - len(table), end))
        for table, end in zip(tables, ends, strict=True)
    ]
    rows = pd.RangeIndex(ends[-1])
    blocks = [
        pd.concat([numbered_rows[number][names] for number in numbers]).reindex(rows)
        for numbers, names in columns_of.items()
    ]
    return pd.concat(blocks, axis=1)[[*of_column]]


def _with_different_ids(ids: pd.Series, repeated: list[int]) -> tuple[pd.Series, list[str]]:
    texts = ids.tolist()
    made = numbered((texts[row] for row in repeated), ending="-{}", taken=ids.dropna().tolist())
    for row, text in zip(repeated, made, strict=True):
        texts[row] = text
    return pd.Series(texts, index=ids.index, dtype=TEXT), made


def _read_from(part: Part, table: gpd.GeoDataFrame) -> pd.Series:
    if not _is_joined(table):
        return constant(part.name, table.index)
    return pd.Series(f"{part.name}:" + table[READ_FROM], dtype=TEXT)


def _is_joined(table: gpd.GeoDataFrame) -> bool:
    """Return whether the sheets of a file are already one table."""
    return READ_FROM in table and "parts" in table.attrs.get("rows", {})


def _free_name(tables: Sequence[gpd.GeoDataFrame]) -> str:
    taken = (
        str(name)
        for table in tables
        for name in table.columns
        if not (name == READ_FROM and _is_joined(table))
    )
    return unique_names([*dict.fromkeys(taken), READ_FROM])[-1]


def _with_source_ids(
    parts: Sequence[Part], source_ids: Sequence[str | None] | None
) -> list[gpd.GeoDataFrame]:
    tables = [part.table for part in parts]
    for row, new in enumerate(source_ids or []):
        if new is not None:
            (source,) = tables[row].attrs["sources"]
            renamed = source | {"id": new, "title": parts[row].name}
            tables[row] = _of_source(tables[row], str(source["id"]), new, renamed)
    return tables


def _of_source(
    table: gpd.GeoDataFrame, old: str, new: str, source: dict[str, Any]
) -> gpd.GeoDataFrame:
    """Return a table with another id of its source."""
    renamed = table.rename(columns={n: f"{new}{n[len(old) :]}" for n in _prefixed(table, old)})
    renamed["source"] = constant(new, table.index)
    renamed["occurrence_id"] = table["occurrence_id"].str.replace(
        f"{old}:", f"{new}:", n=1, regex=False
    )
    renamed.attrs = table.attrs | {"sources": [source]}
    return renamed


def _prefixed(table: pd.DataFrame, source: str) -> list[str]:
    """Return the columns whose prefix is a source, since the occurrence table has their name."""
    start = f"{source}_".casefold()
    names = (name for name in map(str, table.columns) if name.casefold().startswith(start))
    return [name for name in names if name.casefold().removeprefix(start) in COLUMN_NAMES]


def _of_one_prefix(tables: Sequence[gpd.GeoDataFrame]) -> list[gpd.GeoDataFrame]:
    unknown = dict.fromkeys(
        str(source.get("id"))
        for table in tables
        for source in table.attrs.get("sources", [])
        if source.get("id") not in catalogue()
    )
    if len(unknown) < 2:
        return [*tables]
    folded = frozenset(map(str.casefold, unknown))
    return [table.rename(columns=partial(_with_one_prefix, sources=folded)) for table in tables]


def _with_one_prefix(name: Any, sources: frozenset[str]) -> Any:
    """Return the name of a column with the common prefix if its prefix is one of the sources.

    Examples
    --------
    >>> _with_one_prefix("mines_Country", frozenset(["mines"]))
    'given_Country'
    """
    parts = str(name).split("_")
    for count in range(1, len(parts)):
        start, end = "_".join(parts[:count]), "_".join(parts[count:])
        if start.casefold() in sources and end.casefold() in COLUMN_NAMES:
            return f"{_PREFIX}_{end}"
    return name


def _of_one_spelling(tables: Sequence[gpd.GeoDataFrame]) -> list[gpd.GeoDataFrame]:
    """Give equal columns the first spelling, and one dtype: text, unless all are numbers."""
    first, given = dict[str, str](), dict[str, list[pd.Series]]()
    for table in tables:
        for name, column in table.items():
            spelled = first.setdefault(str(name).casefold(), str(name))
            given.setdefault(spelled, []).append(column)
    mixed = {
        name: common_number_dtype(columns) or TEXT
        for name, columns in given.items()
        if len({column.dtype for column in columns}) > 1 and name != "geometry"
    }
    found = []
    for table in tables:
        renamed = table.rename(columns=lambda name: first[str(name).casefold()])
        other = {name: dtype for name, dtype in mixed.items() if name in renamed}
        # The units have the names of their columns.
        units = {first[n.casefold()]: unit for n, unit in table.attrs.get(UNITS, {}).items()}
        renamed = renamed.astype(other) if other else renamed
        renamed.attrs = table.attrs | ({UNITS: units} if units else {})
        found.append(renamed)
    return found


def _attrs(
    parts: Sequence[Part], tables: Sequence[gpd.GeoDataFrame], column: str
) -> dict[str, Any]:
    """Return the sources of all parts, the sums of their rows, and the rows of each part.

    `tables` are those of the parts with other names of columns; `column` has the part of a record.
    """
    attrs: dict[str, Any] = {
        "sources": each_once(s for table in tables for s in table.attrs.get("sources", []))
    }
    rows, companions, by_part = Counter[str](), Counter[str](), dict[str, dict[str, int]]()
    for name, table in parts:
        read = table.attrs.get("rows") or {
            "in_file": len(table), "read": len(table), "continued": 0, "set_aside": 0
        }  # fmt: skip
        by_part[name] = {key: count for key, count in read.items() if isinstance(count, int)}
        rows.update(by_part[name])
        companions.update(table.attrs.get("companions", {}))
        for row in table.attrs.get("set_aside", []):
            attrs.setdefault("set_aside", []).append({READ_FROM: name, **row})
        for sheet, reason in table.attrs.get("sheets_aside", {}).items():
            attrs.setdefault("sheets_aside", {})[f"{name}:{sheet}"] = reason
    attrs["rows"] = {**rows, "parts": by_part}
    attrs |= {UNITS: units} if (units := common_units(tables)) else {}
    attrs |= _all_unknown_words([table.attrs for _, table in parts])
    if match := _all_matches(parts, tables, column):
        attrs[KEY] = json.dumps(match, ensure_ascii=False)
    return attrs | ({"companions": dict(companions)} if companions else {})


def _all_matches(
    parts: Sequence[Part], tables: Sequence[gpd.GeoDataFrame], column: str
) -> list[Entry]:
    """Return the entries of the columns of all parts; an entry that several parts share, once.

    The columns have their names in `tables`, and come in the order in which parts have them.
    """
    found = dict[str, dict[str, Entry]]()
    for (part, before), table in zip(parts, tables, strict=True):
        renamed = dict(zip(map(str, before.columns), map(str, table.columns), strict=True))
        entries: list[Entry] = json.loads(before.attrs.get(KEY, "[]"))
        for entry in entries:
            sheets = [f"{part}:{sheet}" for sheet in entry["parts"]] or [part]
            name = renamed.get(entry["column"], entry["column"])
            entry["column"], entry["parts"], entry["part_column"] = name, [], column
            same = found.setdefault(name, {}).setdefault(json.dumps(entry), entry)
            same["parts"] += sheets
    return [entry for of_column in found.values() for entry in of_column.values()]


def _all_unknown_words(of_parts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the record of the words that are unknown in any part, empty if no part has one."""
    records = [attrs[UNKNOWN] for attrs in of_parts if UNKNOWN in attrs]
    words, left_out = dict[str, Counter[str]](), Counter[str]()
    for column, kept in (item for record in records for item in record.items()):
        words.setdefault(column, Counter()).update(kept["words"])
        left_out[column] += kept["left_out"]
    unknown = recorded(words)
    for column, count in left_out.items():
        unknown.setdefault(column, {"words": {}, "left_out": 0})["left_out"] += count
    return {UNKNOWN: unknown} if records else {}
