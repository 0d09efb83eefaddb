"""Open any file of tables safely: text cells, geometry, and notes on the content."""

from minmap.files.document import Document, open_document, read_vector

__all__ = ["Document", "open_document", "read_vector"]
