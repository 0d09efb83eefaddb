"""The transport network as a value: made of corridors or lines, joined, examined and bridged.

What moves on it at what speed and price is in `assumptions`; the search is in `search`.
"""

from minmap.transport.network.doctor import Doctor
from minmap.transport.network.network import Network
from minmap.transport.network.parameters import Assumptions, assumptions
from minmap.transport.network.path_search import ways_to

__all__ = ["Assumptions", "Doctor", "Network", "assumptions", "ways_to"]
