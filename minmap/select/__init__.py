"""Parts of an occurrence table: rows that fit a question, and counts of what is in it."""

from minmap.select.changes import compare_critical
from minmap.select.counts import summarise
from minmap.select.records import select

__all__ = ["compare_critical", "select", "summarise"]
