"""What reaches which market: by what, how far, how long, past whom; and why there is no route.

Coasts, lakes and borders that connectors are held against are Natural Earth's (``data/README.md``).
"""

from minmap.access.accessing import access, apply
from minmap.access.catching import catchment
from minmap.access.closing import closed_access, closures
from minmap.access.columns import ACCESS_COLUMNS
from minmap.access.comparing import compare_access, summarise_access
from minmap.access.flows import routes
from minmap.access.routing import Route, route
from minmap.access.solving import Solved, solve

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
