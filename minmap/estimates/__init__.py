"""Estimates of grade, tonnage and capacity: read from tables, and summed over sites."""

from minmap.estimates.resource_rows import resources
from minmap.estimates.resource_totals import summarise_resources

__all__ = ["resources", "summarise_resources"]
