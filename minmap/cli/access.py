"""The commands ``access`` and ``route``: how a market is reached."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import Any, Final

import click
import geopandas as gpd
import pandas as pd

import minmap
from minmap.cli.reading import FILE, Reading, reading_options
from minmap.cli.terminal import step, table
from minmap.cli.writing import PAGES, output_option
from minmap.errors import ChoiceError, MinmapError
from minmap.output import atomic_path
from minmap.transport.access import access, route, routes, summarise_access
from minmap.writing import FORMATS, write

_SHOWN: Final = ["from_name", "to_name", "mode", "gauge_mm", "km", "hours", "cost_usd_t", "before"]


def _assumptions(_: click.Context, __: click.Parameter, pairs: tuple[str, ...]) -> dict[str, float]:
    assumptions = {}
    for pair in pairs:
        key, _equals, number = pair.partition("=")
        try:
            assumptions[key] = float(number)
        except ValueError as error:
            raise click.BadParameter(f"{pair!r} is not KEY=NUMBER, such as rail_kmh=35.") from error
    return assumptions


_SEARCH_OPTIONS: Final = (
    click.option(
        "--avoid",
        multiple=True,
        metavar="WORD",
        help="Country, mode, leg, node or status that may not be used. Repeatable.",
    ),
    click.option(
        "--allow",
        multiple=True,
        metavar="STATUS",
        help="'under construction' or 'planned': use lines of that status too. Repeatable.",
    ),
    click.option(
        "--objective",
        type=click.Choice(["hours", "km", "usd_t"]),
        default="hours",
        show_default=True,
        help="What to minimise.",
    ),
    click.option(
        "--assume",
        "assumptions",
        multiple=True,
        metavar="KEY=NUMBER",
        callback=_assumptions,
        help="A speed, price or delay of your own, such as rail_kmh=35. Repeatable.",
    ),
)


def _search_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options of a search to a command."""
    return reduce(lambda done, option: option(done), reversed(_SEARCH_OPTIONS), command)


@click.command(
    "access",
    short_help="Find the best way of each occurrence to a market.",
    epilog="\b\n"
    "minmap access mrds.csv --to poti_port --avoid RUS --avoid IRN -o access.gpkg\n"
    "minmap access mrds.csv --to poti_port --objective usd_t -o access.csv --map access.html",
)
@click.argument("path", type=FILE, metavar="IN")
@click.option("--to", multiple=True, required=True, metavar="NODE", help="Destination; repeatable.")
@_search_options
@output_option(
    PAGES, "--map", "page", what="Page to draw as well, with every route", required=False
)
@reading_options
@output_option(FORMATS)
def access_command(
    *,
    path: Path,
    to: tuple[str, ...],
    page: Path | None,
    reading: Reading,
    output: Path,
    **search: Any,
) -> None:
    """Find how each occurrence reaches a market by road, rail and ferry, or why it does not."""
    occurrences = reading.table(path)
    reached = access(occurrences, to=to, **search)
    with step(f"writing {output.name}"):
        write(reached, output)
    if page is not None:
        with step("drawing the page"):
            drawn = minmap.Map(title=f"{path.stem} to {', '.join(to)}")
            if reached["gate"].notna().any():
                drawn.add(routes(reached), name="Routes")
            drawn.add(reached, name="Occurrences").save(page)
    (counts,) = summarise_access(reached).to_dict("records")
    text = f"{counts['reached']:,} of {counts['occurrences']:,} occurrences reach {' or '.join(to)}"
    if counts["reached"]:
        text += (
            f"; median {counts['median_km']:,.0f} km, {counts['median_hours'] / 24:.1f} days, "
            f"{counts['median_usd_t']:,.0f} USD/t"
        )
    click.echo(f"{output}: {text}")
    reasons = reached["reason"].value_counts()
    if len(reasons):
        rows = [[*row] for row in reasons.items()]
        click.echo(table(["no route because", "occurrences"], rows))


@click.command(
    "route",
    short_help="Find the best way between two places.",
    epilog="\b\n"
    "minmap route altynkol poti_port --avoid RUS --avoid IRN\n"
    'minmap route "66.9,49.8" mersin_port -o route.geojson',
)
@click.argument("start", metavar="FROM")
@click.argument("to", metavar="TO")
@_search_options
@output_option((".geojson", *PAGES), required=False)
def route_command(*, start: str, to: str, output: Path | None, **search: Any) -> None:
    """Find the best route between two places; FROM is a node or 'longitude,latitude'."""
    found = route(_place(start), to, **search)
    ends = f"{found.start} to {found.to}"
    if found.reason is not None:
        text = f"{ends}: no route, {found.reason}"
        if output is not None:
            raise MinmapError(f"{text}; {output} is not written. Avoid less, or --allow more.")
        click.echo(f"{text}.")
        return
    if len(found.legs):
        click.echo(_leg_table(found.legs))
    click.echo(
        f"{ends}: {found.total_km:,.0f} km, {found.hours:,.0f} hours "
        f"({found.hours / 24:.1f} days), {found.cost_usd_t:,.0f} USD/t, {found.borders} borders, "
        f"{found.gauge_breaks} breaks of gauge, {' - '.join(found.countries)}"
    )
    if output is None:
        return
    if output.suffix.lower() in PAGES:
        minmap.Map(title=f"{found.start} - {found.to}").add(found.legs, name="Route").save(output)
    else:
        with atomic_path(output) as draft:
            draft.write_text(found.legs.to_json(na="null", drop_id=True), encoding="utf-8")
    click.echo(str(output))


def _place(text: str) -> str | tuple[float, float]:
    longitude, comma, latitude = text.partition(",")
    if not comma:
        return text
    try:
        return float(longitude), float(latitude)
    except ValueError as error:
        raise ChoiceError(
            f"FROM={text!r} is neither a node nor longitude,latitude in degrees, such as 66.9,49.8."
        ) from error


def _leg_table(legs: gpd.GeoDataFrame) -> str:
    columns = pd.DataFrame(legs[_SHOWN]).round(1).astype(object)
    return table(_SHOWN, columns.where(columns.notna(), "").to_numpy().tolist())
