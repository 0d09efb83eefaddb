"""The transport network as a value: made of corridors or lines, joined, examined and bridged.

What moves on it at what speed and price is in `assumptions`; the search is in `search`.
"""

from minmap.network.assumptions import Assumptions, assumptions
from minmap.network.doctor import Doctor
from minmap.network.network import Network
from minmap.network.search import ways_to

__all__ = ["Assumptions", "Doctor", "Network", "assumptions", "ways_to"]
