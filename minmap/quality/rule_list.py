"""The rules of `check`, read from ``check_rules.csv``."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from io import StringIO

import pandas as pd

from minmap.types import TEXT


def check_rules() -> pd.DataFrame:
    """Return the rules of `check`, in the order in which findings about one record are listed.

    Returns
    -------
    pandas.DataFrame
        ``rule``, ``severity``, ``meaning`` (with thresholds) and ``cure``. The severity is
        ``error`` (the value is impossible), ``warning`` (there is evidence against the value) or
        ``note`` (the value may be right, but users of the record should know of it).

    Examples
    --------
    >>> check_rules().set_index("rule").loc["swapped", "severity"]
    'warning'
    """
    return rule_table().copy()


@cache
def rule_table() -> pd.DataFrame:
    """Return the table of `check_rules`; it is shared, so do not change it."""
    text = (files(__package__) / "check_rules.csv").read_text(encoding="utf-8")
    return pd.read_csv(StringIO(text), dtype=TEXT)
