"""Commands that write a map."""

from __future__ import annotations

from pathlib import Path

import click

import minmap
from minmap.cli.group import cli
from minmap.cli.reading import FILE, READING, read_table
from minmap.cli.terminal import step
from minmap.cli.writing import PAGES, output_option
from minmap.transport.trade_corridors import nearest
from minmap.transport.trade_corridors.catalogue import corridor as get_corridor


@cli.command(
    "map",
    short_help="Draw tables, corridors and files on one page.",
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
) -> None:
    """Draw tables of occurrences, a corridor, vector files and rasters on one page."""
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
        page.add(occurrences, name=path.stem, color=color, size=_number(size), shape=shape)
    with step("writing the page"):
        page.save(output)
    _echo_summary(page, output)


@cli.command(
    short_help="Write a map of the sample data.",
    params=[
        output_option(PAGES, required=False, default="middle_corridor.html", show_default=True)
    ],
)
def demo(output: Path) -> None:
    """Write a map of Central Asia's deposits and the Middle Corridor to the current folder."""
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


def _echo_summary(page: minmap.Map, output: Path) -> None:
    where = output.resolve()
    click.echo(f"{where} ({where.stat().st_size / 1e6:.1f} MB, opens without a network)")
    for layer in page.layers():
        click.echo(f"  {layer.layer_name}: {layer.summary}")
