"""Files of any kind, opened safely: text cells, geometry and what had to be said about them."""

from minmap.files.vector import read_vector

__all__ = ["read_vector"]
