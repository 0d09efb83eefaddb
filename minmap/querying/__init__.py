"""Select rows of an occurrence table, and count them."""

from minmap.querying.counts import summarise
from minmap.querying.list_changes import compare_critical
from minmap.querying.selection import select

__all__ = ["compare_critical", "select", "summarise"]
