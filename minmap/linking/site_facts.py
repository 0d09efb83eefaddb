"""What the card of a map lists of each record of a site, as one text."""

import json
from typing import Final

import geopandas as gpd

_COLUMNS: Final = (
    "name", "commodities", "status", "status_year", "site_type", "deposit_type",
    "deposit_type_text", "location_uncertainty_m", "url",
)  # fmt: skip
_DIGITS: Final = 6


class SiteFacts:
    """Facts on the records of sites.

    Parameters
    ----------
    records
        All records.
    """

    def __init__(self, records: gpd.GeoDataFrame) -> None:
        self._ids = records["occurrence_id"].tolist()
        points = records.geometry.representative_point()
        columns = {name: records[name] for name in _COLUMNS}
        columns |= {"longitude": points.x.round(_DIGITS), "latitude": points.y.round(_DIGITS)}
        self._values = {
            name: column.astype(object).where(column.notna(), None).tolist()
            for name, column in columns.items()
        }

    def of(self, rows: list[int]) -> str:
        """Return the records in these rows as a JSON list of objects, without missing values.

        Examples
        --------
        >>> from minmap.table import conform
        >>> place = gpd.points_from_xy([74.98], [46.99])
        >>> named = {"occurrence_id": ["a:1"], "name": ["Kounrad"]}
        >>> SiteFacts(conform(gpd.GeoDataFrame(named, geometry=place, crs=4326))).of([0])
        '[{"id": "a:1", "name": "Kounrad", "longitude": 74.98, "latitude": 46.99}]'
        """
        found = [
            {"id": self._ids[row]}
            | {
                name: values[row]
                for name, values in self._values.items()
                if values[row] is not None
            }
            for row in rows
        ]
        return json.dumps(found, ensure_ascii=False)
