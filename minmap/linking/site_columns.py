"""The columns that a table of sites has besides those of the occurrence table."""

from typing import Final

SITE_COLUMNS: Final = (
    "site_records", "site_count", "site_probability", "value_records", "differing", "site_facts",
)  # fmt: skip
"""Ids of the records, their number, least probability of the links that hold them together, records
of values, what differs, and what the card of a map lists of each record; see `minmap.merge`."""
