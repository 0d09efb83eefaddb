"""The columns of an unknown table, matched by the evidence of their headings and values."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, NamedTuple

from minmap.coordinates.reference_systems import crs_name, is_grid
from minmap.files.cells import Cells
from minmap.reading import column_evidence
from minmap.reading.column_assignment import Assigned, assign
from minmap.reading.column_contents import Explanation, odds_of
from minmap.reading.column_evidence import MAIN, MINOR, Candidate, Values
from minmap.reading.commodity_lists import left_out, with_list, without_kinds
from minmap.reading.deposit_sizes import SIZE, size_rule
from minmap.reading.fields_not_found import fields_not_found, other_statuses
from minmap.reading.headings import CUT, QUALIFIED, WEAK, strengths
from minmap.reading.known_sources import catalogue
from minmap.reading.match_record import Entry, entries, question, told_parts
from minmap.reading.overrides import OVERRIDES, PLACE, named_columns, with_columns
from minmap.reading.place_match import place_of, tested_place
from minmap.reading.second_places import notes_on_second_places
from minmap.reading.source import FieldRule, Source
from minmap.reading.stated_accuracy import FIELD, Accuracy, accuracy_column
from minmap.reading.stated_country import judged_country
from minmap.table import listed
from minmap.vocabulary.commodity_texts import CASED, capitals_are_symbols

_IDENTIFYING: Final = ("name", MAIN, "country", "status", "site_type", "deposit_type")
"""Fields that show that a table has occurrences; without one, its coordinates must be certain."""
TAKEN: Final = "Columns taken"
"""Start of the note on the columns."""
_QUESTIONS_SHOWN: Final = 3
_OF_ACCURACY: Final = 0.9  # confidence of a heading that has nothing but its words


class Match(NamedTuple):
    """The match of an unknown table.

    Attributes
    ----------
    source
        Description of the table, as if it came from a TOML file.
    notes
        The columns taken, in one line, and how to change them; then what is to be known of them.
    entries
        What was found of each column.
    """

    source: Source
    notes: list[str]
    entries: list[Entry]

    @property
    def note(self) -> str:
        """The notes as one text."""
        return " ".join(self.notes)


def match(
    cells: Cells, *, label: str, columns: Mapping[str, str] | None = None, crs: Any = None
) -> Match:
    """Match the columns of a table to the fields of the occurrence table.

    Each column is explained by what its heading (in English, Russian, Kazakh, German, French,
    Spanish, Portuguese, Turkish, Chinese and others, also cut as in shapefiles) and its values
    together make likeliest: a field, or something that no field has, such as an address or a code
    (`minmap.reading.column_contents`). It is taken as a field if that is likely enough, and else
    shown as a question.

    Parameters
    ----------
    cells
        The table as read from the file. Not changed.
    label
        Name of the file as the user knows it.
    columns
        Columns that the user names, by field of the occurrence table, ``"longitude"``,
        ``"latitude"``, ``"coordinates"`` (both in one column) or ``"id"``. They replace evidence.
    crs
        CRS of the coordinates, where they are not degrees on WGS84: anything that pyproj takes, or
        ``"gauss-kruger"``. None: degrees on WGS84.

    Returns
    -------
    Match

    Raises
    ------
    FileError
        If there is too little evidence for the coordinates, or for anything else. The message
        lists the likely columns, and the cure.
    CRSError
        If the coordinates are not degrees and `crs` is None.
    ChoiceError
        If `columns` names a field or a column that does not exist.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({
    ...     "Месторождение": ["Актогай", "Коунрад"], "Полезное ископаемое": ["Cu", "Cu, Mo"],
    ...     "Широта": ["46°57'", "46°59'"], "Долгота": ["79°58'", "74°59'"], "Высота": ["430", ""],
    ... })
    >>> found = match(Cells(table, None, []), label="копи 2024.csv")
    >>> found.source.id, found.source.coordinates
    ('копи_2024', (('Долгота', 'Широта'),))
    >>> print(found.note)
    Columns taken: longitude <- Долгота, latitude <- Широта, name <- Месторождение, commodities <-
    'Полезное ископаемое'; change with columns={'name': '...'} or a TOML file;
    minmap.describe_match(table) explains.
    """
    values = column_evidence.sampled_values(cells)
    named = named_columns(columns or {}, list(values))
    candidates = [
        c for c in column_evidence.candidates_of(values) if c.column not in named.values()
    ]
    system = None if crs is None else crs_name(crs)
    place = place_of(cells, named, candidates, values, system=system, label=label)
    coordinates = place.columns
    taken: Assigned = {field: (column,) for field, column in named.items()}
    taken |= place.taken(coordinates)
    assigned, explained = _assigned(cells, values, taken)
    taken |= assigned
    accuracy = None if FIELD in taken else accuracy_column(values, taken)
    rules = _rules(accuracy, None if SIZE in taken else size_rule(values, taken))
    rules |= _commodity_rules(values, taken)
    taken |= {field: rule.columns for field, rule in rules.items()}
    tested = tested_place(place, taken, named, candidates, system=system, label=label)
    taken |= place.taken(tested.columns)
    notes = [*tested.notes]
    if named.keys().isdisjoint(PLACE) and not (system and is_grid(system)):
        notes += notes_on_second_places(place.cells, tested.columns, candidates, values)
    asked = _tested_country(cells, taken, named, rules, (label, system or "EPSG:4326"))
    notes += [*_other_commodities(cells, taken, explained), *other_statuses(taken, explained)]
    notes += place.notes
    is_bare = not (named or any(field in taken for field in _IDENTIFYING))
    if is_bare:
        _require_certain(coordinates, crs, candidates, label)
    found = entries(taken, named, explained, values)
    told_parts(found, place.parts)
    notes += [*_told_accuracy(accuracy, found), *asked.values()]
    for entry in found:
        if not entry["taken_as"]:
            entry["question"] = asked.get(entry["column"], entry["question"])
    none = fields_not_found(taken, explained, values, is_bare=is_bare)
    notes = [_note(taken, explained, none), *notes]
    source = _source(taken, label, system or "EPSG:4326")
    source = replace(
        source,
        parts=place.parts.parts,
        sides=place.parts.sides,
        longitude_first=tested.longitude_first,
        missing=column_evidence.missing_words(cells, taken),
        fields={**source.fields, **{field: (rule,) for field, rule in rules.items()}},
    )
    return Match(source, notes, found)


def _require_certain(
    coordinates: Mapping[str, str], crs: Any, candidates: list[Candidate], label: str
) -> None:
    """Refuse a table with nothing but coordinates that are not certain."""
    if not _are_certain(coordinates, crs):
        cure = coordinates or {"name": "...", MAIN: "..."}
        raise column_evidence.too_little_evidence(
            label, candidates, "the content of its records", cure
        )


def _assigned(
    cells: Cells, values: Mapping[str, Values], taken: Assigned
) -> tuple[Assigned, dict[str, list[Explanation]]]:
    """Return the columns of the fields that are not taken yet, and what speaks for each column."""
    assigned, explained = assign(odds_of(values), values, taken)
    if MAIN in assigned:
        used = {column for columns in (taken | assigned).values() for column in columns}
        assigned[MAIN] = without_kinds(cells, assigned[MAIN], explained, used)
        used |= {*assigned[MAIN]}
        assigned[MAIN] = with_list(cells, assigned[MAIN], explained, used)
    return assigned, explained


def _rules(accuracy: Accuracy | None, size: FieldRule | None) -> dict[str, FieldRule]:
    """Return the rules of the fields that need more than the name of a column."""
    found = {} if size is None else {SIZE: size}
    if accuracy is not None and accuracy.scheme:
        found[FIELD] = FieldRule(columns=(accuracy.column,), scheme=accuracy.scheme)
    return found


def _tested_country(
    cells: Cells,
    taken: Assigned,
    named: Mapping[str, str],
    rules: dict[str, FieldRule],
    table: tuple[str, str],
) -> dict[str, str]:
    """Test the column of countries on the points, and return a note by column if it has one.

    Leaves the column out of `taken` if it is no country of the sites, and changes `rules`; `table`
    is the label of the file and its CRS.
    """
    columns = taken.get("country", ())
    if len(columns) != 1:
        return {}
    is_strange = "country" not in named and (
        strengths(columns[0]).get("country", 0.0) < WEAK * QUALIFIED
    )
    judged = judged_country(
        cells, _source(taken, *table), columns[0], table[0], is_strange=is_strange
    )
    if judged.rule is None:
        del taken["country"]
    else:
        rules["country"] = judged.rule
    return {columns[0]: judged.note} if judged.note else {}


def _commodity_rules(values: Mapping[str, Values], taken: Assigned) -> dict[str, FieldRule]:
    """Return the rules of commodities if their codes in capitals are no symbols of elements."""
    columns = {field: taken[field] for field in (MAIN, MINOR) if field in taken}
    texts = [
        text for names in columns.values() for name in names for text in values[name].different
    ]
    if capitals_are_symbols(texts):
        return {}
    return {field: FieldRule(columns=names, scheme=CASED) for field, names in columns.items()}


def _other_commodities(
    cells: Cells, taken: Assigned, explained: Mapping[str, list[Explanation]]
) -> list[str]:
    """Return a note on columns of commodities that were neither taken nor asked about."""
    asked = {column for column, each in explained.items() if question(each, taken)}
    columns = [column for column in left_out(cells, taken, explained) if column not in asked]
    if not columns:
        return []
    shown = listed([repr(column) for column in columns])
    cure = {MAIN: columns[0]}
    return [f"Other columns with commodities were not taken: {shown}; to take one, columns={cure}."]


def _told_accuracy(accuracy: Accuracy | None, found: list[Entry]) -> list[str]:
    """Complete the entry of a column of accuracies, and return its question if it has no unit."""
    if accuracy is None:
        return []
    entry = next(entry for entry in found if entry["column"] == accuracy.column)
    if accuracy.scheme:
        entry["evidence"] = f"heading {accuracy.column!r} is the accuracy of locations, with a unit"
        entry["confidence"] = _OF_ACCURACY
        return []
    named = {FIELD: accuracy.column}
    entry["question"] = (
        f"Is {accuracy.column!r} the accuracy of the locations in metres? columns={named}"
    )
    return [entry["question"]]


def _are_certain(coordinates: Mapping[str, str], crs: Any) -> bool:
    """Return whether columns are coordinates by their headings, or as the user has given a CRS."""
    headed = (strengths(column).get(field, 0.0) >= CUT for field, column in coordinates.items())
    return bool(coordinates) and (crs is not None or all(headed))


def _note(
    taken: Mapping[str, tuple[str, ...]],
    explained: Mapping[str, list[Explanation]],
    none: str,
) -> str:
    ordered = sorted(taken.items(), key=lambda item: OVERRIDES.index(item[0]))
    shown = ", ".join(f"{field} <- {' + '.join(map(_quoted, names))}" for field, names in ordered)
    asked = [text for each in explained.values() if (text := question(each, taken))]
    more = f" (and {len(asked) - _QUESTIONS_SHOWN} more)" if len(asked) > _QUESTIONS_SHOWN else ""
    undecided = f" Undecided: {' '.join(asked[:_QUESTIONS_SHOWN])}{more}" if asked else ""
    return (
        f"{TAKEN}: {shown}{none}; change with columns={{'name': '...'}} or a TOML file; "
        f"minmap.describe_match(table) explains.{undecided}"
    )


def _quoted(column: str) -> str:
    """Return the name of a column, quoted if a reader could not see where it ends."""
    return column if re.fullmatch(r"[^\s,;+]+", column) else repr(column)


def _source(taken: Mapping[str, tuple[str, ...]], label: str, crs: str) -> Source:
    columns = dict(taken)
    if "deposit_type" in columns:
        columns.setdefault("deposit_type_text", columns["deposit_type"])
    return with_columns(Source(id=source_id(label), title=label, crs=crs, is_matched=True), columns)


def source_id(label: str) -> str:
    """Return the id of the source of a file: its name as one word, unlike those of known sources.

    Examples
    --------
    >>> source_id("копи 2024.csv"), source_id("mrds.csv")
    ('копи_2024', 'mrds_table')
    """
    word = as_word(Path(label).stem) or "table"
    return f"{word}_table" if word.casefold() in catalogue() else word


def as_word(text: str) -> str:
    """Return a text as one word of an id, empty if it has no letter or digit.

    Examples
    --------
    >>> as_word("копи, 2024 (new)")
    'копи_2024_new'
    """
    return re.sub(r"[^\w.-]+", "_", text).strip("_.-")
