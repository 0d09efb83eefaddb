"""Files that are written whole or not at all."""

from minmap.output.atomic_writing import atomic_files, atomic_path, last_complete
from minmap.output.failures import as_write_errors, disk_failure, write_error
from minmap.output.target import PAGES, PICTURES, made_folder, require_writable, resolved

__all__ = [
    "PAGES",
    "PICTURES",
    "as_write_errors",
    "atomic_files",
    "atomic_path",
    "disk_failure",
    "last_complete",
    "made_folder",
    "require_writable",
    "resolved",
    "write_error",
]
