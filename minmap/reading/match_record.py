"""What was found of each column of a file, kept with the table and described for people."""

import json
from collections.abc import Mapping, Sequence
from typing import Final, TypedDict

import pandas as pd

from minmap.arguments import check_keywords, require_kind
from minmap.errors import MinmapError
from minmap.missing_codes import MISSING_WORDS
from minmap.reading.column_contents import NUMBER, Explanation
from minmap.reading.column_evidence import MAIN, MINOR, SECOND, Values
from minmap.reading.degree_parts import DegreeParts
from minmap.reading.headings import CUT, FULL, OTHER, QUALIFIED, WEAK, strengths
from minmap.reading.other_subjects import not_of_the_site
from minmap.reading.overrides import PAIR, PLACE
from minmap.reading.source import Source
from minmap.table import VOCABULARIES
from minmap.types import TEXT

KEY: Final = "match"
"""Key in the attrs of a table, whose value is the entries as JSON."""
_ANSWERS: Final = {SECOND: MAIN}
_SHOWN: Final = 5
_OF_PARTS: Final = 0.98  # headings and numbers of both axes fit
_LONGEST: Final = 40
_MOSTLY: Final = 0.8


class Entry(TypedDict):
    """What was found of one column of a file.

    `taken_as` is a field or "", `start` says where that comes from, `confidence` is 0 to 1. In a
    table of several files or sheets, `parts` are those that the entry describes, and `part_column`
    is the column with the part of each record; else they are empty.
    """

    column: str
    taken_as: str
    start: str
    evidence: str
    confidence: float
    question: str
    parts: list[str]
    part_column: str


def entries(
    taken: Mapping[str, Sequence[str]],
    named: Mapping[str, str],
    explained: Mapping[str, list[Explanation]],
    values: Mapping[str, Values],
) -> list[Entry]:
    """Return what was found of each column of an unknown table.

    Parameters
    ----------
    taken
        Columns by field.
    named
        Of these, those that the user names.
    explained
        Explanations of each column, the best first.
    values
        Values of each column.
    """
    fields = {column: field for field, columns in taken.items() for column in columns}
    by_user = {column: field for field, column in named.items()}
    found = []
    for column, each in explained.items():
        field = fields.get(column, "")
        if column in by_user:
            found.append(_entry(column, by_user[column], *_named(by_user[column], column), 1.0))
        elif field:
            one = _of_field(each, field)
            start = "heading" if one is None or one.heading else "values"
            evidence = "" if one is None else _evidence(one, values[column])
            confidence = 0.0 if one is None else one.confidence
            found.append(_entry(column, field, start, evidence, confidence))
        else:
            asked = question(each, taken)
            evidence = _why_not(column, each, taken, values[column])
            found.append(_entry(column, "", "", evidence, each[0].confidence if each else 0.0))
            found[-1]["question"] = asked
    return found


def _entry(column: str, field: str, start: str, evidence: str, confidence: float) -> Entry:
    return Entry(
        column=column,
        taken_as=field,
        start=start,
        evidence=evidence,
        confidence=round(confidence, 2),
        question="",
        parts=[],
        part_column="",
    )


def told_parts(found: list[Entry], parts: DegreeParts) -> None:
    """Complete the entries of columns that are parts of one coordinate."""
    for axis, joined in parts.of_axes.items():
        for entry in found:
            if entry["column"] in joined.columns:
                entry["start"], entry["confidence"] = "heading", _OF_PARTS
                entry["evidence"] = f"{' + '.join(joined.columns)} are one {axis} in parts"


def entries_of_source(
    source: Source, columns: Sequence[str], named: Mapping[str, str]
) -> list[Entry]:
    """Return what a known source's description says of each column of the file.

    Parameters
    ----------
    source
        The source, with the columns that the user names.
    columns
        Columns of the file.
    named
        Columns that the user names, by field.
    """
    fields = _fields_read(source)
    by_user = {column.casefold(): field for field, column in named.items()}
    said = f"column of {source.title or source.id}"
    found = []
    for column in columns:
        taken = ", ".join(fields.get(column.casefold(), ()))
        field = by_user.get(column.casefold())
        if field is not None:
            start, evidence = _named(field, column)
            found.append(_entry(column, taken, start, evidence, 1.0))
            continue
        evidence = said if taken else f"{said} that no field is read from"
        found.append(_entry(column, taken, "source" if taken else "", evidence, 1.0))
    return found


