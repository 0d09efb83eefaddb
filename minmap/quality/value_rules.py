"""Rules about single values: unknown terms, impossible years, numbers for "missing", bad text."""

import datetime
import re
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from minmap.coordinates.column import to_arrow
from minmap.missing_codes import MISSING_WORDS
from minmap.quality.findings import Finding
from minmap.quality.records import Records
from minmap.reading.known_sources import catalogue
from minmap.table import VOCABULARIES
from minmap.types import TEXT, Booleans, Floats, Integers
from minmap.vocabulary import parse_commodities, parse_terms

FIRST_YEAR: Final = 1000
"""Earlier years are taken for mistakes, mostly four digits cut to two or three. Mining is older,
but tables write such dates in words. minmap's own figure."""

SENTINELS: Final = (-9999.0, -999.0, 9999.0)
"""Numbers that mean "missing"; SIR 2010-5090-Z uses -9999."""

NUMERIC_SHARE: Final = 0.9
"""Share of the filled values that must be numbers for a column to count as one of numbers."""

# Deposit types are left out: they are filled only where they are certain, and their text has a
# column of its own.
_CHECKED: Final = ("country", "commodities", "minor_commodities", "status", "site_type")

_NO_YEAR: Final = (0.0, -999.0, -9999.0)
# A year to come is possible in columns about plans and about a production that has not begun or
# goes on; not in those about what has happened, as a discovery. Words by us, in the languages of
# the headings that are matched.
_MAY_COME: Final = re.compile(
    r"plan|clos|end|expir|until|target|forecast|expect|start|begin|open|first|last|fst|lst|pro?d"
    r"|commission|licen|permit|valid|life|fin|cierre|ferme|schlie|kapan|конец|закр|план|ввод|срок",
    re.IGNORECASE,
)
LATEST_PLAN: Final = 100
"""Years from now up to which a planned year is possible. minmap's own figure."""
# yr_fst_prd, disc_yr, status_year, year, Start_Year, Year2007; not prod_yrs, a number of years.
_YEAR: Final = re.compile(r"(^|[^a-z])(yr|year)(?![a-z])", re.IGNORECASE)
_FIRST: Final = re.compile(r"(fst|first|start|begin)", re.IGNORECASE)
_LAST: Final = re.compile(r"(lst|last|end|stop)", re.IGNORECASE)

_SENTINEL_TEXT: Final = r"^\s*(-?9[ \x{a0}\x{2009}\x{202f}]?999|-999)([.,]0*)?\s*$"

_LOST: Final = "\ufffd"
# A code page without the letters of a word makes question marks of it; three express doubt.
_WORD_LOST: Final = re.compile(r"(^|\s)\?{4,}")
_MARKS: Final = r"\s*\?{4,}\s*"
# UTF-8 read as one of these code pages: each letter becomes two, the first one of these few.
_TWO_FOR_ONE: Final = (
    ("cp1252", re.compile("[\u00c2-\u00c5\u00ce-\u00d1\u00d0\u00e2]")),
    ("latin-1", re.compile("[\u00c2-\u00c5\u00ce-\u00d1\u00d0\u00e2]")),
    ("cp1251", re.compile("[\u0420\u0421\u0413\u0412]")),
)
# cp1251 read as latin-1: Cyrillic becomes accented letters alone. No language of Latin letters
# has four of them in a row.
_ACCENTS_ALONE: Final = re.compile("[\u00c0-\u00ff\u00a8\u00b8]{4,}")
_CYRILLIC: Final = re.compile("[\u0410-\u044f\u0401\u0451]{4,}")


def find_terms(records: Records) -> Iterator[Finding]:
    """Yield findings of ``unknown_term`` and ``plant``.

    A text is unknown if the column of the occurrence table that the source's TOML file fills from
    it stayed empty. Texts to which that file gives no meaning on purpose (``"Unknown"``) are not
    reported. In a table of an unknown source the columns are found by their headings, and a text
    is unknown if no vocabulary has it. Plants are reported if they are less than half of the table,
    because in a table of plants they are expected.
    """
    for name in _CHECKED:
        for given, rows in _unknown_terms(records, name):
            for row, value in zip(rows.tolist(), records.value_texts(given, rows), strict=True):
                words = f"{value!r} is not in the vocabulary of {name}"
                yield Finding(row, "unknown_term", given, words)
    typed = (records.frame["site_type"] == "plant").to_numpy(dtype=bool)
    plants = typed | (records.frame["status"] == "plant").to_numpy(dtype=bool)
    if plants.sum() * 2 < len(plants):
        counted = f"is plant; {int(plants.sum())} of {len(plants)} records are plants"
        for row in np.flatnonzero(plants).tolist():
            words = f"{'site_type' if typed[row] else 'status'} {counted}"
            yield Finding(row, "plant", "site_type", words)


