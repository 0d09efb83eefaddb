"""The countries that lines pass and the length in each, looked up at places along the lines."""

from itertools import groupby
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from minmap.geodesy import interpolate_along, line_length_m
from minmap.geodesy.crs import WGS84
from minmap.places import country_of, map_error_km, on_land
from minmap.places.country_polygons import lonlat_of, world
from minmap.types import TEXT, Booleans

STEP_KM: Final = 2.0
"""Distance between the places looked up: finer than the map's own error of 5 km."""

COAST_KM: Final = 20.0
"""A place this near to a coast belongs to its country: minmap's own choice, so that a port which
the map shows in the water has one. Less than the 12 nautical miles of territorial sea."""


def countries_along(lines: gpd.GeoSeries) -> pd.DataFrame:
    """Look up the country in the middle of each stretch of lines.

    Parameters
    ----------
    lines
        Shape (n,), LineStrings, EPSG:4326.

    Returns
    -------
    pandas.DataFrame
        One row for each stretch of at most `STEP_KM`, in the direction of the lines: ``line``
        (position from 0 to n - 1), ``country`` (alpha-3, missing at sea), ``km`` (geodesic length)
        and ``error_km`` (error of the map there).

    Examples
    --------
    >>> from shapely import LineString
    >>> line = gpd.GeoSeries([LineString([(75.0, 43.5), (75.0, 42.5)])], crs=4326)
    >>> countries_along(line).groupby("country", sort=False)["km"].sum().round(-1).to_dict()
    {'KAZ': 70.0, 'KGZ': 50.0}
    """
    length_m = line_length_m(lines, geodesic_edges=True)
    pieces = np.maximum(np.ceil(length_m / 1000 / STEP_KM), 1).astype(np.int64)
    line = np.repeat(np.arange(len(pieces)), pieces)
    number = np.arange(len(line)) - (np.cumsum(pieces) - pieces)[line]
    piece_m = (length_m / pieces)[line]
    # As the parts of one geometry, each line is measured only once.
    begins_m = np.cumsum(length_m) - length_m
    together = shapely.multilinestrings(lines.to_numpy())
    along_m = begins_m[line] + (number + 0.5) * piece_m
    middle = interpolate_along([together], along_m, geodesic_edges=True)
    places = gpd.GeoSeries.from_xy(*middle.T, crs=WGS84)
    columns = {"line": line, "country": country_of(places), "km": piece_m / 1000}
    return pd.DataFrame(columns | {"error_km": map_error_km(places)})


def country_near(points: gpd.GeoSeries) -> pd.Series:
    """Return the country that each point lies in or, at sea, that of the nearest coast.

    Parameters
    ----------
    points
        Shape (n,), Points, EPSG:4326.

    Returns
    -------
    pandas.Series
        Shape (n,), alpha-3; missing further than `COAST_KM` from any coast, and on land without
        a code.

    Examples
    --------
    >>> country_near(gpd.GeoSeries.from_xy([51.15, 50.5], [43.6, 42.0], crs=4326)).tolist()
    ['KAZ', nan]
    """
    codes = country_of(points)
    at_sea = np.flatnonzero(~on_land(points))
    if at_sea.size:
        coast_km, owner = world().areas.distance_km(lonlat_of(points.iloc[at_sea]))
        near = coast_km <= COAST_KM
        codes.iloc[at_sea[near]] = world().codes[owner[near]]
    return codes