def _fields_read(source: Source) -> dict[str, list[str]]:
    """Return the fields that are read from each column, by its case-folded name."""
    read = [
        (axis, name)
        for names in source.coordinates
        for axis, column in zip(PAIR if len(names) == 2 else ("coordinates",), names, strict=True)
        for name in source.with_parts([column])
    ]
    read += [] if source.key is None else [("id", source.key)]
    read += [(field, n) for field, rules in source.fields.items() for r in rules for n in r.needs]
    fields: dict[str, list[str]] = {}
    for field, name in dict.fromkeys(read):
        fields.setdefault(name.casefold(), []).append(field)
    return fields


def _named(field: str, column: str) -> tuple[str, str]:
    """Return where the match of a column comes from that the user names, and its evidence."""
    return f"columns={{{field!r}: {column!r}}}", "named by the user"


def question(explained: Sequence[Explanation], taken: Mapping[str, Sequence[str]]) -> str:
    """Return the question whether a column is a field, if this is likely but was not taken."""
    used = {column for columns in taken.values() for column in columns}
    for one in explained:
        field = _ANSWERS.get(one.content, one.content)
        if one.is_question and field not in taken and one.column not in used:
            if field in PLACE:
                continue
            return f"Is {one.column!r} the {field}? columns={{{field!r}: {one.column!r}}}"
    return ""


def _of_field(explained: Sequence[Explanation], field: str) -> Explanation | None:
    alike = {field, "name"} if field == "other_names" else {field}
    if field in (MAIN, MINOR):
        alike = {MAIN, SECOND, MINOR}
    return next((one for one in explained if one.content in alike), None)


def _why_not(
    heading: str,
    explained: Sequence[Explanation],
    taken: Mapping[str, Sequence[str]],
    sampled: Values,
) -> str:
    if not sampled.filled:
        return "no values"
    if not explained or explained[0].odds < 1:
        return _of_others(heading, sampled) or "neither heading nor values show a field"
    best = explained[0]
    said = _evidence(best, sampled)
    if best.content in PLACE:
        return f"{said}; but the place is taken from other columns or the geometry of the file"
    if best.is_field and best.content in taken:
        return f"{said}; but {best.content} is taken from {' + '.join(taken[best.content])}"
    return said if best.is_field else f"{best.content.removeprefix(OTHER)}: {said}"


def _of_others(heading: str, sampled: Values) -> str:
    """Return words on a heading of something else than the site, empty if it is none."""
    named = strengths(heading)
    fields = [
        field
        for field, strength in not_of_the_site(heading).items()
        if strength == FULL and (field in named or sampled.share(field) >= _MOSTLY)
    ]
    if not fields:
        return ""
    field = max(fields, key=lambda one: (one in named, sampled.share(one)))
    return f"heading {heading!r} says the {field} of something else than the site"


def _evidence(one: Explanation, sampled: Values) -> str:
    name = repr(one.column)
    if one.heading == FULL:
        heading = f"heading {name} is a name for it"
    elif one.heading >= QUALIFIED:
        heading = f"heading {name} is a name for it with other words"
    elif one.heading >= CUT:
        heading = f"heading {name} is the beginning of a name for it"
    elif one.heading >= WEAK * QUALIFIED:
        heading = f"heading {name} may mean it"
    elif one.heading:
        heading = f"heading {name} has a name for it among other words"
    else:
        heading = f"heading {name} does not name it"
    return f"{heading}; {_values_said(one, sampled)}"


def _values_said(one: Explanation, sampled: Values) -> str:
    if not sampled.filled:
        return "no values"
    filled, content = sampled.filled, one.content
    if content == NUMBER:
        return f"{round(sampled.shares['numeric'] * filled)} of {filled} values are numbers"
    if content in (*VOCABULARIES, MAIN, SECOND, MINOR):
        return f"{round(one.share * filled)} of {filled} values are in the vocabulary"
    if content in PLACE or content == "url" or content in sampled.shares:
        return f"{round(one.share * filled)} of {filled} values have its form"
    different = len(sampled.different)
    return f"{filled} values, {different} of them different"


