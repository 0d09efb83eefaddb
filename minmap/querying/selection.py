"""Rows of an occurrence table that fit a question."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import geopandas as gpd
import numpy as np

from minmap.arguments import require_one_of, require_words
from minmap.querying.area import in_box, in_polygon
from minmap.querying.code_columns import (
    all_commodities,
    column,
    commodity_codes,
    family,
    require_table,
    terms,
)
from minmap.querying.row_copy import kept_rows
from minmap.querying.text_search import with_text
from minmap.types import Booleans
from minmap.vocabulary import (
    commodity_groups,
    critical_codes,
    resolve_commodity,
    resolve_term,
)

Words = str | Iterable[str]

_LIKE: Final = {
    "group": "base",
    "critical": "US-2025",
    "status": "producer",
    "site_type": "mine",
    "deposit_type": "porphyry_cu",
    "country": "KAZ",
}
_VOCABULARIES: Final = {
    "status": "status",
    "site_type": "site_types",
    "deposit_type": "deposit_types",
    "country": "countries",
}


def select(
    occurrences: gpd.GeoDataFrame,
    *,
    commodity: Words | None = None,
    main_commodity: Words | None = None,
    group: Words | None = None,
    critical: Words | None = None,
    status: Words | None = None,
    site_type: Words | None = None,
    deposit_type: Words | None = None,
    country: Words | None = None,
    box: Sequence[float] | None = None,
    polygon: Any = None,
    text: Words | None = None,
) -> gpd.GeoDataFrame:
    """Return the occurrences that fit every argument given.

    Several values of one argument are alternatives: ``country=["KAZ", "UZB"]`` is either. A list
    without values fits nothing. An argument left out, or None, asks nothing.

    Parameters
    ----------
    occurrences
        An occurrence table, or any GeoDataFrame with the columns asked about. Not changed.
    commodity
        What is mined or present there: in ``commodities`` or ``minor_commodities``. A code, an
        element symbol, an MRDS code or a name in any language known ("Cu", "MO", "медь"). A group
        stands for itself and its members: "REE" also finds La. A member is only itself: "La" finds
        records that name lanthanum, not those that say no more than rare earths.
    main_commodity
        As `commodity`, of the first code of ``commodities`` alone.
    group
        Code or label of `minmap.vocabulary.commodity_groups`, such as "base" or "Base metals".
    critical
        Id of a list of critical minerals, such as "US-2025" (`minmap.vocabulary.critical_lists`):
        any commodity, main or minor, is on the list.
    status, site_type, deposit_type
        Code or name in the vocabulary of that column, such as "past_producer" or "Past Producer".
    country
        ISO 3166-1 alpha-3 code or any spelling that sources use: "KAZ", "Kazakstan".
    box
        West, south, east and north edge in degrees on WGS84, edges included. A west edge greater
        than the east one is a box over the antimeridian: ``(170, -50, -170, -30)``.
    polygon
        A shapely Polygon or MultiPolygon or anything with ``__geo_interface__``, in degrees on
        WGS84; or a GeoSeries or GeoDataFrame of polygons in any CRS. Its edges are straight lines
        in its own CRS, its boundary belongs to it, and it may reach over the antimeridian beyond
        180 degrees. A line or polygon of the table fits where it touches the area.
    text
        Words that must all occur in ``name``, ``other_names``, ``deposit_type_text`` or
        ``admin1``, also inside a longer word. Case, accents and the alphabet do not count:
        "Жезказган" finds Zhezkazgan, letter by letter, but not Dzhezkazgan.

    Returns
    -------
    geopandas.GeoDataFrame
        The rows that fit, in their order, with index, columns, dtypes and ``attrs``; without rows
        if nothing fits. Where a column is missing, the row does not fit what is asked of it.

    Raises
    ------
    ChoiceError
        If a value is unknown; the message says the nearest ones.
    MinmapError
        If the table lacks a column asked about, or `box` or `text` cannot be meant.
    GeometryError
        If `occurrences` is no GeoDataFrame, or `polygon` is no valid area.
    CRSError
        If an area is asked of a table without CRS, or a polygon layer has none.

    Examples
    --------
    >>> deposits = gpd.GeoDataFrame(
    ...     {"commodities": ["Cu Au", "La", "REE"], "country": ["KAZ", "KGZ", "KAZ"]},
    ...     geometry=gpd.points_from_xy([67.4, 75.9, 71.2], [47.9, 42.6, 50.1]),
    ...     crs=4326,
    ... )
    >>> select(deposits, commodity="REE").index.tolist()
    [1, 2]
    >>> select(deposits, commodity=["gold", "La"], box=(60, 40, 70, 50)).index.tolist()
    [0]
    >>> len(select(deposits, main_commodity="Au")), len(select(deposits, country="Kazakstan"))
    (0, 2)
    """
    table = require_table(occurrences)
    questions: list[tuple[Callable[[gpd.GeoDataFrame, Any, str], Booleans], str, Any]] = [
        (_with_commodity, "commodity", commodity),
        (_with_main_commodity, "main_commodity", main_commodity),
        (_in_group, "group", group),
        (_on_list, "critical", critical),
        (_with_term, "status", status),
        (_with_term, "site_type", site_type),
        (_with_term, "deposit_type", deposit_type),
        (_with_term, "country", country),
    ]
    kept = np.ones(len(table), dtype=np.bool_)
    for rows_that_fit, argument, value in questions:
        if value is not None:
            kept &= rows_that_fit(table, _listed(value, argument), argument)
    rows = np.flatnonzero(kept)
    # What takes longer is asked only of the rows that are left.
    if box is not None:
        rows = rows[in_box(table, rows, box)]
    if polygon is not None:
        rows = rows[in_polygon(table, rows, polygon)]
    if text is not None:
        rows = rows[with_text(table, rows, _listed(text, "text"))]
    kept[:] = False
    kept[rows] = True
    return kept_rows(table, kept)


def _listed(value: object, argument: str) -> list[str]:
    return [*require_words(value, name=argument, like=_LIKE.get(argument, "gold"))]


def _with_commodity(table: gpd.GeoDataFrame, words: list[str], argument: str) -> Booleans:
    wanted = _wanted(words)
    coded = all_commodities(table, argument=argument)
    return coded.where(lambda codes: not wanted.isdisjoint(codes))


def _with_main_commodity(table: gpd.GeoDataFrame, words: list[str], argument: str) -> Booleans:
    wanted = _wanted(words)
    coded = commodity_codes(column(table, "commodities", argument=argument))
    return coded.where(lambda codes: not wanted.isdisjoint(codes[:1]))


def _wanted(words: list[str]) -> frozenset[str]:
    codes = (code for word in words for code in resolve_commodity(word))
    return frozenset().union(*map(family, codes))


def _in_group(table: gpd.GeoDataFrame, words: list[str], argument: str) -> Booleans:
    groups = commodity_groups()
    codes = dict(zip(groups["label"].str.casefold(), groups["code"], strict=True))
    codes |= {code: code for code in groups["code"]}
    wanted = {
        codes.get(word.strip().casefold()) or require_one_of(word, groups["code"], name=argument)
        for word in words
    }
    given = column(table, "commodity_group", argument=argument)
    return given.isin(wanted).to_numpy(dtype=np.bool_)


def _on_list(table: gpd.GeoDataFrame, words: list[str], argument: str) -> Booleans:
    wanted = frozenset().union(*map(critical_codes, words))
    coded = all_commodities(table, argument=argument)
    return coded.where(lambda codes: not wanted.isdisjoint(codes))


def _with_term(table: gpd.GeoDataFrame, words: list[str], argument: str) -> Booleans:
    wanted = {resolve_term(word, _VOCABULARIES[argument]) for word in words}
    coded = terms(column(table, argument, argument=argument), _VOCABULARIES[argument])
    return coded.where(lambda codes: not wanted.isdisjoint(codes))
