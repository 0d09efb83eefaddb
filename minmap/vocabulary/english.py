"""The English word for each code of a vocabulary."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pandas as pd

from minmap.arguments import require_one_of
from minmap.vocabulary.registry import (
    commodities,
    commodity_groups,
    countries,
    deposit_types,
    site_types,
    statuses,
)

_TABLES: Final[dict[str, tuple[Callable[[], pd.DataFrame], str]]] = {
    "country": (countries, "name"),
    "commodity": (commodities, "name"),
    "group": (commodity_groups, "label"),
    "status": (statuses, "label"),
    "site_type": (site_types, "label"),
    "deposit_type": (deposit_types, "name"),
}


def words(kind: str) -> dict[str, str]:
    """Give the word for each code of a vocabulary.

    Parameters
    ----------
    kind
        "country", "commodity", "group", "status", "site_type" or "deposit_type".

    Raises
    ------
    ChoiceError
        If `kind` is another.

    Examples
    --------
    >>> words("status")["past_producer"], words("country")["KAZ"]
    ('Past producer', 'Kazakhstan')
    """
    table, column = _TABLES[require_one_of(kind, _TABLES, name="kind")]
    return dict(zip(table()["code"], table()[column], strict=True))
