"""Resources: what tables state of grade, tonnage, contents and capacity, as a table of its own."""

import os
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from minmap.arguments import check_keywords, did_you_mean, require_kind, shown
from minmap.errors import ChoiceError, MinmapError, warn
from minmap.estimates.estimate_rows import GRADE_ALONE
from minmap.estimates.exhausted_sites import DEPLETED
from minmap.estimates.heading_quantities import RATES
from minmap.estimates.table_estimates import ROW, TableEstimates, table_estimates
from minmap.estimates.unlinked_records import unlinked_records
from minmap.geodesy.crs import WGS84
from minmap.linking.connected_records import first_connected
from minmap.linking.link_files import links_given
from minmap.linking.site_links import CURE, site_links
from minmap.reading.known_sources import described_sources
from minmap.table import COLUMN_NAMES, conform_with_notes, each_once
from minmap.types import TEXT, Booleans, Floats, Integers

DTYPES: Final[Mapping[str, Any]] = {
    "occurrence_id": TEXT,
    "site_id": TEXT,
    "name": TEXT,
    "country": TEXT,
    "site_type": TEXT,
    "commodity": TEXT,
    "measure": TEXT,
    "measure_basis": TEXT,
    "category": TEXT,
    "category_scheme": TEXT,
    "tonnage_t": "Float64",
    "grade": "Float64",
    "grade_unit": TEXT,
    "contained_t": "Float64",
    "capacity": "Float64",
    "capacity_unit": TEXT,
    "substance": TEXT,
    "basis": TEXT,
    "shared_with": TEXT,
    "year": "Int64",
    "stated": TEXT,
    "source": TEXT,
    "citation": TEXT,
}
"""Columns of resources and their dtypes, before the geometry."""
_OF_LINKS: Final = ("occurrence_id", "name", "other_names")
_HEADINGS_CURE: Final = "give headings by column, such as {'T': 'Ore (Mt)', 'G': 'Cu (%)'}"


