"""What to write instead of an attribute that a map does not have."""

from __future__ import annotations

from typing import Final, NoReturn

from minmap.arguments import did_you_mean, nearest_choice

_TO_SAVE: Final = {
    "call save('map.html'); a notebook shows the map itself": "show open display",
    "call save('map.html')": "to_html write_html",
    "call save('map.pdf'), or with .svg or .png": (
        "savefig to_pdf to_png to_svg to_image write_image print"
    ),
    "call save('map.gpkg')": "to_file to_gpkg to_qgis write",
    "call figure()": "plot to_figure",
    "call add()": "add_layer add_data explore",
}
_CURES: Final = {name: cure for cure, names in _TO_SAVE.items() for name in names.split()}


def refuse_attribute(map_: object, name: str) -> NoReturn:
    """Raise the error for an attribute that a map does not have: it says what to write instead.

    Raises
    ------
    AttributeError
        Always.

    Examples
    --------
    >>> refuse_attribute(None, "savefig")
    Traceback (most recent call last):
        ...
    AttributeError: NoneType has no attribute 'savefig'; call save('map.pdf'), or with .svg or .png.
    """
    cure = _CURES.get(name)
    near = None
    if cure is None and not name.startswith("_"):
        near = nearest_choice(name, [one for one in dir(map_) if not one.startswith("_")])
    hint = did_you_mean([] if near is None else [repr(near)]) if cure is None else f"; {cure}."
    raise AttributeError(f"{type(map_).__name__} has no attribute {name!r}{hint}")
