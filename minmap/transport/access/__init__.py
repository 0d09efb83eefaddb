"""What reaches which market: by what, how far, how long, past whom; and why there is no route.

Coasts, lakes and borders that connectors are held against are Natural Earth's (``data/README.md``).
"""

from minmap.transport.access.access_columns import ACCESS_COLUMNS
from minmap.transport.access.accessibility import access, apply
from minmap.transport.access.catchments import catchment
from minmap.transport.access.closed_legs import closed_access, closures
from minmap.transport.access.comparison import compare_access, summarise_access
from minmap.transport.access.destination import Solved, solve
from minmap.transport.access.flows import routes
from minmap.transport.access.routing import Route, route

__all__ = [
    "ACCESS_COLUMNS",
    "Route",
    "Solved",
    "access",
    "apply",
    "catchment",
    "closed_access",
    "closures",
    "compare_access",
    "route",
    "routes",
    "solve",
    "summarise_access",
]
