"""Controlled vocabularies: commodities, status, site and deposit types, countries.

Every row has its source. Dated critical-mineral lists and names in other languages join here as
further tables of the same form.
"""

from minmap.vocab.tables import (
    TEXT,
    commodities,
    commodity_groups,
    countries,
    deposit_types,
    site_types,
    statuses,
)
from minmap.vocab.terms import group_of, parse_commodities, parse_terms

__all__ = [
    "TEXT",
    "commodities",
    "commodity_groups",
    "countries",
    "deposit_types",
    "group_of",
    "parse_commodities",
    "parse_terms",
    "site_types",
    "statuses",
]
