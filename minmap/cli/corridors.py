"""Commands for corridors: `minmap near` and `minmap corridors`."""

from pathlib import Path
from typing import Final

import click

import minmap
from minmap.cli.group import cli
from minmap.cli.reading import IN, READING, read_table
from minmap.cli.terminal import frame_table, step
from minmap.cli.writing import PAGES, output_option, write_table
from minmap.errors import one_line
from minmap.transport.trade_corridors import Corridor, nearest
from minmap.transport.trade_corridors.catalogue import corridor as get_corridor
from minmap.transport.trade_corridors.catalogue import corridors as list_corridors

_LEG: Final = ["leg_id", "mode", "gauge_mm", "status", "length_km", "countries"]
_VARIANT: Final = ["variant", "title", "length_km"]
_TITLES: Final = {"leg_id": "leg", "length_km": "km"}


@cli.command(
    params=[
        IN,
        click.Option(
            ["--corridor", "corridor_id"], metavar="NAME", default="middle", show_default=True
        ),
        *READING,
        output_option(),
    ],
)
def near(*, path: Path, corridor_id: str, output: Path) -> None:
    """Measure the distance of each occurrence to a corridor.

    The table gets the distance in km, the leg, the km along it and the nearest node.
    """
    corridor = get_corridor(corridor_id)
    occurrences = read_table(path)
    with step(f"measuring {len(occurrences):,} distances"):
        measured = nearest(occurrences, corridor)
    distance = measured["distance_km"]
    reach = "none with a location, so no distance from the"
    if distance.notna().any():
        reach = f"{distance.min():,.0f} to {distance.max():,.0f} km from the"
    write_table(measured, output, f"{len(measured):,} occurrences, {reach} {corridor.title}")


@cli.command(
    epilog="\b\nminmap corridors\nminmap corridors middle\nminmap corridors middle -o middle.html",
    params=[
        click.Argument(["name"], required=False),
        output_option((".geojson", *PAGES), required=False),
    ],
)
def corridors_command(*, name: str | None, output: Path | None) -> None:
    """List the corridors of the catalogue, or show one.

    Its legs, variants and sources are shown.
    """
    if name is None:
        if output is not None:
            raise click.UsageError(
                "-o writes one corridor; name it, as in: minmap corridors middle."
            )
        columns = ["id", "title", "legs", "variants", "statuses"]
        click.echo(frame_table(list_corridors()[columns]))
        return
    chosen = get_corridor(name)
    click.echo(_description(chosen))
    if output is not None:
        if output.suffix.lower() in PAGES:
            minmap.Map(title=chosen.title).add(chosen).save(output)
        else:
            chosen.save(output)
        click.echo(str(output))


def _description(chosen: Corridor) -> str:
    """Return a corridor as text: title, description, legs, variants and sources."""
    parts = [
        chosen.title,
        chosen.description,
        "",
        frame_table(chosen.legs[_LEG].rename(columns=_TITLES)),
    ]
    if len(chosen.variants):
        parts += ["", frame_table(chosen.variants[_VARIANT].rename(columns=_TITLES))]
    parts += ["", *(one_line(source.get("citation", "")) for source in chosen.sources)]
    return "\n".join(parts)
