"""Options of the command line for figures: the keywords of `Map.figure`."""

from typing import Any, Final

import click

from minmap.cli.reading import FILE


def _extent(_: click.Context, __: click.Parameter, text: str | None) -> Any:
    """Return the numbers of an extent; `Map.figure` says what else is wrong."""
    if text is None:
        return None
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        return text


FIGURE: Final = [
    click.Option(["--width-mm"], type=float, help="Width of a figure in millimetres; 240."),
    click.Option(["--scale"], metavar="1:N", help="Scale of a figure, such as 1:500000."),
    click.Option(
        ["--extent"],
        metavar="W,S,E,N",
        callback=_extent,
        help="What a figure shows: west, south, east and north in degrees.",
    ),
    click.Option(["--projection"], help="Projected system of a figure, such as EPSG:32642."),
    click.Option(["--by"], help="Column of a figure with a map for each of its values."),
    click.Option(["--dpi"], type=float, help="Pixels an inch of a figure; 200."),
    click.Option(
        ["--atlas"], type=FILE, help="Vector file of extents: a page of a PDF for each row."
    ),
]
"""Options of a .pdf, .svg or .png."""