def find_years(records: Records) -> Iterator[Finding]:
    """Yield findings of ``impossible_year``.

    The rule looks at ``status_year`` and at columns with the word ``yr`` or ``year`` in their name
    if at least half of their numbers are years, so that ``capacity_t_per_year`` is left out. It
    compares a last year with the first year of the same name: ``yr_fst_prd`` and ``yr_lst_prd``.
    0, -999 and -9999 mean missing and are not reported. Years to come are possible in columns about
    plans and production, such as ``closing_year``, up to `LATEST_PLAN` years from now.
    """
    this_year = datetime.datetime.now(tz=datetime.UTC).year
    years: dict[Any, Floats] = {}
    for name in (*records.standard, *records.own):
        if not _YEAR.search(str(name)):
            continue
        year = records.numbers(name)
        year[np.isin(year, _NO_YEAR)] = np.nan
        may_come = name != "status_year" and _MAY_COME.search(str(name))
        latest = this_year + (LATEST_PLAN if may_come else 1)
        early, late = year < FIRST_YEAR, year > latest
        possible = np.isfinite(year) & ~early & ~late
        if name not in records.standard and possible.sum() * 2 < np.isfinite(year).sum():
            continue
        years[name] = year
        rows = np.flatnonzero(early | late)
        for row, value in zip(rows.tolist(), records.value_texts(name, rows), strict=True):
            bound = f"before {FIRST_YEAR}" if early[row] else f"after {latest}"
            yield Finding(row, "impossible_year", name, f"{value} is {bound}")
    first_of = {_FIRST.sub("*", str(name)): name for name in years if _FIRST.search(str(name))}
    for last in (name for name in years if _LAST.search(str(name))):
        first = first_of.get(_LAST.sub("*", str(last)))
        if first is None:
            continue
        backwards = (years[last] < years[first]) & (years[last] >= FIRST_YEAR)
        for row in np.flatnonzero(backwards).tolist():
            words = f"{years[last][row]:.0f} is before {years[first][row]:.0f} in {first}"
            yield Finding(row, "impossible_year", last, words)


def find_texts(records: Records) -> Iterator[Finding]:
    """Yield findings of ``sentinel`` and ``damaged_text``.

    A number means missing if nine of ten filled values of the column are numbers, and it is
    out of line with the rest: a negative one among values that are not negative, or one that
    occurs twice and more and is ten times the largest other. A repair of damaged text is proposed
    only if all of it decodes; U+FFFD, and a word of four and more question marks, stand for letters
    that are lost for good.
    """
    for name in records.own:
        yield from _sentinels(records, name)
    for name in (*records.standard, *records.own):
        column = records.texts(name)
        if column is not None:
            yield from _damaged(name, column)


def _unknown_terms(records: Records, name: str) -> Iterator[tuple[str, Integers]]:
    """Yield each column from which `name` is filled, and its rows with an unknown text."""
    column = records.country if name == "country" else records.frame[name]
    empty = column.isna().to_numpy()
    known = _columns_of_source(records, name)
    for given in known:
        yield given, _filled(records.frame[given], empty)
    empty = empty & ~records.frame["source"].isin(list(catalogue())).to_numpy()
    for given in records.headed(name) if empty.any() else []:
        if given not in known:
            rows = _filled(records.frame[given], empty)
            texts = records.frame[given].iloc[rows].astype(TEXT)
            if name in VOCABULARIES:
                codes, _ = parse_terms(texts, VOCABULARIES[name])
            else:
                codes, _ = parse_commodities(texts)
            yield given, rows[codes.isna().to_numpy()]


def _filled(column: pd.Series, wanted: Booleans) -> Integers:
    rows = np.flatnonzero(wanted & column.notna().to_numpy())
    texts = column.iloc[rows].astype(str).str.strip().str.lower()
    return rows[~texts.isin({"", *MISSING_WORDS}).to_numpy(dtype=bool)]


