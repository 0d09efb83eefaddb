"""Controlled vocabularies: commodities, status, site and deposit types, countries, critical lists.

Every row has its source.
"""

from minmap.vocabulary.commodity_texts import group_of, parse_commodities, parse_qualifiers
from minmap.vocabulary.criticality import critical, critical_codes, critical_lists
from minmap.vocabulary.english import words
from minmap.vocabulary.lookup import members, parents, resolve_commodity, resolve_term
from minmap.vocabulary.registry import (
    TEXT,
    commodities,
    commodity_groups,
    commodity_names,
    countries,
    deposit_models,
    deposit_types,
    site_types,
    statuses,
)
from minmap.vocabulary.terms import parse_terms

__all__ = [
    "TEXT",
    "commodities",
    "commodity_groups",
    "commodity_names",
    "countries",
    "critical",
    "critical_codes",
    "critical_lists",
    "deposit_models",
    "deposit_types",
    "group_of",
    "members",
    "parents",
    "parse_commodities",
    "parse_qualifiers",
    "parse_terms",
    "resolve_commodity",
    "resolve_term",
    "site_types",
    "statuses",
    "words",
]
