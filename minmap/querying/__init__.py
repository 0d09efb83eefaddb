"""Select rows of an occurrence table, and count them."""

from minmap.querying.counts import compare_critical, summarise
from minmap.querying.selection import select

__all__ = ["compare_critical", "select", "summarise"]
