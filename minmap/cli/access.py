"""The commands ``access``, ``route`` and ``sensitivity``: how a market is reached."""

from pathlib import Path
from typing import Any, Final

import click
import geopandas as gpd

import minmap
from minmap.cli.group import cli
from minmap.cli.reading import IN, READING, pairs, read_table, repeatable
from minmap.cli.terminal import echo, frame_table, step, table
from minmap.cli.writing import MAPS, output_option, write_table
from minmap.coordinates.column import to_arrow
from minmap.errors import ChoiceError, MinmapError
from minmap.output import PICTURES, atomic_path
from minmap.scene.headings import words_of_file
from minmap.transport.accessibility import (
    access,
    route,
    routes,
    sensitivity,
    summarise_access,
)
from minmap.transport.accessibility.sensitivities import UNITS
from minmap.types import TEXT
from minmap.writing.delimited import guarded

_SHOWN: Final = ["from_name", "to_name", "mode", "gauge_mm", "km", "hours", "cost_usd_t", "before"]
_AVOID: Final = "Country, mode, corridor, leg, crossing, node or town that may not be used."
_ALLOW: Final = "'under construction' or 'planned': use lines of that status too."
_ASSUME: Final = "A speed, price or delay of your own, such as rail_kmh=35."
_NUMBERS: Final = pairs("KEY=NUMBER", "rail_kmh=35", float)
_SEARCH: Final = (
    repeatable("--avoid", form="WORD", what=_AVOID),
    repeatable("--allow", form="STATUS", what=_ALLOW),
    click.Option(
        ["--objective"],
        type=click.Choice(["hours", "km", "usd_t"]),
        default="usd_t",
        show_default=True,
        help="What to minimise.",
    ),
    repeatable("--assume", "assumptions", form="KEY=NUMBER", what=_ASSUME, callback=_NUMBERS),
)
_PAGE: Final = "Page to draw as well, with every route"


@cli.command(
    epilog="\b\n"
    "minmap access mrds.csv --to poti_port --avoid RUS --avoid IRN -o access.gpkg\n"
    "minmap access mrds.csv --to poti_port --objective usd_t -o access.csv --map access.html",
    params=[
        IN,
        click.Option(
            ["--to"], multiple=True, required=True, metavar="NODE", help="Destination; repeatable."
        ),
        *_SEARCH,
        output_option(MAPS, "--map", "page", what=_PAGE, required=False),
        *READING,
        output_option(),
    ],
)
def access_command(
    *, paths: tuple[Path, ...], to: tuple[str, ...], page: Path | None, output: Path, **search: Any
) -> None:
    """Find the best way of each occurrence to a market.

    It leads by road, rail and ferry. Where there is none, the reason is given.
    """
    reached = access(read_table(paths), to=to, **search)
    (counts,) = summarise_access(reached).to_dict("records")
    text = f"{counts['reached']:,} of {counts['occurrences']:,} occurrences reach {' or '.join(to)}"
    if counts["reached"]:
        text += (
            f"; median {counts['median_km']:,.0f} km, {counts['median_hours'] / 24:.1f} days, "
            f"{counts['median_usd_t']:,.0f} USD/t"
        )
    write_table(reached, output, text)
    if page is not None:
        with step("drawing the page"):
            drawn = minmap.Map(title=f"{words_of_file(paths[0])} to {', '.join(to)}")
            if counts["reached"]:
                drawn.add(routes(reached), name="Routes")
            drawn.add(reached, name="Occurrences").save(page)
    reasons = reached["reason"].value_counts()
    if len(reasons):
        echo(table(["no route because", "occurrences"], [[*row] for row in reasons.items()]))


@cli.command(
    epilog="\b\n"
    "minmap route altynkol poti_port --avoid RUS --avoid IRN\n"
    'minmap route "66.9,49.8" mersin_port -o route.geojson',
    params=[
        click.Argument(["start"], metavar="FROM"),
        click.Argument(["to"], metavar="TO"),
        *_SEARCH,
        output_option((".geojson", *MAPS), required=False),
    ],
)
def route_command(*, start: str, to: str, output: Path | None, **search: Any) -> None:
    """Find the best route between two places.

    FROM and TO are ids of nodes, towns or ports by name, or UN/LOCODEs; FROM may be
    'longitude,latitude' too.
    """
    found = route(_place(start), to, **search)
    ends = f"{found.start} to {found.to}"
    if found.reason is not None:
        text = f"{ends}: no route, {found.reason}"
        if output is not None:
            raise MinmapError(f"{text}; {output} is not written. Avoid less, or --allow more.")
        echo(f"{text}.")
        return
    if len(found.legs):
        echo(frame_table(_named(found.legs)[_SHOWN].round(1)))
    hours, price = found.hours_range, found.cost_usd_t_range
    echo(
        f"{ends}: {found.total_km:,.0f} km, {found.hours:,.0f} hours ({hours[0]:,.0f} to "
        f"{hours[1]:,.0f}), {found.cost_usd_t:,.0f} USD/t ({price[0]:,.0f} to {price[1]:,.0f}), "
        f"{found.borders} borders, {found.gauge_breaks} breaks of gauge, "
        f"{' - '.join(found.countries)}"
    )
    if found.note is not None:
        echo(f"{found.note}.")
    if output is None:
        return
    if output.suffix.lower() in MAPS:
        minmap.Map(title=f"{found.start} - {found.to}").add(found.legs, name="Route").save(output)
    else:
        with atomic_path(output) as draft:
            draft.write_text(found.legs.to_json(na="null", drop_id=True), encoding="utf-8")
    echo(str(output))


@cli.command(
    epilog="\b\n"
    "minmap sensitivity altynkol poti_port --avoid RUS --avoid IRN -o tornado.png\n"
    'minmap sensitivity "66.9,49.8" poti_port --measure hours --objective hours -o tornado.csv',
    params=[
        click.Argument(["start"], metavar="FROM"),
        click.Argument(["to"], metavar="TO"),
        click.Option(
            ["--measure"],
            type=click.Choice([*UNITS]),
            default="cost_usd_t",
            show_default=True,
            help="What moves.",
        ),
        *_SEARCH,
        output_option((*PICTURES, ".csv"), required=False),
    ],
)
def sensitivity_command(
    *, start: str, to: str, measure: str, output: Path | None, **search: Any
) -> None:
    """Find which assumption moves a route's cost or hours most.

    FROM is a place, as for route. Each assumption is set to its low and to its high end in
    turn.
    """
    found = sensitivity(_place(start), to, measure=measure, **search)
    moves = found.table
    echo(frame_table(moves.drop(columns=["source", "meaning"]).round(4)))
    echo(found.title)
    if output is None:
        return
    if output.suffix.lower() in PICTURES:
        found.save(output)
    else:
        texts = [str(name) for name in moves if moves[name].dtype == TEXT]
        safe = {name: guarded(to_arrow(moves[name])).to_pylist() for name in texts}
        with atomic_path(output) as draft:
            moves.assign(**safe).to_csv(draft, index=False)
    echo(str(output))


def _named(legs: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return legs in which the ends without a name have their id as one."""
    ends = {
        f"{end}_name": legs[f"{end}_name"].fillna(legs[f"{end}_node"]) for end in ("from", "to")
    }
    return legs.assign(**ends)


def _place(text: str) -> str | tuple[float, float]:
    longitude, comma, latitude = text.partition(",")
    if not comma:
        return text
    try:
        return float(longitude), float(latitude)
    except ValueError as error:
        raise ChoiceError(
            f"FROM={text!r} is neither a place by name nor longitude,latitude in degrees, "
            "such as 66.9,49.8."
        ) from error
