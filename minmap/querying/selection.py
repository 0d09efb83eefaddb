"""Rows of an occurrence table that meet conditions."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from minmap.arguments import check_keywords, require_one_of, require_words
from minmap.errors import warn
from minmap.querying.area import in_box, in_polygon
from minmap.querying.code_columns import codes_of, family, require_column, require_table
from minmap.querying.text_search import fold, with_text
from minmap.table import VOCABULARIES
from minmap.types import Booleans
from minmap.vocabulary import commodity_groups, critical_codes, resolve_commodity, resolve_term

Words = str | Iterable[str]

_LIKE: Final = {
    "group": "base",
    "critical": "US-2025",
    "status": "producer",
    "site_type": "mine",
    "deposit_type": "porphyry_cu",
    "country": "KAZ",
    "admin1": "Nevada",
}

# The columns that conditions of another name compare.
_COLUMN: Final = {
    "commodity": "commodities",
    "main_commodity": "commodities",
    "group": "commodity_group",
    "critical": "commodities",
}


@check_keywords
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
    admin1: Words | None = None,
    box: Sequence[float] | None = None,
    polygon: Any = None,
    text: Words | None = None,
) -> gpd.GeoDataFrame:
    """Return the occurrences that meet all conditions.

    Several values of one argument are alternatives: ``country=["KAZ", "UZB"]`` selects both
    countries. A list without values selects nothing. An argument left out, or None, sets no
    condition.

    Parameters
    ----------
    occurrences
        An occurrence table, or any GeoDataFrame with the columns that the conditions need. Not
        changed.
    commodity
        Commodity in ``commodities`` or ``minor_commodities``. A code, an element symbol, an MRDS
        code or a name in any known language ("Cu", "MO", "медь"). A group includes its members:
        "REE" also selects La. A member does not include its group: "La" selects records that name
        lanthanum, not those that name only rare earths. "rare metals" are lithium, beryllium,
        niobium, tantalum, caesium and rubidium, without the rare earths
        (`minmap.vocabulary.members`).
    main_commodity
        As `commodity`, in the first code of ``commodities`` alone.
    group
        Code or label of `minmap.vocabulary.commodity_groups`, such as "base" or "Base metals".
    critical
        Id of a list of critical minerals, such as "US-2025" (`minmap.vocabulary.critical_lists`):
        selects records with any commodity, main or minor, on the list.
    status, site_type, deposit_type
        Code or name in the vocabulary of that column, such as "past_producer" or "Past Producer".
    country
        ISO 3166-1 code or any spelling that sources use: "KAZ", "KZ", "Kazakstan".
    admin1
        State or province as in the column ``admin1``, whole; case, accents and the alphabet are
        ignored: "karaganda region".
    box
        West, south, east and north edge in degrees on WGS84, edges included. A west edge greater
        than the east one means a box over the antimeridian: ``(170, -50, -170, -30)``.
    polygon
        A shapely Polygon or MultiPolygon, WKT, GeoJSON as a dict or text, or anything with
        ``__geo_interface__``, in degrees on WGS84; or a GeoSeries or GeoDataFrame of polygons, or
        the path or open file of such a layer, in any CRS. Its edges are straight lines in its own
        CRS, its boundary is included, and it may extend over the antimeridian beyond
        180 degrees. A line or polygon of the table, whose edges are straight in the table's CRS,
        is selected if it touches the area.
    text
        Words that must all occur in ``name``, ``other_names``, ``deposit_type_text`` or
        ``admin1``, also inside a longer word. Case, accents and the alphabet are ignored:
        "Жезказган" finds Zhezkazgan, letter by letter, but not Dzhezkazgan.

    Returns
    -------
    geopandas.GeoDataFrame
        The selected rows in their order, with index, columns, dtypes and ``attrs``; possibly none.
        A missing value meets no condition.

    Raises
    ------
    ChoiceError
        If a value is unknown; the message lists the nearest ones.
    MinmapError
        If the table lacks a column that a condition needs, or `box` or `text` is not valid.
    GeometryError
        If `occurrences` is not a GeoDataFrame, or `polygon` is not a valid area.
    CRSError
        If `box` or `polygon` is given and the table, or the polygon layer, has no CRS.

    Warns
    -----
    MinmapWarning
        If no record has a value that a condition compares.

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
    conditions = {
        "commodity": commodity,
        "main_commodity": main_commodity,
        "group": group,
        "critical": critical,
        "status": status,
        "site_type": site_type,
        "deposit_type": deposit_type,
        "country": country,
    }
    kept = np.ones(len(table), dtype=np.bool_)
    for argument, value in conditions.items():
        if value is not None:
            kept &= _with_codes(table, argument, _words(value, argument))
    if admin1 is not None:
        kept &= _in_states(table, _words(admin1, "admin1"))
    rows = np.flatnonzero(kept)
    # The slower conditions are tested only on the rows that are left.
    if box is not None:
        rows = rows[in_box(table, rows, box)]
    if polygon is not None:
        rows = rows[in_polygon(table, rows, polygon)]
    words = None if text is None else _words(text, "text")
    return table.iloc[rows if words is None else rows[with_text(table, rows, words)]]


