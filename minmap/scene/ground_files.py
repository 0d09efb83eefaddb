"""The files of the base map in the package."""

from __future__ import annotations

from importlib import resources


def ground_file(name: str) -> bytes:
    """Return the content of a file of the base map."""
    return (resources.files("minmap") / "webmap" / "data" / name).read_bytes()
