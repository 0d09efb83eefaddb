"""Sites of rare earths and rare metals in the sample tables, beside the inventory of USGS.

The table of the inventory itself is in no copy that was found, so that its occurrences cannot be
matched one by one. A count of sites near 384 would not show that they are the same occurrences.
"""

import re
import warnings
from collections.abc import Hashable
from functools import cache
from typing import Any, Final

import geopandas as gpd
import pandas as pd

from minmap.errors import MinmapWarning
from minmap.linking.link_decisions import SAME
from minmap.linking.merging import merge
from minmap.linking.record_links import link
from minmap.querying.selection import select
from minmap.reading import read, sample
from minmap.statements.shipped_tables import rows
from minmap.vocabulary import members

REPUBLICS: Final = ("KAZ", "KGZ", "TJK", "TKM", "UZB")
TABLES: Final = (
    "pp1802_central_asia.csv",
    "major_deposits_central_asia.csv",
    "mrds_central_asia.csv",
)
"""Sample tables, the most trusted first."""
INVENTORY: Final = "USGS inventory (completed 2016, published 2017)"
THRESHOLDS: Final = (0.5, 0.7, 0.9)
"""Least probabilities with which two records are taken as one site."""
SHOWN: Final = ("all_rare", 0.7)
"""Definition and threshold of the sites on maps."""
_WORKS: Final = re.compile(r"\b(?:plant|smelter|concentrator|facility)\b", re.IGNORECASE)


def found_sites(definition: str, threshold: float) -> gpd.GeoDataFrame:
    """Return the sites of the five republics that have a commodity of a definition.

    Sites of which all names are those of plants or smelters are left out.

    Parameters
    ----------
    definition
        A key of `definitions`.
    threshold
        Records that are of one site with at least this probability are one row.

    Examples
    --------
    >>> found_sites("named", 0.7).groupby("country").size().to_dict()
    {'KAZ': 13, 'KGZ': 2, 'TJK': 2}
    """
    codes = definitions()[definition].split()
    sites = select(_merged(threshold), commodity=codes, country=REPUBLICS)
    names = sites["name"].str.cat(sites["other_names"].fillna(""), sep="; ").str.split("; ")
    return sites[[not all(map(_is_works, filter(None, texts))) for texts in names]]


def rare_commodities(sites: gpd.GeoDataFrame, definition: str) -> pd.Series:
    """Return the first commodity of each site that a definition has.

    Parameters
    ----------
    sites
        Sites as `found_sites` returns them.
    definition
        A key of `definitions`.

    Examples
    --------
    >>> sites = found_sites("all_rare", 0.7).set_index("name")
    >>> rare_commodities(sites, "all_rare")[["Dzhezkazgan", "Zhayrem district"]].tolist()
    ['Re', 'Ga']
    """
    codes = {code: code for code in definitions()[definition].split()}
    known = codes | {one: code for code in codes for one in members(code) if code == "REE"}
    known |= {one: one for code in codes for one in members(code) if code != "REE"}
    texts = sites["commodities"].str.cat(sites["minor_commodities"].fillna(""), sep=" ")
    found = [next(known[one] for one in text.split() if one in known) for text in texts]
    return pd.Series(found, index=sites.index)


@cache
def site_counts() -> pd.DataFrame:
    """Return the sites by definition, threshold and country, beside the published counts.

    Returns
    -------
    pandas.DataFrame
        Columns ``definition``, ``threshold``, ``country``, ``sites`` and ``published``. It is
        shared: do not change it.
    """
    published = published_counts()
    made = []
    for definition in definitions():
        for threshold in THRESHOLDS:
            counts = found_sites(definition, threshold)["country"].value_counts()
            part = pd.DataFrame({"sites": counts.reindex(list(REPUBLICS), fill_value=0)})
            part = part.assign(published=published).rename_axis("country").reset_index()
            part.insert(0, "threshold", threshold)
            part.insert(0, "definition", definition)
            made.append(part)
    return pd.concat(made, ignore_index=True)


def shown_sites() -> list[dict[Hashable, Any]]:
    """Return the sites on maps: their records, as `minmap.merge` names them, and their commodity.

    Examples
    --------
    >>> next(site for site in shown_sites() if site["name"] == "Dzhezkazgan")["rare_commodity"]
    'Re'
    """
    definition, threshold = SHOWN
    sites = found_sites(definition, threshold)
    sites = sites.assign(
        definition=definition,
        threshold=threshold,
        rare_commodity=rare_commodities(sites, definition),
    )
    columns = ["definition", "threshold", "name", "country", "site_records", "rare_commodity"]
    return pd.DataFrame(sites[columns]).to_dict("records")


def published_counts() -> pd.Series:
    """Return the occurrences of the inventory by country."""
    return pd.Series({row["country"]: int(row["occurrences"]) for row in rows("inventory")})


def inventory_source() -> dict[str, str]:
    """Return the source of the counts of the inventory."""
    first = rows("inventory")[0]
    return {
        "id": "tien_shan_inventory",
        "title": first["document"],
        "citation": f"U.S. Geological Survey, 2017, {first['document']}, completed in 2016: the "
        f"counts of its catalogue page, {first['url']}",
        "licence": "US public domain",
        "url": first["url"],
    }


def definitions() -> dict[str, str]:
    """Return the commodity codes of each definition, from the narrowest to the widest."""
    return {row["definition"]: row["commodities"] for row in rows("definitions")}


def table_sources() -> list[dict[str, str]]:
    """Return the sources of the sample tables, most trusted first."""
    return [source for table in _tables() for source in table.attrs["sources"]]


def _is_works(name: str) -> bool:
    return _WORKS.search(name) is not None


@cache
def _tables() -> tuple[gpd.GeoDataFrame, ...]:
    with warnings.catch_warnings():
        # One record of MRDS has the countries "Russia, Kazakhstan", and counts for neither.
        warnings.simplefilter("ignore", MinmapWarning)
        return tuple(read(sample(name)) for name in TABLES)


@cache
def _links() -> pd.DataFrame:
    return link(*_tables(), decisions=pd.DataFrame(rows("decisions")))


@cache
def _merged(threshold: float) -> gpd.GeoDataFrame:
    links = _links()
    is_same = links["probability"].ge(threshold) | links["decision"].isin([SAME])
    return merge(*_tables(), links=links.assign(same_site=is_same))
