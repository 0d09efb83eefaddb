"""What the card of a map lists of each record of a site, as one text."""

import json
from itertools import chain, islice
from typing import Final

import geopandas as gpd

_COLUMNS: Final = (
    "name", "commodities", "status", "status_year", "site_type", "deposit_type",
    "deposit_type_text", "location_uncertainty_m", "url",
)  # fmt: skip
_DIGITS: Final = 6


def site_facts(records: gpd.GeoDataFrame, groups: list[list[int]]) -> list[str]:
    """Return the records of each site as a JSON list of objects, without missing values.

    Parameters
    ----------
    records
        All records.
    groups
        Positions of the records of each site.

    Examples
    --------
    >>> from minmap.table import conform
    >>> place = gpd.points_from_xy([74.98], [46.99])
    >>> named = {"occurrence_id": ["a:1"], "name": ["Kounrad"]}
    >>> site_facts(conform(gpd.GeoDataFrame(named, geometry=place, crs=4326)), [[0]])
    ['[{"id": "a:1", "name": "Kounrad", "longitude": 74.98, "latitude": 46.99}]']
    """
    part = records.iloc[[*chain.from_iterable(groups)]]
    points = part.geometry.representative_point()
    columns = {"id": part["occurrence_id"]} | {name: part[name] for name in _COLUMNS}
    columns |= {"longitude": points.x.round(_DIGITS), "latitude": points.y.round(_DIGITS)}
    values = [column.astype(object).where(column.notna(), None) for column in columns.values()]
    facts = (
        {name: value for name, value in zip(columns, row, strict=True) if value is not None}
        for row in zip(*values, strict=True)
    )
    return [json.dumps([*islice(facts, len(rows))], ensure_ascii=False) for rows in groups]