@check_keywords
def describe_match(table: pd.DataFrame) -> pd.DataFrame:
    """Describe how each column of a file was understood.

    Parameters
    ----------
    table
        What `minmap.read` returned, or rows of it. Not changed.

    Returns
    -------
    pandas.DataFrame
        One row per column of the file, in its order: ``column`` (its name in the table);
        ``taken_as``, the fields of the occurrence table that are read from it, missing if none;
        ``from``: ``"heading"``, ``"values"``, ``"source"`` or the user's ``columns``; ``evidence``
        in words; ``understood``, the share of its values, 0 to 1, that gave a value of the first
        field; ``confidence``, 0 to 1, that the column is what was taken or, where nothing was,
        what the evidence says (see `minmap.reading.column_contents`); ``question``, what to answer
        with ``columns=`` if the match is undecided; ``examples``, the most frequent values. For a
        table of several files or sheets, the first column is ``read_from``: the files or sheets
        that the row describes, separated by semicolons. A column that they use differently has
        several rows.

    Raises
    ------
    MinmapError
        If `table` is not one that `minmap.read` read from the file of a source.

    Examples
    --------
    >>> import minmap
    >>> table = minmap.read(minmap.sample("pp1802_central_asia.csv"))
    >>> described = minmap.describe_match(table).set_index("column")
    >>> described.loc["CRITICAL_MINERAL", ["taken_as", "from"]].tolist()
    ['commodities', 'source']
    """
    require_kind(table, pd.DataFrame, name="table", cure="give what minmap.read returned")
    if KEY not in table.attrs:
        raise MinmapError(
            "table has no record of a match, which minmap.read keeps in attrs['match'] when it "
            "reads the file of a source; read that file again, or, of merged or joined tables, "
            "describe each of them, or what minmap.read([file, other_file]) returns."
        )
    found: list[Entry] = json.loads(table.attrs[KEY])
    numbers = dict.fromkeys(("understood", "confidence"), "Float64")
    names = ["column", "taken_as", "from", "evidence", *numbers, "question", "examples"]
    if any(entry["parts"] for entry in found):
        names.insert(0, "read_from")
    rows = dict[tuple[str, ...], pd.DataFrame]()
    for entry in found:
        key = tuple(entry["parts"])
        if key not in rows:
            rows[key] = _of_parts(table, entry)
    described = pd.DataFrame(
        [_described(rows[tuple(entry["parts"])], entry) for entry in found], columns=names
    )
    return described.astype({**dict.fromkeys(names, TEXT), **numbers})


def _of_parts(table: pd.DataFrame, entry: Entry) -> pd.DataFrame:
    """Return the records of the files or sheets that an entry is about."""
    column = entry["part_column"]
    return table[table[column].isin(entry["parts"])] if column in table else table


def _described(table: pd.DataFrame, entry: Entry) -> dict[str, object]:
    column = entry["column"]
    texts = table[column] if column in table else pd.Series(dtype=TEXT)
    texts = texts.dropna().astype(str)
    texts = texts[~texts.str.strip().str.lower().isin({"", *MISSING_WORDS})]
    counted = texts.value_counts().index[:_SHOWN].tolist()
    examples = "; ".join(
        text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…" for text in counted
    )
    return {
        "read_from": "; ".join(entry["parts"]) or None,
        "column": column,
        "taken_as": entry["taken_as"] or None,
        "from": entry["start"] or None,
        "evidence": entry["evidence"],
        "understood": _understood(table, texts, entry["taken_as"]),
        "confidence": entry["confidence"],
        "question": entry["question"] or None,
        "examples": examples,
    }


def _understood(table: pd.DataFrame, texts: pd.Series, taken_as: str) -> float | None:
    """Return the share of the texts of a column whose rows have a value of the first field."""
    field = taken_as.partition(", ")[0]
    if not field or texts.empty:
        return None
    if field in ("longitude", "latitude", "coordinates"):
        return (
            float((~table.loc[texts.index, "geometry"].isna()).mean())
            if "geometry" in table
            else None
        )
    if field == "id":
        return 1.0
    return float(table.loc[texts.index, field].notna().mean()) if field in table else None
