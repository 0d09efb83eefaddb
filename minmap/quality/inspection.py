"""Check a table with all rules."""

from collections.abc import Iterable
from typing import Final

import geopandas as gpd

from minmap.arguments import check_keywords, require_flag, require_one_of, require_words
from minmap.errors import ChoiceError
from minmap.quality import duplicate_rules, location_rules, value_rules
from minmap.quality.findings import Findings, assemble, rule_table
from minmap.quality.folding import fold
from minmap.quality.records import Records

# Each function yields the findings of these rules.
_FINDERS: Final = {
    location_rules.find_by_location: "no_location zero_location out_of_range coarse_coordinates",
    location_rules.find_by_country: "swapped lost_sign country_mismatch at_sea off_coast",
    duplicate_rules.find: "filing_point duplicate repeated_id same_name_and_place",
    value_rules.find_terms: "unknown_term plant",
    value_rules.find_years: "impossible_year",
    value_rules.find_texts: "sentinel damaged_text",
}


@check_keywords
def check(
    occurrences: gpd.GeoDataFrame,
    *,
    rules: Iterable[str] | None = None,
    by_record: bool = False,
) -> Findings:
    """Find doubtful values in records, each with the evidence against it.

    Parameters
    ----------
    occurrences
        An occurrence table as `minmap.read` returns it, or any GeoDataFrame with a CRS: each rule
        uses the columns that exist. Not changed.
    rules
        Names of the rules to apply (see `check_rules`). None: all.
    by_record
        True: a finding for each record. False: a number that stands for missing is one finding for
        all records of a column that have it; latitude and longitude that are exchanged in most
        records of a table are one finding, in place of all that this explains.

    Returns
    -------
    pandas.DataFrame
        One row per finding, those about several records first, then ordered by record: ``row``
        (position in `occurrences`, from 0; the first one's if there are several),
        ``occurrence_id``, ``rule``, ``severity`` (``error``: impossible; ``warning``: evidence
        against it; ``note``: worth knowing), ``field`` (the column), ``value`` (its present
        value), ``evidence`` and ``cure`` in words, ``proposed`` (the value that `repair` would
        write, ``""`` to clear it; missing where nothing is proposed), ``records`` (the number of
        records that it is about). Locations are WKT.

    Raises
    ------
    ChoiceError
        If a rule is unknown.
    GeometryError
        If `occurrences` has no geometry column.
    CRSError
        If `occurrences` has no CRS, or a local CRS without a known position on the Earth.

    Notes
    -----
    Latitude and longitude count as exchanged, or signs as lost, only if the point is 50 km and
    more outside the country named, or else that of the state named (if only one country has it),
    and exactly one such mistake explains it; without a country, if
    the point is in the sea and the corrected point is on land near records of its source. The map
    is Natural Earth's (`minmap.places`); a point may be off by the error of the map and by its own
    uncertainty or the rounding of its coordinates. In disputed areas the country is not checked.
    The module of each rule gives its thresholds with their reasons.

    Examples
    --------
    >>> points = gpd.points_from_xy([48.25, 74.98], [67.12, 46.99])
    >>> sites = gpd.GeoDataFrame(
    ...     {"name": ["A", "B"], "country": ["KAZ", "KAZ"]}, geometry=points, crs=4326
    ... )
    >>> found = check(sites)
    >>> found[["row", "rule", "proposed"]].to_numpy().tolist()
    [[0, 'swapped', 'POINT (67.12 48.25)']]
    """
    if isinstance(rules, str):
        raise ChoiceError(f"rules={rules!r} is one text; give a list of names: rules=[{rules!r}].")
    known = rule_table().index.tolist()
    wanted = set(known if rules is None else require_words(rules, name="rules", like="swapped"))
    for name in wanted:
        require_one_of(name, known, name="rules")
    require_flag(by_record, name="by_record")
    records = Records(occurrences)
    used = [find for find, own in _FINDERS.items() if wanted & set(own.split())]
    found = [finding for find in used for finding in find(records) if finding.rule in wanted]
    return assemble(found if by_record else fold(found, records), records)