@check_keywords
def resources(
    *tables: gpd.GeoDataFrame,
    links: pd.DataFrame | str | os.PathLike[str] | None = None,
    headings: Mapping[str, str] | None = None,
) -> gpd.GeoDataFrame:
    """Return what tables state of grade, tonnage, contents, capacity and production.

    The columns are found by the words and the unit of their headings, such as ``tonnage_mt``,
    ``Ore (kt)``, ``cu_pct``, ``Au g/t``, ``Contained Au (koz)``, ``Indicated WO3 %`` or ``Capacity
    (t/yr)``. Units may also stand in the cells ("12 Mt") or in a column ``units``. Equivalents,
    such as CuEq, concentrates, recoverable metal and past production are not read.

    Parameters
    ----------
    *tables
        Occurrence tables as `minmap.read` or `minmap.merge` returns them, or other GeoDataFrames
        with a CRS, each a separate argument; the most trusted first. Not changed. Give the tables
        of records and their links, not sites that were merged with links, as these do not keep
        which record states the tonnage and which the grade or the category.
    links
        Result of `minmap.link` on these tables, or of a reviewer, or the path of its CSV file.
        None: each occurrence is a site of its own. Rows with one name, country and place are of one
        site in any case, if the table has a column of categories or the rows are of different
        years.
    headings
        Headings for columns whose own do not say what they have, such as ``{"T": "Ore (Mt)", "G":
        "Cu (%)", "R": "Category", "size": ""}``; ``""`` is for a column that has no estimates.

    Returns
    -------
    geopandas.GeoDataFrame
        EPSG:4326, one row for each occurrence, commodity, measure and category, in the order of the
        tables. An occurrence without an estimate has a row for each of its commodities, without
        numbers and measure, except plants in tables of resources. Rows named "Total" and the like
        are left out.

        - ``occurrence_id``, ``name``, ``country``, ``site_type``: those of the occurrence
        - ``site_id``: id of the first record of its site, or its number if it has none
        - ``commodity``: its code; several codes if a capacity is of several together
        - ``measure``: "resource", also of estimates without a category; "reserve"; "balance
          reserve" (A to C2) and "prognostic resource" (P1 to P3) of the former Soviet Union; "UNFC
          class"; "off-balance reserve", "exploration target", "historical estimate"; "other
          estimate", if the category is not known; "capacity", "production"; "grade" in a table of
          grades alone, such as assays. "depleted resource" and so on, if the first known status of
          the site says that its ore is used up, such as "mined out"
        - ``measure_basis``: "stated", or "assumed" for resources where neither the heading nor a
          category says what is estimated
        - ``category``, ``category_scheme``: such as "indicated" of "CRIRSCO" (JORC, NI 43-101 and
          the like), "E1F1G1" of "UNFC", "C1" of "GKZ", the State Commission on Mineral Reserves in
          countries of the former Soviet Union, and "reasonably assured" (RAR) of "IAEA/NEA", the
          Red Book on uranium; missing if not stated
        - ``tonnage_t``: ore, tonnes
        - ``grade``, ``grade_unit``: of the substance in the ore: g/t of precious metals, ct/t of
          diamonds, % of others
        - ``contained_t``: tonnes of the substance, as stated, or else tonnage times grade (see
          ``basis``); before losses in mining and processing
        - ``capacity``, ``capacity_unit``: amount a year: t/y, m³/y or m²/y
        - ``substance``: what ``grade`` and ``contained_t`` are of. Oxides are converted to the
          metal (WO3 to W), except where the trade counts the compound: K2O, P2O5, CaF2, BaSO4,
          B2O3, MgO, SiO2, SrSO4, Al2O3, and REO, oxides of rare earths; so are minerals, such as
          ilmenite. SiO2, P, S, As and other usual impurities are read only where they are
          commodities of the record. Of capacities: "ore", "concentrate", "metal" or other words of
          the source, and "more than the world produces now" if it is: most such capacities are of
          ore, or in a wrong unit. A capacity of 0 is none
        - ``basis``: "stated" or "tonnage times grade"
        - ``shared_with``: ids of all records that state one common capacity
        - ``year``: of the estimate, if stated; of headings with years, the latest counts
        - ``stated``: the columns of the table and their values, as they are
        - ``source``, ``citation``: those of the occurrence; of a merged site, of all its records;
          of a table without sources beside others its number, such as "table 2"

        ``attrs["sources"]`` lists the sources of all tables.

    Raises
    ------
    ChoiceError
        If `headings` names a column that no table has, or a heading that names no quantity with a
        unit.
    MinmapError
        If no table is given, an argument is not a GeoDataFrame, a row that was merged from several
        records has several values of an estimate, or `links` cannot be used (see `minmap.merge`).
    CRSError
        If a table has no CRS.

    Warns
    -----
    MinmapWarning
        If columns, cells or categories are not read, more of a commodity is stated than of ore,
        stated contents differ from tonnage times grade by more than a quarter, or rows sum others;
        without links, if there are several tables, or in a table several sources, or records of one
        name within 10 km; or if records of several names or places have one id.

    Examples
    --------
    >>> import minmap as mm
    >>> deposits = gpd.GeoDataFrame(
    ...     {"name": ["Kounrad", "Sayak"], "commodities": ["Cu", "Cu Mo"], "Ore (Mt)": [220, None],
    ...      "Cu (%)": [0.62, None]},
    ...     geometry=gpd.points_from_xy([75.0, 77.3], [46.99, 46.93]),
    ...     crs=4326,
    ... )
    >>> found = resources(deposits)
    >>> found[["name", "commodity", "tonnage_t", "grade", "contained_t"]].values.tolist()[0]
    ['Kounrad', 'Cu', 220000000.0, 0.62, 1364000.0]
    >>> found["contained_t"].isna().tolist()
    [False, True, True]
    """
    if not tables:
        raise MinmapError(
            "resources() has no table; pass one or more, such as resources(deposits)."
        )
    given = {} if headings is None else headings
    require_kind(given, Mapping, name="headings", cure=_HEADINGS_CURE)
    parts = [_conformed(table, number) for number, table in enumerate(tables, start=1)]
    own = [str(n) for part in parts for n in part.columns if n not in COLUMN_NAMES]
    require_columns(given, own)
    read = [table_estimates(part, given, what=_name_of(n)) for n, part in enumerate(parts, start=1)]
    records = pd.concat([pd.DataFrame(part[[*_OF_LINKS]]) for part in parts], ignore_index=True)
    linked = np.arange(len(records))
    if links is not None:
        linked, _ = site_links(records, links_given(links, cure=CURE))
    table = _rows_of_sites(parts, read, linked)
    table.attrs["sources"] = each_once(
        source for part in parts for source in described_sources(part)
    )
    notes = [note for one in read for note in one.notes]
    notes += unlinked_records(parts, table) if links is None else []
    if notes:
        warn(" ".join(notes))
    return table


