"""Rules about the vocabularies: words that are in none, and plants among deposits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import pandas as pd

from minmap.quality.evidence import Records
from minmap.quality.findings import Block
from minmap.reading.source import catalogue
from minmap.types import Booleans, Integers
from minmap.vocabulary import TEXT, parse_commodities, parse_terms

# A deposit type is filled only where it is certain, and its text has a column of its own.
_JUDGED: Final = ("country", "commodities", "minor_commodities", "status", "site_type")
_VOCABULARIES: Final = {"country": "countries", "status": "status", "site_type": "site_types"}


def find(records: Records) -> Iterator[Block]:
    """Yield findings of ``unknown_term`` and ``plant``.

    A text is unknown if the column of the occurrence table that the source's TOML file makes of it
    is empty. Texts to which that file itself gives no meaning (``"Unknown"``) are not reported,
    nor are deposit types, which are filled only where they are certain. In a table of no known
    source the columns are told by their headings, and a text is unknown if it is in no vocabulary.
    Plants are reported where they are fewer than half of the table: in a table of plants they are
    no surprise.
    """
    foreign = ~records.frame["source"].isin(list(catalogue())).to_numpy()
    for name in _JUDGED:
        empty = records.frame[name].isna().to_numpy()
        known = _given(records, name)
        for given in known:
            rows = _filled(records.frame[given], empty)
            yield _unknown(records, name, given, rows)
        for given in records.headed(name) if (foreign & empty).any() else []:
            if given not in known:
                rows = _filled(records.frame[given], foreign & empty)
                rows = rows[_in_no_vocabulary(records.frame[given].iloc[rows].astype(TEXT), name)]
                yield _unknown(records, name, given, rows)
    yield _plants(records)


def _unknown(records: Records, name: str, given: str, rows: Integers) -> Block:
    values = records.frame[given].iloc[rows].astype(str).tolist()
    words = [f"{value!r} is not in the vocabulary of {name}" for value in values]
    return Block("unknown_term", given, rows, values, words)


def _filled(column: pd.Series, wanted: Booleans) -> Integers:
    rows = np.flatnonzero(wanted & column.notna().to_numpy())
    said = column.iloc[rows].astype(str).str.strip() != ""
    return rows[said.to_numpy(dtype=bool)]


def _in_no_vocabulary(texts: pd.Series, name: str) -> Booleans:
    if name in _VOCABULARIES:
        codes, _ = parse_terms(texts, _VOCABULARIES[name])
    else:
        codes, _ = parse_commodities(texts)
    return np.asarray(codes.isna(), dtype=bool)


def _given(records: Records, name: str) -> list[str]:
    """Return the table's columns from which the source's description fills a column."""
    present = {str(column).casefold(): str(column) for column in reversed(records.own)}
    known = catalogue()
    found: list[str] = []
    for source in records.frame["source"].dropna().unique():
        rules = known[source].fields.get(name, ()) if source in known else ()
        for rule in rules:
            if rule.meanings is None and rule.template is None:
                for column in rule.columns:
                    own = present.get(f"{source}_{column}".casefold())
                    own = own or present.get(column.casefold())
                    found += [own] if own is not None else []
    return list(dict.fromkeys(found))


def _plants(records: Records) -> Block:
    by_type = (records.frame["site_type"] == "plant").to_numpy(dtype=bool)
    by_status = (records.frame["status"] == "plant").to_numpy(dtype=bool) & ~by_type
    both = by_type | by_status
    rows = np.flatnonzero(both) if both.sum() * 2 < len(both) else np.zeros(0, dtype=np.int64)
    counted = f"is plant; {int(both.sum())} of {len(both)} records are plants"
    words = [f"{'site_type' if typed else 'status'} {counted}" for typed in by_type[rows]]
    return Block("plant", "site_type", rows, _texts(records.frame["site_type"], rows), words)


def _texts(column: pd.Series, rows: Integers) -> list[str | None]:
    return [None if pd.isna(value) else str(value) for value in column.iloc[rows]]
