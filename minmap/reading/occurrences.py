"""The occurrence table of cells: ids, locations, and columns filled by the rules of a source."""

import json
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import geopandas
import numpy as np
import pandas as pd

from minmap.coordinates.rounding import TableRounding
from minmap.files.cells import Cells, coalesce, constant
from minmap.files.csv_layout import unique_names
from minmap.reading.column_filling import Filled, derived_columns, fill, without_sentinels
from minmap.reading.derived_places import fill_places
from minmap.reading.match_record import Entry
from minmap.reading.number_columns import (
    NumberForms,
    TypedColumns,
    forms_of,
    notes_on_texts,
    numbers_in,
    typed_columns,
)
from minmap.reading.own_words import COMMODITIES, NO_OWN_WORDS, OwnWords, table_of
from minmap.reading.record_ids import occurrence_ids
from minmap.reading.record_locations import Locations, locations, uncertainty
from minmap.reading.source import OTHERWISE, FieldRule, Source
from minmap.reading.stated_places import sign_notes
from minmap.reading.word_report import UNKNOWN, recorded
from minmap.table import COLUMN_NAMES, UNITS, conform_with_notes, listed
from minmap.vocabulary.lookup import unmapped_reason
from minmap.vocabulary.spelling import commodity_key
from minmap.vocabulary.two_meanings import names_of_two_meanings


def occurrences_of(
    cells: Cells,
    source: Source,
    label: str,
    crs: Any,
    *,
    words: OwnWords = NO_OWN_WORDS,
    rounding: TableRounding | None = None,
    forms: NumberForms | None = None,
) -> tuple[geopandas.GeoDataFrame, list[str]]:
    """Return the occurrence table of cells.

    Parameters
    ----------
    cells
        The table as read. Not changed.
    source
        Its description.
    label
        Name of the file as the user knows it.
    crs
        CRS of the coordinates instead of the source's; None: the source's.
    words
        The user's own words.
    rounding
        How the coordinates of the table were rounded that the cells are a part of. None: the cells
        are all.
    forms
        What the numeric columns of that table contain. None: the cells are all.

    Returns
    -------
    table : geopandas.GeoDataFrame
        The occurrence table, with the words in no vocabulary, and the units of columns, in its
        ``attrs``.
    notes : list of str
        What could not be read.
    """
    read_as = without_sentinels(cells, source.missing)
    own = own_names(cells.frame, source)
    # Work on whole columns releases Python's lock, so it can run beside other work.
    with ThreadPoolExecutor() as pool:
        placing = pool.submit(_placed, read_as, source, label, crs, rounding=rounding)
        filled = _filled(read_as, source, words)
        columns = {"source": constant(source.id, cells.index)}
        columns |= {name: each.column for name, each in filled.items()}
        columns |= derived_columns(filled, cells.index)
        columns["occurrence_id"], notes, found = placing.result()
    columns["coordinate_precision_m"] = found.precision_m
    scatter_m = _scatter_m(source, columns.get("country"), cells.index)
    columns |= uncertainty(found, columns.get("location_uncertainty_m"), scatter_m)
    stated = columns.get("location_method")
    columns["location_method"] = found.method if stated is None else coalesce(stated, found.method)
    typed, on_numbers = _own_columns(cells, read_as, source, own, forms)
    columns |= typed.columns
    frame = geopandas.GeoDataFrame(columns, index=cells.index, geometry=found.geometry)
    table, without_location = conform_with_notes(frame)
    derived = fill_places(table)
    if typed.units:
        table.attrs[UNITS] = typed.units
    table.attrs[UNKNOWN] = recorded({name: each.unknown for name, each in filled.items()})
    # Whoever described a source knows whether it has a country; of other tables a note tells.
    told = derived if source.is_matched else []
    kept_as = {str(a).casefold(): b for a, b in zip(cells.frame.columns, own, strict=True)}
    unread = _unknown_notes(source, filled, kept_as) + on_numbers
    return table, [*sign_notes(table), *notes, *unread, *found.notes, *without_location, *told]


