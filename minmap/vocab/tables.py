"""The vocabularies as tables: CSV files beside this module, each row with its source.

Made by `scripts/build_vocab.py` from the published vocabularies and from small tables kept by
hand, whose rows cite where a spelling was seen.
"""

from __future__ import annotations

import csv
import io
from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np
import pandas as pd

TEXT: Final = pd.StringDtype(storage="pyarrow", na_value=np.nan)
"""Dtype of every text column: pandas' own `str`, in which a missing value is NaN."""


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of `<name>.csv` as read; callers must not change them."""
    text = (files(__package__) / f"{name}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(io.StringIO(text, newline="")))


def _table(name: str) -> pd.DataFrame:
    # A new frame for each caller, so that nobody can change another's vocabulary.
    frame = pd.DataFrame(list(rows(name))).astype(TEXT)
    return frame.replace("", np.nan)


def commodities() -> pd.DataFrame:
    """Return the commodities: one row a canonical code.

    Returns
    -------
    pandas.DataFrame
        ``code`` (element symbol, or a short stable code for what is not an element), ``name``
        (English), ``group`` (a code of `commodity_groups`), ``mrds_codes`` (space-separated
        codes of the USGS Mineral Resources Data System that it covers, missing if none),
        ``cgi_uri`` (IUGS-CGI commodity-code concept, missing if none), ``source``.

    Examples
    --------
    >>> commodities().set_index("code").loc["REE", ["name", "group"]].tolist()
    ['Rare earth elements', 'rare_earth']
    """
    return _table("commodities")


def commodity_groups() -> pd.DataFrame:
    """Return the commodity groups, in legend order: ``code``, ``label``, ``meaning``, ``source``.

    The grouping is minmap's own; no standard stands behind it.

    Examples
    --------
    >>> commodity_groups()["code"].tolist()[:4]
    ['precious', 'base', 'ferrous', 'rare_earth']
    """
    return _table("commodity_groups")


def statuses() -> pd.DataFrame:
    """Return the development statuses: ``code``, ``label``, ``meaning``, ``source``.

    Examples
    --------
    >>> statuses()["code"].tolist()
    ['occurrence', 'prospect', 'producer', 'past_producer', 'plant', 'unknown']
    """
    return _table("status")


def site_types() -> pd.DataFrame:
    """Return what a record can be: ``code``, ``label``, ``meaning``, ``source``.

    Examples
    --------
    >>> "plant" in set(site_types()["code"])
    True
    """
    return _table("site_types")


def deposit_types() -> pd.DataFrame:
    """Return the 189 deposit types of the Critical Minerals Mapping Initiative.

    Returns
    -------
    pandas.DataFrame
        ``code`` (the minmod id), ``name``, ``environment``, ``group``, ``cgi_uri`` (missing if
        the CGI vocabulary has no concept of the same name), ``source``.

    References
    ----------
    Hofstra, A.H., and others, 2021, Deposit classification scheme for the Critical Minerals
    Mapping Initiative Global Geochemical Database: U.S. Geological Survey Open-File Report
    2021-1049, https://doi.org/10.3133/ofr20211049.

    Examples
    --------
    >>> deposit_types().query("name == 'Karst bauxite'")["code"].item()
    'Q318'
    """
    return _table("deposit_types")


def countries() -> pd.DataFrame:
    """Return the countries and territories: ``code`` (ISO 3166-1 alpha-3), ``name``, ``source``.

    Examples
    --------
    >>> countries().set_index("code").loc["KAZ", "name"]
    'Kazakhstan'
    """
    return _table("countries")
