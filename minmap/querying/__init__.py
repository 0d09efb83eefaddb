"""Parts of an occurrence table: rows that fit a question, and counts of what is in it."""

from minmap.querying.counts import summarise
from minmap.querying.list_changes import compare_critical
from minmap.querying.selection import select

__all__ = ["compare_critical", "select", "summarise"]
