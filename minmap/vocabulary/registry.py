"""The vocabularies as tables: CSV files next to this module, where each row names its source.

`scripts/build_vocab.py` makes them from published vocabularies and from small tables maintained by
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

from minmap.arguments import require_one_of
from minmap.types import TEXT

# The file and column of the labels of each kind of code.
_LABELS: Final = {
    "country": ("countries", "name"),
    "commodity": ("commodities", "name"),
    "group": ("commodity_groups", "label"),
    "status": ("status", "label"),
    "site_type": ("site_types", "label"),
    "deposit_type": ("deposit_types", "name"),
}


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of `<name>.csv`, which are shared: do not change them."""
    text = (files(__package__) / f"{name}.csv").read_text(encoding="utf-8")
    # This takes half the time of csv.DictReader.
    header, *records = csv.reader(io.StringIO(text, newline=""))
    return tuple(dict(zip(header, record, strict=True)) for record in records)


def table(name: str) -> pd.DataFrame:
    """Return the rows of `<name>.csv` as a new DataFrame."""
    frame = pd.DataFrame(list(rows(name))).astype(TEXT)
    return frame.replace("", np.nan)


def labels(kind: str) -> dict[str, str]:
    """Return the English label of each code of a vocabulary.

    Parameters
    ----------
    kind
        ``"country"``, ``"commodity"``, ``"group"``, ``"status"``, ``"site_type"`` or
        ``"deposit_type"``.

    Returns
    -------
    dict of str to str
        Label of each code.

    Raises
    ------
    ChoiceError
        If `kind` is another word.

    Examples
    --------
    >>> labels("status")["past_producer"], labels("country")["KAZ"]
    ('Past producer', 'Kazakhstan')
    """
    name, column = _LABELS[require_one_of(kind, _LABELS, name="kind")]
    return {row["code"]: row[column] for row in rows(name)}


def commodities() -> pd.DataFrame:
    """Return the commodities: one row per canonical code.

    Returns
    -------
    pandas.DataFrame
        ``code`` (element symbol, or a short stable code if it is not an element), ``name``
        (English), ``group`` (a code of `commodity_groups`), ``elements`` (symbols of the element,
        of the members of a group, of a formula in the name, or of the parent element in minmod;
        missing for rocks and most minerals), ``parents`` (the group it belongs to: REE or PGE),
        ``mrds_codes`` (space-separated codes of the USGS Mineral Resources Data System that it
        covers, missing if none), ``cgi_uri`` (IUGS-CGI commodity-code concept, missing if none),
        ``source``.

    Examples
    --------
    >>> commodities().set_index("code").loc["REE", ["name", "group"]].tolist()
    ['Rare earth elements', 'rare_earth']
    """
    return table("commodities")


def commodity_groups() -> pd.DataFrame:
    """Return the commodity groups, in legend order: ``code``, ``label``, ``meaning``, ``source``.

    The grouping is minmap's own; it does not follow a standard.

    Examples
    --------
    >>> commodity_groups()["code"].tolist()[:4]
    ['precious', 'base', 'ferrous', 'rare_earth']
    """
    return table("commodity_groups")


def commodity_names() -> pd.DataFrame:
    """Return the names of commodities in many languages.

    Returns
    -------
    pandas.DataFrame
        ``code`` (of `commodities`), ``language`` (BCP 47; ``ru-Latn`` is Russian in Latin
        letters), ``name``, ``source``. A commodity has several names in a language if sources
        use them, or if it covers several minerals. The Khmer and Lao labels of the CGI vocabulary
        are left out: they are bytes for old fonts, not Unicode text.

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
    """Return the types of sites: ``code``, ``label``, ``meaning``, ``source``.

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
    """Return the numbered deposit models that sources refer to.

    Returns
    -------
    pandas.DataFrame
        ``scheme`` (``usgs_model``: the numbers of Cox and Singer and of later USGS reports, such
        as 18b, as OFR 2005-1294 gives them; ``mrds``: the record numbers of MRDS models),
        ``number``, ``name``, ``code`` (of `deposit_types`, missing if no type has the same
        meaning), ``basis`` (the reason for the code), ``source`` (where the pair was seen).

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

    ``code`` is ISO 3166-1 alpha-3; Kosovo, which ISO does not list, has XKX, a code that ISO
    reserves for users. ``alpha2`` is the code of two letters, missing if Natural Earth has none.

    Examples
    --------
    >>> countries().set_index("code").loc["KAZ", "name"]
    'Kazakhstan'
    """
    return table("countries")
