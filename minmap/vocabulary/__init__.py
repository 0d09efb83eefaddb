"""Vocabularies: commodities, statuses, site and deposit types, countries, critical minerals.

Every row of a vocabulary names its source.

>>> from minmap import vocabulary
>>> vocabulary.resolve_commodity("Kupfer"), vocabulary.labels("commodity")["Cu"]
(('Cu',), 'Copper')
"""

from minmap.vocabulary.commodity_texts import group_of, parse_commodities, parse_qualifiers
from minmap.vocabulary.lookup import (
    members,
    parents,
    parse_terms,
    resolve_commodity,
    resolve_term,
)
from minmap.vocabulary.registry import (
    commodities,
    commodity_groups,
    commodity_names,
    countries,
    critical,
    critical_codes,
    critical_lists,
    deposit_models,
    deposit_types,
    labels,
    site_types,
    statuses,
)

__all__ = [
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
    "labels",
    "members",
    "parents",
    "parse_commodities",
    "parse_qualifiers",
    "parse_terms",
    "resolve_commodity",
    "resolve_term",
    "site_types",
    "statuses",
]


def __dir__() -> list[str]:
    return __all__
