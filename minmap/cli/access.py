"""Commands that ask what reaches which market."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import Any, Final

import click
import pandas as pd

import minmap
from minmap.cli.reading import FILE, Reading, reading_options
from minmap.cli.terminal import step, table
from minmap.cli.writing import PAGES, output_option
from minmap.errors import ChoiceError, MinmapError
from minmap.output import atomic_path
from minmap.transport.access import access, route, routes, summarise_access
from minmap.writing import FORMATS, write

_SHOWN: Final = ("from_name", "to_name", "mode", "gauge_mm", "km", "hours", "cost_usd_t", "before")
_ENDINGS: Final = (".geojson", *PAGES)


def _assumed(_: click.Context, __: click.Parameter, pairs: tuple[str, ...]) -> dict[str, float]:
    assumed = {}
    for pair in pairs:
        key, equals, number = pair.partition("=")
        try:
            assumed[key] = float(number) if equals else float("nan")
        except ValueError as error:
            raise click.BadParameter(f"{pair!r} is not KEY=NUMBER, such as rail_kmh=35.") from error
    return assumed


def _way_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of a search."""
    options = [
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
            "--by",
            type=click.Choice(["hours", "km", "usd_t"]),
            default="hours",
            show_default=True,
            help="What is made least.",
        ),
        click.option(
            "--assume",
            "assumptions",
            multiple=True,
            metavar="KEY=NUMBER",
            callback=_assumed,
            help="A speed, price or delay of your own, such as rail_kmh=35. Repeatable.",
        ),
    ]
    return reduce(lambda done, option: option(done), reversed(options), command)


@click.command(
    "access",
    short_help="Find the best way of each occurrence to a market.",
    epilog="\b\n"
    "minmap access mrds.csv --to poti_port --avoid RUS --avoid IRN -o access.gpkg\n"
    "minmap access mrds.csv --to poti_port --by usd_t -o access.csv --map access.html",
)
@click.argument("path", type=FILE, metavar="IN")
@click.option("--to", multiple=True, required=True, metavar="NODE", help="Destination; repeatable.")
@_way_options
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
    **ways: Any,
) -> None:
    """Find each occurrence's best way to a market by road, rail and ferry, or why it has none."""
    occurrences = reading.table(path)
    reached = access(occurrences, to=to, **ways)
    with step(f"writing {output.name}"):
        write(reached, output)
    if page is not None:
        with step("drawing the page"):
            _drawn(reached, title=f"{path.stem} to {', '.join(to)}").save(page)
    (counts,) = summarise_access(reached).to_dict("records")
    said = f"{counts['reached']:,} of {counts['occurrences']:,} occurrences reach {' or '.join(to)}"
    if counts["reached"]:
        said += (
            f"; median {counts['median_km']:,.0f} km, {counts['median_hours'] / 24:.1f} days, "
            f"{counts['median_usd_t']:,.0f} USD/t"
        )
    click.echo(f"{output}: {said}")
    why = reached["reason"].value_counts()
    if len(why):
        click.echo(table(["no route because", "occurrences"], [[*row] for row in why.items()]))


def _drawn(reached: Any, *, title: str) -> minmap.Map:
    page = minmap.Map(title=title)
    if reached["gate"].notna().any():
        page.add(routes(reached), name="Routes")
    return page.add(reached, name="Occurrences")


@click.command(
    "route",
    short_help="Find the best way between two places.",
    epilog="\b\n"
    "minmap route altynkol poti_port --avoid RUS --avoid IRN\n"
    'minmap route "66.9,49.8" mersin_port -o route.geojson',
)
@click.argument("start", metavar="FROM")
@click.argument("to", metavar="TO")
@_way_options
@output_option(_ENDINGS, required=False)
def route_command(*, start: str, to: str, output: Path | None, **ways: Any) -> None:
    """Find the best way between two places, leg by leg; FROM is a node or 'longitude,latitude'."""
    found = route(_place(start), to, **ways)
    if found.reason is not None:
        said = f"{found.start} to {found.to}: no route, {found.reason}"
        if output is not None:
            raise MinmapError(f"{said}; {output} is not written. Avoid less, or --allow more.")
        click.echo(f"{said}.")
        return
    if len(found.legs):
        click.echo(table(*_rows(found.legs)))
    click.echo(
        f"{found.start} to {found.to}: {found.total_km:,.0f} km, {found.hours:,.0f} hours "
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


def _rows(legs: pd.DataFrame) -> tuple[list[str], list[list[Any]]]:
    shown = pd.DataFrame(legs[[name for name in _SHOWN if name in legs]])
    numbers = shown.select_dtypes("number").columns
    shown[numbers] = shown[numbers].round(1)
    shown = shown.astype(object).where(shown.notna(), "")
    return [str(name) for name in shown.columns], shown.to_numpy().tolist()
