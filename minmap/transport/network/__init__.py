"""The transport network: made from corridors or lines, joined, diagnosed, bridged and searched."""

from minmap.transport.network.best_paths import find_paths
from minmap.transport.network.border_crossings import crossings
from minmap.transport.network.diagnosis import Diagnosis
from minmap.transport.network.network import Network
from minmap.transport.network.parameters import assumptions

__all__ = ["Diagnosis", "Network", "assumptions", "crossings", "find_paths"]
