"""Production, reserves and capacity by country, as the USGS publishes them."""

from minmap.commodity_statistics.country_values import statistics

__all__ = ["statistics"]