def countries_passed(
    lines: gpd.GeoSeries, ends: pd.DataFrame, *, ends_only: Booleans | None = None
) -> pd.Series:
    """Return the countries that each line passes, in its direction.

    Parameters
    ----------
    lines
        Shape (n,), LineStrings, EPSG:4326.
    ends
        Shape (n, 2): alpha-3 of the country at the start and at the end of each; may be missing.
    ends_only
        Shape (n,): whether a line passes only the countries of its ends; None means that none does.

    Returns
    -------
    pandas.Series
        Shape (n,), alpha-3, space-separated: the countries of the ends, and those in which the
        line stays for longer than the error of the map there (`minmap.places.map_error_km`). A
        country that is left and entered again occurs twice. Missing if there are none.

    Examples
    --------
    >>> from shapely import LineString
    >>> lines = gpd.GeoSeries([LineString([(75.0, 43.5), (75.0, 42.5)])], crs=4326)
    >>> countries_passed(lines, pd.DataFrame([["KAZ", None]])).tolist()
    ['KAZ KGZ']
    """
    along = countries_along(lines)
    before = along[["line", "country"]].shift()
    same = (along[["line", "country"]] == before).all(axis=1)
    runs = along.groupby((~same).cumsum(), sort=False).agg(
        line=("line", "first"),
        country=("country", "first"),
        km=("km", "sum"),
        error_km=("error_km", "max"),
    )
    certain = runs[(runs["km"] > runs["error_km"]) & runs["country"].notna()]
    if ends_only is not None:
        certain = certain[~ends_only[certain["line"]]]
    passed = certain.groupby("line")["country"].agg(list)
    texts = []
    for number, (first, last) in enumerate(ends.itertuples(index=False, name=None)):
        codes = [code for code in (first, *passed.get(number, []), last) if pd.notna(code)]
        texts.append(" ".join(code for code, _ in groupby(codes)) or None)
    return pd.Series(texts, index=lines.index, dtype=TEXT)


def split_by_country(legs: gpd.GeoDataFrame) -> pd.DataFrame:
    """Split the length of legs by country.

    Parameters
    ----------
    legs
        Legs of a `minmap.Corridor`.

    Returns
    -------
    pandas.DataFrame
        One row for each leg and country, in the order of travel: ``row`` (position of the leg),
        ``country`` (missing for a leg at sea) and ``length_km``. A leg of one country belongs to
        it as a whole. A leg of several countries is split where its drawn line crosses the border,
        and the stretches are scaled to its ``length_km``; a place outside its countries, as on a
        bridge or where the map is wrong, counts with the stretch before it.

    Examples
    --------
    >>> from shapely import LineString
    >>> legs = gpd.GeoDataFrame(
    ...     {"mode": ["rail"], "countries": ["KAZ KGZ"], "length_km": [130.0]},
    ...     geometry=[LineString([(75.0, 43.5), (75.0, 42.5)])], crs=4326,
    ... )
    >>> split_by_country(legs).round(-1).values.tolist()
    [[0, 'KAZ', 80.0], [0, 'KGZ', 50.0]]
    """
    at_sea = (legs["mode"] == "sea").to_numpy()
    listed = [text.split() for text in legs["countries"].fillna("")]
    first = [codes[0] if codes else None for codes in listed]
    split = np.array([len(codes) != 1 for codes in listed], dtype=bool) & ~at_sea
    country = pd.Series(first, dtype=TEXT).mask(at_sea)
    parts = [pd.DataFrame({"row": np.arange(len(legs)), "country": country, "km": 1.0})[~split]]
    if split.any():
        along = countries_along(legs.geometry[split])
        row = np.flatnonzero(split)[along["line"]]
        codes = zip(along["country"], row.tolist(), strict=True)
        allowed = np.array([not listed[r] or code in listed[r] for code, r in codes])
        inside: Any = along["country"].where(allowed).groupby(row)
        known = inside.ffill().fillna(inside.bfill()).fillna(pd.Series(row).map(country))
        parts.append(along.assign(row=row, country=known)[["row", "country", "km"]])
    by_country = pd.concat(parts).groupby(["row", "country"], sort=False, dropna=False)["km"]
    summed: pd.DataFrame = by_country.sum().reset_index()
    table = summed.sort_values("row", kind="stable", ignore_index=True)
    share = (table["km"] / table.groupby("row")["km"].transform("sum")).fillna(1.0)
    length_km = legs["length_km"].to_numpy()[table["row"]] * share
    return table[["row", "country"]].assign(length_km=length_km)
