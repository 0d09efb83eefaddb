"""The transport network: made from corridors or lines, joined, diagnosed, bridged and searched."""

from minmap.transport.network.diagnosis import Diagnosis
from minmap.transport.network.network import Network
from minmap.transport.network.parameters import Assumptions, assumptions
from minmap.transport.network.path_search import find_paths

__all__ = ["Assumptions", "Diagnosis", "Network", "assumptions", "find_paths"]