def _rows_of_sites(
    parts: list[gpd.GeoDataFrame], read: list[TableEstimates], linked: Integers
) -> gpd.GeoDataFrame:
    """Return the rows of all tables with the site of each.

    Parameters
    ----------
    parts
        Tables of n occurrences in all.
    read
        Their estimates.
    linked
        Shape (n,), the first occurrence of the site of each by the links.
    """
    starts, counts = np.cumsum([0, *map(len, parts)])[:-1], [len(one.rows) for one in read]
    rows = pd.concat([one.rows for one in read], ignore_index=True).reindex(columns=[ROW, *DTYPES])
    at = rows[ROW].to_numpy() + np.repeat(starts, counts)
    pooled = np.concatenate([one.site + start for one, start in zip(read, starts, strict=True)])
    site = _connected(pooled, linked)
    # Rows of one place with different capacities are of different works.
    first = np.where(rows["measure"].isin(RATES), linked[at], site[at])
    numbers = [f"record {number}" for number in range(1, len(linked) + 1)]
    ids = pd.concat([part["occurrence_id"] for part in parts], ignore_index=True)
    rows["site_id"] = ids.fillna(pd.Series(numbers)).to_numpy(dtype=object)[first]
    said = np.concatenate([one.exhausted for one in read])
    rows["measure"] = _measures(rows["measure"].astype(TEXT), _are_depleted(said, site)[at])
    if len(parts) > 1:
        names = pd.Series([f"table {number}" for number in range(1, len(parts) + 1)])
        rows["source"] = rows["source"].fillna(names.repeat(counts).reset_index(drop=True))
    geometry = np.concatenate([part.geometry.to_numpy() for part in parts])[at]
    found = pd.DataFrame({name: rows[name].astype(kind) for name, kind in DTYPES.items()})
    return gpd.GeoDataFrame(found, geometry=geometry, crs=WGS84)


def _measures(measure: pd.Series, is_depleted: Booleans) -> pd.Series:
    """Return measures with those of ore that is used up as depleted."""
    is_of_ore = measure.notna() & ~measure.isin([*RATES, GRADE_ALONE])
    return measure.mask(is_of_ore & is_depleted, DEPLETED + measure)


def _connected(pooled: Integers, linked: Integers) -> Integers:
    """Return the first record of each site, by the first ones of two groupings of records."""
    every = np.arange(len(linked))
    left, right = np.concatenate([every, every]), np.concatenate([pooled, linked])
    return first_connected(len(linked), left, right)


def _are_depleted(exhausted: Floats, site: Integers) -> Booleans:
    """Return which records are of a site whose first known status says that ore is used up."""
    known = pd.Series(exhausted).groupby(site).transform("first")
    return np.asarray(known == 1, dtype=np.bool_)


def require_columns(given: Mapping[str, str], names: list[str]) -> None:
    """Raise `ChoiceError` if `given` names a column that no table has of its own."""
    for name in given:
        if name not in names:
            near = did_you_mean(get_close_matches(str(name), names), without=".")
            raise ChoiceError(f"headings names {shown(name)}, which is no table's own column{near}")


def _conformed(table: Any, number: int) -> gpd.GeoDataFrame:
    what = _name_of(number)
    require_kind(
        table,
        gpd.GeoDataFrame,
        name=what,
        cure="pass GeoDataFrames one by one, such as resources(a, b)",
    )
    return conform_with_notes(table, what=what)[0].reset_index(drop=True)


def _name_of(number: int) -> str:
    return f"argument {number} of resources()"