def _columns_of_source(records: Records, name: str) -> list[str]:
    """Return the table's columns from which the source's TOML file fills the column `name`."""
    present = {str(column).casefold(): str(column) for column in reversed(records.own)}
    known = catalogue()
    found: dict[str, None] = {}
    for source in records.frame["source"].dropna().unique():
        for rule in known[source].fields.get(name, ()) if source in known else ():
            if rule.meanings is None and rule.template is None:
                for column in map(str.casefold, rule.columns):
                    own = present.get(f"{source}_{column}".casefold()) or present.get(column)
                    if own is not None:
                        found[own] = None
    return list(found)


def _sentinels(records: Records, name: Any) -> Iterator[Finding]:
    column = records.frame[name]
    is_text = pd.api.types.is_string_dtype(column.dtype)
    if is_text and not _mentions_sentinel(column):
        return
    values = records.numbers(name)
    if is_text and np.isfinite(values).sum() < NUMERIC_SHARE * column.notna().sum():
        return
    others = values[np.isfinite(values) & ~np.isin(values, SENTINELS)]
    spread = f"from {others.min():g} to {others.max():g}" if others.size else "all missing"
    for row in np.flatnonzero(_out_of_line(values, others)).tolist():
        yield Finding(row, "sentinel", name, f"is {column.iloc[row]} among values {spread}", "")


def _mentions_sentinel(column: pd.Series) -> bool:
    """Return whether a text column contains a sentinel."""
    array = to_arrow(column)
    # A fast search for "999" leaves few texts to the slow regular expression.
    array = array.filter(pc.match_substring(array, "999"))
    return bool(pc.any(pc.match_substring_regex(array, _SENTINEL_TEXT)).as_py())


def _out_of_line(values: Floats, others: Floats) -> Booleans:
    found = np.isin(values, SENTINELS[:2]) & bool((others >= 0).all())
    high = values == SENTINELS[2]
    if high.sum() >= 2 and (not others.size or others.max() * 10 <= SENTINELS[2]):
        found |= high
    return found


def _damaged(name: Any, column: pd.Series) -> Iterator[Finding]:
    array = to_arrow(column)
    suspect = pc.or_(pc.invert(pc.string_is_ascii(array)), pc.match_substring(array, "????"))
    if not pc.any(suspect).as_py():
        return
    found = column[pc.fill_null(suspect, fill_value=False).to_numpy(zero_copy_only=False)]
    judged = {value: _judge(value) for value in found.unique()}
    marks = found[found.str.fullmatch(_MARKS)]
    mark = marks.iloc[0] if len(marks) > 1 else None
    if mark is not None and (marks == mark).all():
        judged[mark] = ("", None)
        for row in marks.index:
            yield Finding(row, "sentinel", name, f"is {mark}, the source's mark for missing", "")
    for row, value in found.items():
        words, mended = judged[value]
        if words:
            yield Finding(row, "damaged_text", name, words, mended)


def _judge(value: str) -> tuple[str, str | None]:
    """Return the damage of a text, empty for none, and the text that it should be, if known."""
    lost = value.count(_LOST)
    if lost:
        return f"{'a letter is' if lost == 1 else f'{lost} letters are'} lost (U+FFFD)", None
    if _WORD_LOST.search(value):
        return "a word is lost: question marks stand for its letters", None
    for read_as, first in _TWO_FOR_ONE:
        mended = _decoded(value, read_as, "utf-8") if first.search(value) else ""
        if mended.isprintable() and mended:
            return f"reads {mended!r} as UTF-8 that was taken for {read_as}", mended
    mended = _decoded(value, "latin-1", "cp1251") if _ACCENTS_ALONE.search(value) else ""
    if _CYRILLIC.search(mended):
        return f"reads {mended!r} as cp1251 that was taken for latin-1", mended
    return "", None


def _decoded(value: str, read_as: str, encoding: str) -> str:
    """Return a text that was read in the wrong encoding as it should read.

    It is empty if that fails, changes nothing or leaves only ASCII.
    """
    try:
        mended = value.encode(read_as).decode(encoding)
    except UnicodeError:
        return ""
    return "" if mended == value or mended.isascii() else mended
