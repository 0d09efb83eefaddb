"""Rules about the vocabularies: unknown words, and plants among deposits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import pandas as pd

from minmap.quality.findings import Block
from minmap.quality.records import Records
from minmap.reading.known_sources import catalogue
from minmap.table import VOCABULARIES
from minmap.types import TEXT, Booleans, Integers
from minmap.vocabulary import parse_commodities, parse_terms

# Deposit types are left out: they are filled only where they are certain, and their text has a
# column of its own.
_CHECKED: Final = ("country", "commodities", "minor_commodities", "status", "site_type")


def find(records: Records) -> Iterator[Block]:
    """Yield findings of ``unknown_term`` and ``plant``.

    A text is unknown if the source's TOML file leaves the column of the occurrence table empty
    because of it. Texts to which that file gives no meaning on purpose (``"Unknown"``) are not
    reported. In a table of an unknown source the columns are found by their headings, and a text
    is unknown if no vocabulary has it. Plants are reported if they are less than half of the table,
    because in a table of plants they are expected.
    """
    foreign = ~records.frame["source"].isin(list(catalogue())).to_numpy()
    for name in _CHECKED:
        empty = records.frame[name].isna().to_numpy()
        known = _columns_of_source(records, name)
        for given in known:
            yield _unknown(records, name, given, _filled(records.frame[given], empty))
        for given in records.headed(name) if (foreign & empty).any() else []:
            if given not in known:
                rows = _filled(records.frame[given], foreign & empty)
                rows = rows[_in_no_vocabulary(records.frame[given].iloc[rows].astype(TEXT), name)]
                yield _unknown(records, name, given, rows)
    by_type, by_status = (
        (records.frame[name] == "plant").to_numpy(dtype=bool) for name in ("site_type", "status")
    )
    plants = by_type | by_status
    rows = np.flatnonzero(plants) if plants.sum() * 2 < len(plants) else np.zeros(0, dtype=np.int64)
    counted = f"is plant; {int(plants.sum())} of {len(plants)} records are plants"
    words = [f"{'site_type' if typed else 'status'} {counted}" for typed in by_type[rows]]
    yield Block("plant", "site_type", rows, words)


def _unknown(records: Records, name: str, given: str, rows: Integers) -> Block:
    values = records.value_texts(given, rows)
    words = [f"{value!r} is not in the vocabulary of {name}" for value in values]
    return Block("unknown_term", given, rows, words)


def _filled(column: pd.Series, wanted: Booleans) -> Integers:
    rows = np.flatnonzero(wanted & column.notna().to_numpy())
    filled = column.iloc[rows].astype(str).str.strip() != ""
    return rows[filled.to_numpy(dtype=bool)]


def _in_no_vocabulary(texts: pd.Series, name: str) -> Booleans:
    if name in VOCABULARIES:
        codes, _ = parse_terms(texts, VOCABULARIES[name])
    else:
        codes, _ = parse_commodities(texts)
    return np.asarray(codes.isna(), dtype=bool)


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
