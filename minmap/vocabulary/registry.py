"""The vocabularies as tables: CSV files next to this module, where each row names its source.

`scripts/build_vocab.py` makes them from published vocabularies and from small tables maintained by
hand, whose rows cite where a spelling was seen.
"""

from typing import Final

import numpy as np
import pandas as pd

from minmap.arguments import check_keywords, require_one_of
from minmap.packaged_rows import packaged_rows
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


def rows(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of `<name>.csv`, which are shared: do not change them."""
    return packaged_rows(__package__, name)


def table(name: str) -> pd.DataFrame:
    """Return the rows of `<name>.csv` as a new DataFrame."""
    frame = pd.DataFrame(list(rows(name))).astype(TEXT)
    return frame.replace("", np.nan)


@check_keywords
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


@check_keywords
def commodities() -> pd.DataFrame:
    """Return the commodities: one row per canonical code.

    Returns
    -------
    pandas.DataFrame
        ``code`` (element symbol, or a short stable code if it is not an element), ``name``
        (English), ``group`` (a code of `commodity_groups`), ``elements`` (symbols of the element,
        of the members of a group, of a formula in the name, or of the parent element in minmod;
        missing for rocks and most minerals), ``parents`` (the group it belongs to: REE, PGE or
        RareM),
        ``mrds_codes`` (space-separated codes of the USGS Mineral Resources Data System that it
        covers, missing if none), ``cgi_uri`` (IUGS-CGI commodity-code concept, missing if none),
        ``source``.

    Examples
    --------
    >>> commodities().set_index("code").loc["REE", ["name", "group"]].tolist()
    ['Rare earth elements', 'rare_earth']
    """
    return table("commodities")


@check_keywords
def commodity_groups() -> pd.DataFrame:
    """Return the commodity groups, in legend order: ``code``, ``label``, ``meaning``, ``source``.

    The grouping is minmap's own; it does not follow a standard.

    Examples
    --------
    >>> commodity_groups()["code"].tolist()[:4]
    ['precious', 'base', 'ferrous', 'rare_earth']
    """
    return table("commodity_groups")


@check_keywords
def commodity_names() -> pd.DataFrame:
    """Return the names of commodities in many languages.

    Returns
    -------
    pandas.DataFrame
        ``code`` (of `commodities`), ``language`` (BCP 47; ``ru-Latn`` is Russian in Latin
        letters), ``name``, ``source``. A commodity has several names in a language if sources
        use them, or if it covers several minerals; the usual one comes first. Russian adjectives
        are names too, since deposits are called by them. The Khmer and Lao labels of the CGI
        vocabulary are left out: they are bytes for old fonts, not Unicode text.

    Examples
    --------
    >>> names = commodity_names().query("code == 'W'").groupby("language")["name"].first()
    >>> names["ru"], names["zh"]
    ('вольфрам', '钨')
    """
    return table("commodity_names")


@check_keywords
def statuses() -> pd.DataFrame:
    """Return the development statuses: ``code``, ``label``, ``meaning``, ``source``.

    Examples
    --------
    >>> statuses()["code"].tolist()[:5]
    ['occurrence', 'prospect', 'planned', 'development', 'producer']
    """
    return table("status")


@check_keywords
def site_types() -> pd.DataFrame:
    """Return the types of sites: ``code``, ``label``, ``meaning``, ``source``.

    Examples
    --------
    >>> "plant" in set(site_types()["code"])
    True
    """
    return table("site_types")


@check_keywords
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


@check_keywords
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


@check_keywords
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


@check_keywords
def critical_lists() -> pd.DataFrame:
    """Return the known lists of critical minerals, each with its date and source.

    Returns
    -------
    pandas.DataFrame
        One row per list: ``list_id``, ``jurisdiction``, ``authority``, ``date`` (a year, month
        or day, as far as it is verified), ``kind`` (critical, strategic or watch), ``status``
        (in force, superseded, draft ...), ``verification`` (how the names were checked, and what
        was not checked), ``source``, ``items`` (number of items).

    Examples
    --------
    >>> critical_lists().set_index("list_id").loc["US-2025", "date"]
    '2025-11-07'
    """
    frame = table("critical_lists")
    return frame.assign(items=frame["items"].astype("Int64"))


@check_keywords
def critical(list_id: str) -> pd.DataFrame:
    """Return the items of one list of critical minerals, with the commodities of each.

    Parameters
    ----------
    list_id
        Id from `critical_lists`, such as ``"US-2025"``.

    Returns
    -------
    pandas.DataFrame
        One row per item, in the order of the list: ``list_id``, ``item`` (the wording of the
        list), ``codes`` (space-separated codes of `commodities`; groups are expanded), ``fit``
        (``whole``: the item is the commodity; ``group``: its members; ``grade``: a grade or
        product that tables of deposits do not distinguish; ``part``: a small part of the
        commodity, which `critical_codes` leaves out), ``note`` (minmap's reason), and ``kind``,
        ``date``, ``status``, ``verification``, ``source`` of the list.

    Raises
    ------
    ChoiceError
        If there is no such list.

    Examples
    --------
    >>> critical("US-2025").query("item == 'barite'")["codes"].item()
    'Ba'
    """
    _require(list_id)
    items = table("critical_minerals")
    about = ["list_id", "kind", "date", "status", "verification", "source"]
    mine = items[items["list_id"] == list_id].reset_index(drop=True)
    return mine.merge(critical_lists()[about], on="list_id", how="left")


@check_keywords
def critical_codes(list_id: str) -> frozenset[str]:
    """Return the codes of all commodities on a list of critical minerals.

    Items that are a small part of a commodity (metallurgical coal, high-purity iron ore) are left
    out, since sources rarely distinguish them. The code of a group (REE, PGE) is included if any
    of its members is, since a record that names only the group may contain that member.

    Parameters
    ----------
    list_id
        Id from `critical_lists`.

    Returns
    -------
    frozenset of str
        Codes of `commodities`.

    Raises
    ------
    ChoiceError
        If there is no such list.

    Examples
    --------
    >>> sorted(critical_codes("US-2025") - critical_codes("US-2022"))
    ['Ag', 'B', 'Cu', 'K', 'P', 'Pb', 'Re', 'Si', 'U']
    """
    _require(list_id)
    items = [row for row in rows("critical_minerals") if row["list_id"] == list_id]
    codes = {code for row in items if row["fit"] != "part" for code in row["codes"].split()}
    groups = {row["parent"] for row in rows("commodity_members") if row["code"] in codes}
    return frozenset(codes | groups)


def _require(list_id: str) -> None:
    known = [row["list_id"] for row in rows("critical_lists")]
    require_one_of(list_id, known, name="critical")
