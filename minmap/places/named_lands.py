"""The countries that a table names, for tables whose coordinates cannot be placed yet."""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Final

import geopandas as gpd
import pandas as pd

from minmap.places.country_polygons import land_of
from minmap.types import TEXT
from minmap.vocabulary import labels, parse_terms

_SAMPLE: Final = 1_000
_MOSTLY: Final = 0.5
_MOST: Final = 3
_SHORTEST: Final = 4  # "mines_tr.csv" may be anything


def lands_named(columns: Iterable[pd.Series], file: str) -> gpd.GeoSeries:
    """Return the land of the countries that a table names most.

    Parameters
    ----------
    columns
        Columns of the table; the one with the largest share of countries is used, from a half on.
    file
        Name of the file, whose words are used if no column has countries.

    Returns
    -------
    geopandas.GeoSeries
        At most three MultiPolygons, EPSG:4326, on an index of names in English; empty if the
        table names no country.

    Examples
    --------
    >>> table = pd.DataFrame({"site": ["A", "B"], "land": ["Türkiye", "Turkey"]})
    >>> lands_named([table["site"], table["land"]], "mines.csv").index.tolist()
    ['Turkey']
    >>> lands_named([], "kazakhstan-deposits.csv").index.tolist()
    ['Kazakhstan']
    """
    found: Counter[str] = Counter()
    best = _MOSTLY
    for column in columns:
        if not pd.api.types.is_string_dtype(column.dtype):
            continue
        texts = column.dropna().astype(TEXT).iloc[:_SAMPLE]
        codes, _ = parse_terms(texts, "countries")
        if len(texts) and codes.notna().mean() >= best:
            best, found = codes.notna().mean(), Counter(codes.dropna().tolist())
    if not found:
        words = [word for word in re.split(r"[\W_\d]+", file) if len(word) >= _SHORTEST]
        codes, _ = parse_terms(pd.Series(words, dtype=TEXT), "countries")
        found = Counter(codes.dropna().tolist())
    codes_most = [code for code, _ in found.most_common(_MOST)]
    names = [labels("country").get(code, code) for code in codes_most]
    return land_of(codes_most).set_axis(names)
