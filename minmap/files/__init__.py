"""Files of any kind, opened safely: text cells, geometry and what had to be said about them."""

from minmap.files.document import Document, document
from minmap.files.vector import read_vector

__all__ = ["Document", "document", "read_vector"]
