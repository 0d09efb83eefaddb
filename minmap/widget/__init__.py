"""The live map of a notebook: an extra, ``pip install "minmap[widget]"``."""

from minmap.errors import MinmapError

try:
    import anywidget as _anywidget  # noqa: F401
except ImportError as error:
    raise MinmapError(
        'mm.Widget needs the package anywidget; install it with: pip install "minmap[widget]".'
    ) from error

from minmap.widget.widget import View, Widget

__all__ = ["View", "Widget"]
