"""What the card of a map lists of each record of a site, and another merge needs, as one text."""

import json
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any, Final

import geopandas as gpd

from minmap.linking.earlier_sites import EarlierSite

_COLUMNS: Final = (
    "name", "commodities", "status", "status_year", "site_type", "deposit_type",
    "deposit_type_text", "location_uncertainty_m",
    "location_uncertainty_basis", "url",
)  # fmt: skip
_DIGITS: Final = 6


def site_facts(
    rows: gpd.GeoDataFrame, groups: list[list[int]], earlier: Mapping[int, EarlierSite]
) -> list[str]:
    """Return the records of each site as a JSON list of objects, without missing values.

    Parameters
    ----------
    rows
        All rows.
    groups
        Positions of the rows of each site.
    earlier
        The rows that are sites of several records already.

    Examples
    --------
    >>> from minmap.table import conform
    >>> place = gpd.points_from_xy([74.98], [46.99])
    >>> named = {"occurrence_id": ["a:1"], "name": ["Kounrad"]}
    >>> site_facts(conform(gpd.GeoDataFrame(named, geometry=place, crs=4326)), [[0]], {})
    ['[{"id": "a:1", "name": "Kounrad", "longitude": 74.98, "latitude": 46.99}]']
    """
    part = rows.iloc[[*chain.from_iterable(groups)]]
    points = part.geometry.representative_point()
    columns = {"id": part["occurrence_id"]} | {name: part[name] for name in _COLUMNS}
    columns |= {"longitude": points.x.round(_DIGITS), "latitude": points.y.round(_DIGITS)}
    values = [column.astype(object).where(column.notna(), None) for column in columns.values()]
    facts = (
        {name: value for name, value in zip(columns, row, strict=True) if value is not None}
        for row in zip(*values, strict=True)
    )
    return [
        json.dumps(
            [*chain.from_iterable(_facts_of(row, facts, earlier) for row in group)],
            ensure_ascii=False,
        )
        for group in groups
    ]


def _facts_of(
    row: int, facts: Iterator[dict[str, Any]], earlier: Mapping[int, EarlierSite]
) -> list[dict[str, Any]]:
    own = next(facts)
    return earlier[row].facts if row in earlier else [own]
