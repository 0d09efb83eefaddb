"""Access: how far, how long and through which countries occurrences reach a market; or why not.

The coasts, lakes and borders that connectors respect come from Natural Earth (``data/README.md``).
"""

from minmap.transport.access.accessibility import (
    ACCESS_COLUMNS,
    access,
    compare_access,
    summarise_access,
)
from minmap.transport.access.catchments import catchment
from minmap.transport.access.closed_legs import closed_access, closures
from minmap.transport.access.flows import routes
from minmap.transport.access.routing import Route, route

__all__ = [
    "ACCESS_COLUMNS",
    "Route",
    "access",
    "catchment",
    "closed_access",
    "closures",
    "compare_access",
    "route",
    "routes",
    "summarise_access",
]
