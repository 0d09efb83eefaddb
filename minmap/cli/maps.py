"""Commands that write a map."""

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click
import pandas as pd

import minmap
from minmap.cli.figures import FIGURE
from minmap.cli.group import cli
from minmap.cli.input_options import InputOptions
from minmap.cli.looks import LOOKS, PAGE, RASTER_LOOKS
from minmap.cli.map_inputs import add_file, looks_of_inputs, sorted_inputs
from minmap.cli.reading import FILE, READING, repeatable
from minmap.cli.terminal import echo, step
from minmap.cli.writing import LAYERS, MAPS, output_option
from minmap.errors import one_line
from minmap.transport.trade_corridors import Corridor, nearest
from minmap.transport.trade_corridors.catalogue import corridor as get_corridor


@cli.command(
    epilog="\b\n"
    "minmap map mrds.csv --corridor middle --overlay geology.shp --raster dem.tif -o map.html\n"
    "minmap map geology.gpkg --layer units --color age --palette ICS --label unit -o geology.html\n"
    "minmap map mrds.csv --by commodity_group --width-mm 180 -o groups.pdf",
    params=[
        click.Argument(["inputs"], nargs=-1, required=True, type=FILE, metavar="IN[:LAYER]..."),
        repeatable(
            "--corridor", "corridor_ids", form="NAME", what="A corridor: see `minmap corridors`."
        ),
        repeatable("--overlay", "overlays", form="FILE[:LAYER]", what="A vector file.", type=FILE),
        repeatable("--raster", "rasters", form="FILE[:LAYER]", what="A raster.", type=FILE),
        *READING,
        *LOOKS,
        *RASTER_LOOKS,
        *PAGE,
        *FIGURE,
        click.Option(["--style", "style_file"], type=FILE, help="A TOML file of a Style."),
        click.Option(["--offline"], is_flag=True, help="Fail if the page would need a network."),
        output_option((*MAPS, LAYERS)),
    ],
)
def map_command(
    *,
    inputs: tuple[Path, ...],
    corridor_ids: tuple[str, ...],
    overlays: tuple[Path, ...],
    rasters: tuple[Path, ...],
    style_file: Path | None,
    offline: bool,
    output: Path,
    **given: Any,
) -> None:
    """Draw tables, vector files, rasters and corridors on one page.

    An output that ends in .pdf, .svg or .png is a figure of the map. A .gpkg has the layers with
    their looks for QGIS, and each raster is a GeoTIFF beside it.

    Tables get the distance to the nearest of the corridors. Options such as --color are those of
    the tables among IN; if there is none, of its lines and areas; else of its rasters. Of rasters
    beside tables, lines or areas are --band, --kind, --classes, --stretch and --nodata, and without
    --color also --palette, --vmin and --vmax with the --legend and --unit beside them.
    """
    corridors = [get_corridor(name) for name in dict.fromkeys(corridor_ids)]
    kinds = (LOOKS, RASTER_LOOKS, PAGE, FIGURE)
    looks, cells, of_page, of_figure = (_given(given, options) for options in kinds)
    if "name" in looks and len(inputs) > 1:
        raise click.UsageError("--name is for one file; leave it out.")
    options = InputOptions.of(inputs, [*overlays, *rasters])
    found = sorted_inputs(inputs, options)
    looks_of = looks_of_inputs(found, rasters, looks, cells)
    style = None if style_file is None else minmap.Style.from_toml(style_file)
    page = minmap.Map(**{"title": ", ".join(map(options.words_of, inputs))} | of_page, style=style)
    for path in (*rasters, *found.rasters):
        name = looks_of.rasters.get("name") if path in found.rasters else None
        cells = looks_of.rasters | {"name": name}
        with looks_of.explained():
            add_file(page, path, options, option="--raster", **cells)
    for path in overlays:
        add_file(page, path, options, option="--overlay")
    for path in found.shapes:
        with step(f"adding {path.name}"):
            wishes = {"name": options.words_of(path)} | looks_of.shapes
            options.call_on_shapes(partial(page.add, **wishes), path)
    options.require_used()
    for corridor in corridors:
        page.add(corridor)
    for path, table in found.tables:
        _add_table(page, table, corridors, {"name": options.words_of(path)} | looks_of.tables)
    with step(f"writing {output.name}"):
        page.save(output, offline=offline, **of_figure)
    _echo_summary(page, output)


def _add_table(
    page: "minmap.Map", table: Any, corridors: Sequence[Corridor], looks: dict[str, Any]
) -> None:
    """Add a table, with the distances to the nearest of the corridors if there are any."""
    with step(f"adding {len(table):,} occurrences"):
        page.add(nearest(table, _joined(corridors)) if corridors else table, **looks)


def _joined(corridors: Sequence[Corridor]) -> Corridor:
    """Return one corridor with the legs and nodes of several; those of the catalogue share some."""
    if len(corridors) == 1:
        return corridors[0]
    legs = pd.concat([each.legs for each in corridors]).drop_duplicates("leg_id")
    nodes = pd.concat([each.nodes for each in corridors]).drop_duplicates("node_id")
    name = " and ".join(each.id for each in corridors)
    return Corridor(id=name, title=name, legs=legs, nodes=nodes)


def _given(values: dict[str, Any], options: Iterable[click.Option]) -> dict[str, Any]:
    """Return the values of those options that the command line gives."""
    names = [str(option.name) for option in options]
    return {name: values[name] for name in names if values[name] is not None}


@cli.command(
    params=[output_option(MAPS, required=False, default="middle_corridor.html", show_default=True)]
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
    echo(TITLE)
    _echo_summary(page, output)


def _echo_summary(page: "minmap.Map", output: Path) -> None:
    where = output.resolve()
    network = ", opens without a network" if where.suffix.lower().startswith(".htm") else ""
    echo(f"{where} ({where.stat().st_size / 1e6:.1f} MB{network})")
    for layer in page.layers():
        echo(f"  {one_line(f'{layer.layer_name}: {layer.summary}')}")
