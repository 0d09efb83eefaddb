"""The maps of the page of claims, as pictures."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd

from minmap.commodity_statistics import statistics
from minmap.maps import Map
from minmap.statements.inventory_sites import (
    INVENTORY,
    SHOWN,
    found_sites,
    inventory_source,
    published_counts,
    rare_commodities,
)
from minmap.statements.shipped_tables import rows

_COUNTS: Final = ["found", "published"]
_WIDE_MM: Final = 170
_NARROW_MM: Final = 85
_DPI: Final = 150


@dataclass(frozen=True)
class Pictures:
    """A map as PNG for screens and for phones.

    Attributes
    ----------
    wide, narrow
        The same map on more and on less paper, with letters of the same size.
    """

    wide: bytes
    narrow: bytes


def chromium_map() -> Pictures:
    """Return a map of the world's reserves of chromium."""
    table = statistics(commodity="chromium", measure="reserves", year=2025)
    made = Map(title="Who has the chromium, by the table")
    return _pictures(made.add_countries(table, value="share", palette="YlGnBu"))


def sites_map(names: Mapping[str, str]) -> Pictures:
    """Return a map of the sites that were found, beside how many the inventory has.

    Parameters
    ----------
    names
        Country names by alpha-3.
    """
    definition, threshold = SHOWN
    title = next(row["title"] for row in rows("definitions") if row["definition"] == definition)
    sites: gpd.GeoDataFrame = found_sites(definition, threshold)
    sites = sites.assign(commodities=rare_commodities(sites, definition))
    counts = pd.DataFrame({"published": published_counts()})
    counts["found"] = sites["country"].value_counts().reindex(counts.index, fill_value=0)
    counts["text"] = [f"{row.found} | {row.published}" for row in counts.itertuples()]
    counts = counts.rename_axis("country").reset_index()
    counts["name"] = counts["country"].map(names)
    counts.attrs["sources"] = [inventory_source()]
    made = Map(
        title="Sites of rare metals in three open tables, beside an inventory",
        subtitle=f"{counts['text'].iloc[0]}: {side_by_side(*counts[_COUNTS].iloc[0])}, which need "
        f"not have them. {title}; records are one site from a probability of {threshold}.",
    )
    made.add_countries(
        counts,
        value="published",
        name=INVENTORY,
        legend="Occurrences in the inventory",
        palette="Blues",
        opacity=0.45,
        label="text",
    )
    made.add(sites, name="Sites found", color="commodities", legend="First rare commodity")
    return _pictures(made)


def side_by_side(found: int, published: int) -> str:
    """Return two counts that are not parts of each other.

    Examples
    --------
    >>> side_by_side(33, 160)
    '33 found; 160 in the inventory'
    """
    return f"{found} found; {published} in the inventory"


def _pictures(made: Map) -> Pictures:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "map.png"
        drawn = []
        for width in (_WIDE_MM, _NARROW_MM):
            made.save(path, width_mm=width, dpi=_DPI)
            drawn.append(path.read_bytes())
    return Pictures(*drawn)
