"""The columns that a table of sites has besides those of the occurrence table."""

from typing import Final

SITE_COLUMNS: Final = ("site_records", "value_records", "differing", "site_facts")
"""Ids of the records, records of values, what differs, and the main columns of each record; see
`minmap.merge`."""
