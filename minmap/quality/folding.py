"""Findings that many records share, stated once."""

from collections import defaultdict
from typing import Final

from minmap.quality.findings import SWAPPED, Finding
from minmap.quality.records import Records

TABLE_SHARE: Final = 0.5
TABLE_RECORDS: Final = 10
"""Coordinates are exchanged in the whole table if they are in this many of its records and in this
share of them: single mistakes are rare. minmap's own figures."""

# What exchanged columns explain: these findings are worth reading once the columns are right.
_EXPLAINED: Final = frozenset(
    {"out_of_range", "lost_sign", "country_mismatch", "at_sea", "off_coast"}
)


def fold(findings: list[Finding], records: Records) -> list[Finding]:
    """Return findings with one for each sentinel of a column, and one for exchanged columns."""
    return _exchanged_columns(_sentinels(findings, records), records)


def _sentinels(findings: list[Finding], records: Records) -> list[Finding]:
    kept = [finding for finding in findings if finding.rule != "sentinel"]
    alike: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.rule == "sentinel":
            value = str(records.frame[finding.field].iloc[finding.row])
            alike[str(finding.field), value].append(finding)
    for same in alike.values():
        first, count = same[0], len(same)
        words = f"{first.evidence}, in {count:,} of {len(records.frame):,} records"
        kept.append(first._replace(evidence=words, records=count) if count > 1 else first)
    return kept


def _exchanged_columns(findings: list[Finding], records: Records) -> list[Finding]:
    swapped = [finding for finding in findings if finding.rule == SWAPPED]
    count, total = len(swapped), len(records.frame)
    if count < max(TABLE_RECORDS, TABLE_SHARE * total):
        return findings
    words = (
        f"latitude and longitude are exchanged in {count:,} of {total:,} records, so the columns "
        "are: read the file again with columns={'longitude': ..., 'latitude': ...}, or, if they "
        "are one column or the geometry of the file, exchange them with minmap.repair; the first: "
        f"{swapped[0].evidence}"
    )
    others = [f for f in findings if f.rule != SWAPPED and f.rule not in _EXPLAINED]
    return [*others, swapped[0]._replace(evidence=words, records=count)]
