"""Give the shapes of a file the CRS that the user says, or require that the file has one."""

from typing import Any

import geopandas as gpd

from minmap.geodesy.crs import crs_of, missing_crs, stated_crs
from minmap.places.named_lands import lands_named


def with_crs(frame: gpd.GeoDataFrame, where: str, crs: Any) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Return a frame in the user's CRS, or in its own if `crs` is None, and notes.

    Raises
    ------
    CRSError
        If there is neither, or `crs` is not one.
    """
    if crs is None:
        if frame.crs is None:
            columns = (column for _, column in frame.drop(columns=frame.geometry.name).items())
            named = lands_named(columns, where)
            raise missing_crs(where, frame.total_bounds.tolist(), countries=named)
        stated_crs(frame.crs, what=where)
        return frame, []
    given = crs_of(crs)
    notes = []
    if frame.crs is not None and not frame.crs.equals(given, ignore_axis_order=True):
        notes.append(
            f"The file says that its CRS is {frame.crs.name}; taken as {given.name}, because crs "
            "says so."
        )
    return frame.set_crs(given, allow_override=True), notes
