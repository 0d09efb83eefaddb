"""Transport corridors: the value, and the catalogue that comes with the package."""

from minmap.corridors.corridor import Corridor

# After the module of the same name, so that `corridor` is the function here.
from minmap.corridors.catalogue import corridor, corridors  # isort: skip
from minmap.corridors.nearest import nearest  # isort: skip

__all__ = ["Corridor", "corridor", "corridors", "nearest"]
