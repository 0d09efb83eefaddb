"""Commands that write a map."""

from pathlib import Path
from typing import Any

import click

import minmap
from minmap.cli.group import cli
from minmap.cli.reading import FILE, READING, read_table
from minmap.cli.terminal import step
from minmap.cli.writing import PAGES, output_option
from minmap.transport.trade_corridors import nearest
from minmap.transport.trade_corridors.catalogue import corridor as get_corridor

_LIST = "COLUMN,..."


def _columns(_: click.Context, __: click.Parameter, text: str | None) -> list[str] | str | None:
    """Return the names of columns in a text, or "all"."""
    return text if text in (None, "all") else [name.strip() for name in text.split(",")]


@cli.command(
    params=[
        click.Argument(["tables"], nargs=-1, required=True, type=FILE, metavar="IN..."),
        click.Option(
            ["--corridor", "corridor_id"],
            metavar="NAME",
            help="A corridor: see `minmap corridors`.",
        ),
        click.Option(["--overlay", "overlays"], multiple=True, type=FILE, help="A vector file."),
        click.Option(["--raster", "rasters"], multiple=True, type=FILE, help="A GeoTIFF."),
        *READING,
        click.Option(
            ["--color"], metavar="COLUMN", help="Column that colours tables, or a CSS colour."
        ),
        click.Option(["--popup"], callback=_columns, metavar=_LIST, help="Rows of popups."),
        click.Option(["--tooltip"], callback=_columns, metavar=_LIST, help="What hovering shows."),
        click.Option(["--filters"], callback=_columns, metavar=_LIST, help="Columns to filter by."),
        click.Option(
            ["--fields"],
            callback=_columns,
            metavar=_LIST,
            help="More columns that the page carries, or all.",
        ),
        click.Option(["--size"], metavar="COLUMN", help="Column that sizes symbols, or pixels."),
        click.Option(["--shape"], metavar="COLUMN", help="Column of shapes, or a shape."),
        click.Option(["--title"], help="The page's title."),
        output_option(PAGES),
    ],
)
def map_command(
    *,
    tables: tuple[Path, ...],
    corridor_id: str | None,
    overlays: tuple[Path, ...],
    rasters: tuple[Path, ...],
    color: str | None,
    size: str | None,
    shape: str | None,
    title: str | None,
    output: Path,
    **fields: Any,
) -> None:
    """Draw tables, a corridor, vector files and rasters on one page."""
    corridor = None if corridor_id is None else get_corridor(corridor_id)
    page = minmap.Map(title=title or ", ".join(path.stem for path in tables))
    for path in (*rasters, *overlays):
        with step(f"adding {path.name}"):
            page.add(path)
    if corridor is not None:
        page.add(corridor)
    for path in tables:
        occurrences = read_table(path)
        if corridor is not None:
            with step(f"measuring {len(occurrences):,} distances"):
                occurrences = nearest(occurrences, corridor)
        looks = {"color": color, "size": _number(size), "shape": shape, **fields}
        page.add(occurrences, name=path.stem, **looks)
    with step("writing the page"):
        page.save(output)
    _echo_summary(page, output)


@cli.command(
    params=[
        output_option(PAGES, required=False, default="middle_corridor.html", show_default=True)
    ],
)
def demo(output: Path) -> None:
    """Write a map of the sample data to the current folder.

    It shows Central Asia's deposits and the Middle Corridor.
    """
    # The map is imported when it is needed: `minmap --help` does not wait for folium.
    from minmap.demo import TITLE, demo_map  # noqa: PLC0415

    with step("drawing the sample data"):
        page = demo_map()
        page.save(output)
    click.echo(TITLE)
    _echo_summary(page, output)


def _number(text: str | None) -> str | float | None:
    """Return a number of pixels as a number, and the name of a column as it is."""
    try:
        return None if text is None else float(text)
    except ValueError:
        return text


def _echo_summary(page: "minmap.Map", output: Path) -> None:
    where = output.resolve()
    click.echo(f"{where} ({where.stat().st_size / 1e6:.1f} MB, opens without a network)")
    for layer in page.layers():
        click.echo(f"  {layer.layer_name}: {layer.summary}")