def _filled(cells: Cells, source: Source, words: OwnWords) -> dict[str, Filled]:
    """Return the fields that a source describes, filled in their order."""
    filled = dict[str, Filled]()
    for name, rules in source.fields.items():
        filled[name] = fill(cells, name, rules, filled, own=words)
    return filled


def _own_columns(
    cells: Cells, read_as: Cells, source: Source, own: list[str], forms: NumberForms | None
) -> tuple[TypedColumns, list[str]]:
    """Return the columns of the file, with numbers, by their names `own`, and notes."""
    found = numbers_in(read_as, source, notation=None if forms is None else forms.notation)
    of_columns = forms_of(found, cells.frame) if forms is None else forms.of_columns
    typed = typed_columns(cells.frame, own, found, of_columns, source.numbers)
    return typed, notes_on_texts(own, map(of_columns.get, cells.frame.columns))


def _scatter_m(source: Source, country: pd.Series | None, index: pd.Index) -> pd.Series | None:
    """Return the measured scatter of the source in the country of each record, metres."""
    if not source.scatter_m:
        return None
    scatter_m = pd.Series(source.scatter_m.get(OTHERWISE, np.nan), index=index)
    for code, metres in source.scatter_m.items():
        if country is not None and code != OTHERWISE:
            scatter_m[country.eq(code).to_numpy(dtype=bool, na_value=False)] = metres
    return scatter_m


def _placed(
    cells: Cells, source: Source, label: str, crs: Any, *, rounding: TableRounding | None
) -> tuple[pd.Series, list[str], Locations]:
    """Return the ids of the records, notes on them, and the locations."""
    ids, notes = occurrence_ids(cells, source)
    return ids, notes, locations(cells, source, ids, path=label, crs=crs, rounding=rounding)


def match_text(entries: list[Entry], frame: pd.DataFrame, source: Source) -> str:
    """Return the entries, with the names that the columns of the file have in the table, as JSON.

    Each operation of pandas copies the attrs, and a text of any length at once.
    """
    own = zip(frame.columns, own_names(frame, source), strict=True)
    kept_as = {str(name).casefold(): kept for name, kept in own}
    named = [{**one, "column": kept_as[one["column"].casefold()]} for one in entries]
    return json.dumps(named, ensure_ascii=False)


def own_names(frame: pd.DataFrame, source: Source) -> list[str]:
    """Return names for the file's columns that the occurrence table does not use."""
    names = [
        f"{source.id}_{name}" if name.casefold() in COLUMN_NAMES else name
        for name in map(str, frame.columns)
    ]
    return unique_names(names)


def _unknown_notes(
    source: Source, filled: Mapping[str, Filled], kept_as: Mapping[str, str]
) -> list[str]:
    """Return notes on texts in no vocabulary; `kept_as` are the columns that keep them."""
    return [
        note
        for name, rules in source.fields.items()
        for note in _unknown_note(name, rules, filled[name].unknown, kept_as)
    ]


def _unknown_note(
    name: str, rules: tuple[FieldRule, ...], unknown: Mapping[str, int], kept_as: Mapping[str, str]
) -> list[str]:
    """Return a note on such texts of one field, and on those of two meanings."""
    # The text of a deposit type that is in no vocabulary goes to a separate column.
    if not unknown or name == "deposit_type":
        return []
    needed = [column.casefold() for rule in rules for column in rule.needs]
    kept = list(dict.fromkeys(kept_as[column] for column in needed if column in kept_as))
    where = f", kept in {' and '.join(kept)}" if kept else ""
    counted = sorted(unknown.items(), key=lambda item: (-item[1], item[0]))
    words = listed([f"{word!r} ({count})" for word, count in counted])
    return [f"{name}: not in the vocabulary{where}: {words}.", *_two_meanings(name, unknown)]


def _two_meanings(name: str, unknown: Iterable[str]) -> list[str]:
    """Return notes on names of commodities that are other commodities in another language."""
    if table_of(name) != COMMODITIES:
        return []
    words = [word for word in unknown if commodity_key(word) in names_of_two_meanings()]
    reasons = {word: unmapped_reason(word, COMMODITIES) for word in words}
    return [
        f"{word!r} was left unknown: {why}. Give its code with vocabulary=."
        for word, why in reasons.items()
    ]