def _words(value: object, argument: str) -> list[str]:
    return [*require_words(value, name=argument, like=_LIKE.get(argument, "gold"))]


def _with_codes(table: gpd.GeoDataFrame, argument: str, words: list[str]) -> Booleans:
    """Return whether each row has a code that one of the words means."""
    if argument == "critical":
        wanted = [critical_codes(word) for word in words]
    elif argument == "group":
        wanted = [frozenset({_group(word)}) for word in words]
    elif argument in VOCABULARIES:
        wanted = [frozenset({resolve_term(word, VOCABULARIES[argument])}) for word in words]
    else:
        wanted = [family(code) for word in words for code in resolve_commodity(word)]
    column = codes_of(table, argument, argument=argument)
    if len(table) and not any(column.codes):
        warn(_nothing_known(argument, len(table)))
    return column.any_of(frozenset().union(*wanted))


def _in_states(table: gpd.GeoDataFrame, words: list[str]) -> Booleans:
    """Return whether each row is in one of the states, spelled as in any row of the table."""
    positions, names = pd.factorize(require_column(table, "admin1", argument="admin1"))
    if len(table) and not len(names):
        warn(_nothing_known("admin1", len(table)))
        return np.zeros(len(table), dtype=np.bool_)
    different = [*map(str, names)]
    folded = np.array([*map(fold, different)], dtype=object)
    meant = np.zeros(len(different) + 1, dtype=np.bool_)  # missing values have position -1
    for word in words if len(table) else ():
        same = folded == fold(word).strip()
        if not same.any():
            require_one_of(word, sorted(different), name="admin1")
        meant[:-1] |= same
    return np.asarray(meant[positions], dtype=np.bool_)


def _nothing_known(argument: str, records: int) -> str:
    """Return the words of a warning that a condition finds nothing because its column is empty."""
    compared = _COLUMN.get(argument, argument)
    given = "commodities" if compared == "commodity_group" else compared
    return (
        f"{argument}= selects nothing: the column {compared!r} is empty in all {records:,} "
        f"records, so their {argument.replace('_', ' ')} is unknown. If the file states it, read "
        f"it with columns={{{given!r}: '...'}}; minmap.describe_match(table) explains what was "
        "taken."
    )


def _group(word: str) -> str:
    """Return the code of a commodity group from its code or label."""
    groups = commodity_groups()
    codes = dict(zip(groups["label"].str.casefold(), groups["code"], strict=True))
    codes |= {code: code for code in groups["code"]}
    return codes.get(word.strip().casefold()) or require_one_of(word, groups["code"], name="group")
