"""Access: how far, how long and through which countries occurrences reach a market; or why not.

The coasts, lakes and borders that connectors respect come from Natural Earth (``data/README.md``).
"""

from minmap.transport.accessibility.access_table import (
    ACCESS_COLUMNS,
    access,
    compare_access,
    summarise_access,
)
from minmap.transport.accessibility.catchments import catchment
from minmap.transport.accessibility.closed_legs import closed_access, closures
from minmap.transport.accessibility.flows import routes
from minmap.transport.accessibility.routing import Route, route
from minmap.transport.accessibility.sensitivities import Sensitivity, sensitivity

__all__ = [
    "ACCESS_COLUMNS", "Route", "Sensitivity", "access", "catchment", "closed_access", "closures",
    "compare_access", "route", "routes", "sensitivity",
    "summarise_access",
]  # fmt: skip
