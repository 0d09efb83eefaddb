"""Records that may be of one site, and count as several as no links join them."""

from collections.abc import Sequence
from typing import Final

import geopandas as gpd
import pandas as pd

from minmap.estimates.merged_sites import RECORDS
from minmap.geodesy import distance_m
from minmap.linking.record_mentions import repeated_ids
from minmap.reading.known_sources import described_sources
from minmap.table import listed

_NEAR_KM: Final = 10
"""Records of one name that are nearer are likely to be of one site: minmap's own figure."""
_OF_RECORD: Final = ("occurrence_id", "name", "geometry")
_TWICE: Final = "without links: a deposit that is in several counts in each; give links=mm.link"


def unlinked_records(tables: Sequence[gpd.GeoDataFrame], found: gpd.GeoDataFrame) -> list[str]:
    """Return notes on records of tables without links that may be of one site.

    Parameters
    ----------
    tables
        Occurrence tables.
    found
        Their resources.
    """
    if len(tables) > 1:
        notes = [f"{len(tables)} tables {_TWICE}(...) of these tables."]
    elif RECORDS in tables[0].columns:
        notes = []  # minmap.merge has joined the records that links join.
    elif len(sources := _sources(tables[0])) > 1:
        notes = [f"{len(sources)} sources in one table ({listed(sources)}) {_TWICE}(table)."]
    elif names := _near_names(found):
        notes = [
            f"Several records of one name within {_NEAR_KM} km count as sites of their own: "
            f"{listed(names)}; give links=mm.link(table) if they are of one."
        ]
    else:
        notes = []
    return [*notes, *_repeated_ids(tables)]


def _sources(table: gpd.GeoDataFrame) -> list[str]:
    """Return the sources of a table, by its column, or else by its ``attrs``."""
    known = sorted(table["source"].dropna().unique())
    if not known:
        return [str(one.get("id") or one.get("title")) for one in described_sources(table)]
    return known + ["not stated"] * bool(table["source"].isna().any())


def _near_names(found: gpd.GeoDataFrame) -> list[str]:
    """Return the names that several near sites with an estimate of one commodity have."""
    has_amount = (found["tonnage_t"].notna() | found["contained_t"].notna()) & found["name"].notna()
    rows = found[has_amount].drop_duplicates(["site_id", "commodity"])
    points = rows.geometry.representative_point()
    keys = {"name": rows["name"].str.casefold().str.strip(), "commodity": rows["commodity"]}
    places = pd.DataFrame({**keys, "x": points.x, "y": points.y, "given": rows["name"]})
    places = places.sort_values(["name", "commodity", "x"])
    one, other = places[:-1], places[1:]
    is_same = (one[[*keys]].to_numpy() == other[[*keys]].to_numpy()).all(axis=1)
    one, other = one[is_same], other[is_same]
    is_near = distance_m(one[["x", "y"]], other[["x", "y"]]) <= _NEAR_KM * 1_000
    return sorted(other["given"][is_near].unique())


def _repeated_ids(tables: Sequence[gpd.GeoDataFrame]) -> list[str]:
    """Return a note on ids that records of several names or places have: they count as one site."""
    records = pd.concat([pd.DataFrame(table[[*_OF_RECORD]]) for table in tables])
    records["geometry"] = gpd.GeoSeries(records["geometry"]).to_wkb()
    note = repeated_ids(records.drop_duplicates()["occurrence_id"])
    return [] if note is None else [note]
