"""Commands that write a map."""

from pathlib import Path
from typing import Any

import click

import minmap
from minmap.cli.group import cli
from minmap.cli.looks import LOOKS, RASTER_LOOKS
from minmap.cli.reading import FILE, READING, read_table
from minmap.cli.terminal import step
from minmap.cli.writing import PAGES, output_option
from minmap.transport.trade_corridors import nearest
from minmap.transport.trade_corridors.catalogue import corridor as get_corridor


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
        *LOOKS,
        *RASTER_LOOKS,
        click.Option(["--title"], help="The page's title."),
        click.Option(["--style", "style_file"], type=FILE, help="A TOML file of a Style."),
        output_option(PAGES),
    ],
)
def map_command(
    *,
    tables: tuple[Path, ...],
    corridor_id: str | None,
    overlays: tuple[Path, ...],
    rasters: tuple[Path, ...],
    title: str | None,
    style_file: Path | None,
    output: Path,
    **looks: Any,
) -> None:
    """Draw tables, a corridor, vector files and rasters on one page."""
    corridor = None if corridor_id is None else get_corridor(corridor_id)
    cells = {str(option.name): looks.pop(str(option.name)) for option in RASTER_LOOKS}
    given = [name for name, value in cells.items() if value is not None]
    if given and not rasters:
        raise click.UsageError(f"--{given[0]} is for rasters; give --raster too.")
    style = None if style_file is None else minmap.Style.from_toml(style_file)
    page = minmap.Map(title=title or ", ".join(path.stem for path in tables), style=style)
    for path in (*rasters, *overlays):
        with step(f"adding {path.name}"):
            page.add(path, **(cells if path in rasters else {}))
    if corridor is not None:
        page.add(corridor)
    for path in tables:
        occurrences = read_table(path)
        if corridor is not None:
            with step(f"measuring {len(occurrences):,} distances"):
                occurrences = nearest(occurrences, corridor)
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


def _echo_summary(page: "minmap.Map", output: Path) -> None:
    where = output.resolve()
    click.echo(f"{where} ({where.stat().st_size / 1e6:.1f} MB, opens without a network)")
    for layer in page.layers():
        click.echo(f"  {layer.layer_name}: {layer.summary}")
