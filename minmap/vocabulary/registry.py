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
    # Half the time of csv.DictReader, which matters where a file is read in less than a second.
    names, *given = csv.reader(io.StringIO(text, newline=""))
    return tuple(dict(zip(names, row, strict=True)) for row in given)


def table(name: str) -> pd.DataFrame:
    """Return the rows of `<name>.csv` as a new frame, so that nobody can change another's."""
    frame = pd.DataFrame(list(rows(name))).astype(TEXT)
    return frame.replace("", np.nan)


def commodities() -> pd.DataFrame:
    """Return the commodities: one row a canonical code.

    Returns
    -------
    pandas.DataFrame
        ``code`` (element symbol, or a short stable code for what is not an element), ``name``
        (English), ``group`` (a code of `commodity_groups`), ``elements`` (symbols of the element,
        of the members of a group, of a formula in the name, or of the element that minmod has as
        parent; missing for rocks and most minerals), ``parents`` (group that it belongs to: REE
        or PGE), ``mrds_codes`` (space-separated codes of the USGS Mineral Resources Data System
        that it covers, missing if none), ``cgi_uri`` (IUGS-CGI commodity-code concept, missing if
        none), ``source``.

    Examples
    --------
    >>> commodities().set_index("code").loc["REE", ["name", "group"]].tolist()
    ['Rare earth elements', 'rare_earth']
    """
    return table("commodities")


def commodity_groups() -> pd.DataFrame:
    """Return the commodity groups, in legend order: ``code``, ``label``, ``meaning``, ``source``.

    The grouping is minmap's own; no standard stands behind it.

    Examples
    --------
    >>> commodity_groups()["code"].tolist()[:4]
    ['precious', 'base', 'ferrous', 'rare_earth']
    """
    return table("commodity_groups")


def commodity_names() -> pd.DataFrame:
    """Return the names of commodities in the languages known.

    Returns
    -------
    pandas.DataFrame
        ``code`` (of `commodities`), ``language`` (BCP 47; ``ru-Latn`` is Russian in Latin
        letters), ``name``, ``source``. A commodity has several names in a language where sources
        use them, or where it covers several minerals. Left out are the Khmer and Lao labels of
        the CGI vocabulary, which are the bytes of old fonts and no Unicode text.

    Examples
    --------
    >>> names = commodity_names().query("code == 'W'").set_index("language")["name"]
    >>> names["ru"], names["zh"]
    ('вольфрам', '钨')
    """
    return table("commodity_names")


def statuses() -> pd.DataFrame:
    """Return the development statuses: ``code``, ``label``, ``meaning``, ``source``.

    Examples
    --------
    >>> statuses()["code"].tolist()[:5]
    ['occurrence', 'prospect', 'planned', 'development', 'producer']
    """
    return table("status")


def site_types() -> pd.DataFrame:
    """Return what a record can be: ``code``, ``label``, ``meaning``, ``source``.

    Examples
    --------
    >>> "plant" in set(site_types()["code"])
    True
    """
    return table("site_types")


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
    return table("deposit_types")


def deposit_models() -> pd.DataFrame:
    """Return the numbered deposit models that sources name.

    Returns
    -------
    pandas.DataFrame
        ``scheme`` (``usgs_model``: the numbers of Cox and Singer and of later USGS reports, such
        as 18b, as OFR 2005-1294 gives them; ``mrds``: the record numbers of MRDS models),
        ``number``, ``name``, ``code`` (of `deposit_types`, missing where it has no type of the
        same meaning), ``basis`` (why), ``source`` (where the pair was seen).

    References
    ----------
    Cox, D.P., and Singer, D.A., eds., 1986, Mineral deposit models: U.S. Geological Survey
    Bulletin 1693, https://doi.org/10.3133/b1693.

    Examples
    --------
    >>> deposit_models().query("number == '18b'")["code"].item()
    'Q446'
    """
    return table("deposit_models")


def countries() -> pd.DataFrame:
    """Return the countries and territories: ``code``, ``alpha2``, ``name``, ``source``.

    The code is the ISO 3166-1 alpha-3 one; Kosovo, which has none there, has XKX, a code that ISO
    leaves to users. ``alpha2`` is the code of two letters, missing where Natural Earth has none.

    Examples
    --------
    >>> countries().set_index("code").loc["KAZ", "name"]
    'Kazakhstan'
    """
    return table("countries")
