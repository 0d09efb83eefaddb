"""The files of the page renderer, which are built from web/."""

from __future__ import annotations

from functools import cache
from importlib import resources

from minmap.errors import MinmapError


@cache
def asset(name: str) -> str:
    """Return the text of a file of the built page renderer.

    Raises
    ------
    MinmapError
        If the renderer has not been built.
    """
    file = resources.files("minmap") / "webmap" / "static" / name
    if not file.is_file():
        raise MinmapError(
            f"The map renderer ({name}) has not been built; "
            "run `pip install .` in the checkout, or install a minmap wheel."
        )
    return file.read_text(encoding="utf-8")
