"""Commands that list what minmap knows: sources, corridors, border crossings, assumptions."""

from pathlib import Path
from typing import Final

import click
import pandas as pd

import minmap
from minmap.cli.group import cli
from minmap.cli.option_words import in_options
from minmap.cli.reading import FILE, IN, READING, options_given, read_table
from minmap.cli.terminal import echo, frame_table
from minmap.cli.writing import MAPS, output_option
from minmap.coordinates.column import to_arrow
from minmap.errors import one_line
from minmap.files import open_document
from minmap.files.cells import ReadOptions
from minmap.output import atomic_path
from minmap.reading import describe_match
from minmap.reading import sources as list_sources
from minmap.reading.column_match import match
from minmap.reading.source_toml import as_toml
from minmap.transport.trade_corridors import Corridor
from minmap.transport.trade_corridors.catalogue import corridor as get_corridor
from minmap.transport.trade_corridors.catalogue import corridors as list_corridors
from minmap.transport.trade_corridors.leg_table import MODES
from minmap.types import TEXT
from minmap.writing.delimited import guarded

_LEG: Final = ["leg_id", "mode", "gauge_mm", "status", "length_km", "countries"]
_VARIANT: Final = ["variant", "title", "length_km", "published_km"]
_TITLES: Final = {"leg_id": "leg", "length_km": "km", "published_km": "published km"}


@cli.command(
    epilog=(
        "\b\n"
        "minmap sources --describe mine.xlsx > mine.toml\n"
        "minmap convert mine.xlsx --source mine.toml -o mine.gpkg"
    ),
    params=[
        click.Option(
            ["--describe"],
            type=FILE,
            metavar="FILE",
            help="Print a description of this table, found from its columns, for use as --source.",
        ),
        *(option for option in READING if option.name != "vocabulary"),
    ],
)
def sources_command(*, describe: Path | None) -> None:
    """List the tables that minmap recognises, or describe your own."""
    given = options_given()
    if describe is None:
        if given:
            raise click.UsageError("reading options need --describe FILE.")
        for row in list_sources().itertuples():
            echo(f"{row.id:<16} {row.title} ({row.vintage}; {row.licence})")
        return
    if "source" in given:
        raise click.UsageError("--describe finds the source by itself; leave out --source.")
    layer, columns = given.pop("layer", None), given.pop("columns", None)
    with open_document(describe) as opened:
        cells = opened.cells(layer, ReadOptions(**given))
        found = match(cells, label=opened.label, columns=columns, crs=given.get("crs"))
    echo(as_toml(found.source))
    said = in_options(found.note, click.get_current_context().command)
    click.echo(f"minmap: {one_line(said)}", err=True)


@cli.command(
    epilog="\b\nminmap match mine.xlsx\nminmap match mine.xlsx --column name='Site' -o match.csv",
    params=[IN, *READING, output_option([".csv"], what="File to write as well", required=False)],
)
def match_command(*, paths: tuple[Path, ...], output: Path | None) -> None:
    """Show how each column of a table was understood, and why."""
    described = describe_match(read_table(paths))
    if output is not None:
        with atomic_path(output) as draft:
            texts = [str(name) for name in described if described[name].dtype == TEXT]
            safe = {name: guarded(to_arrow(described[name])).to_pylist() for name in texts}
            described.assign(**safe).to_csv(draft, index=False)
    shown = ["column", "taken_as", "confidence", "evidence"]
    if "read_from" in described:
        shown.insert(0, "read_from")
    echo(frame_table(described[shown].astype("str").fillna("")))
    for question in described["question"].dropna():
        echo(in_options(question, click.get_current_context().command))


@cli.command(
    epilog="\b\nminmap corridors\nminmap corridors middle\nminmap corridors middle -o middle.html",
    params=[
        click.Argument(["corridor"], required=False),
        output_option((".geojson", *MAPS), required=False),
    ],
)
def corridors_command(*, corridor: str | None, output: Path | None) -> None:
    """List the corridors of the catalogue, or show one.

    Its legs, variants and sources are shown.
    """
    if corridor is None:
        if output is not None:
            raise click.UsageError(
                "-o writes one corridor; name it, as in: minmap corridors middle."
            )
        columns = ["id", "title", "legs", "variants", "statuses"]
        echo(frame_table(list_corridors()[columns]))
        return
    chosen = get_corridor(corridor)
    echo(_description(chosen))
    if output is not None:
        if output.suffix.lower() in MAPS:
            minmap.Map(title=chosen.title).add(chosen).save(output)
        else:
            chosen.save(output)
        echo(str(output))


_TABLE: Final = output_option([".csv"], what="File to write as well, with sources", required=False)


@cli.command(
    epilog="\b\nminmap crossings\nminmap crossings --mode rail -o crossings.csv",
    params=[
        click.Option(["--mode"], type=click.Choice([*MODES]), help="Only those of this mode."),
        _TABLE,
    ],
)
def crossings_command(*, mode: str | None, output: Path | None) -> None:
    """List border crossings with the ranges of hours and price.

    Hours and USD per tonne are printed as low, middle and high: from country a to b, and back.
    """
    listed = minmap.crossings()
    listed = listed[listed["mode"] == mode] if mode is not None else listed
    shown = pd.DataFrame(listed[["crossing_id", "mode", "country_a", "country_b", "status"]])
    for measure in ("hours", "usd_t"):
        for way in ("ab", "ba"):
            shown[f"{measure}_{way}"] = _ranges(listed, *_levels(f"{measure}_{way}"))
    echo(frame_table(shown))
    _write_csv(listed.assign(lon=listed.geometry.x, lat=listed.geometry.y), output)


@cli.command(
    epilog="\b\nminmap assumptions\nminmap assumptions -o assumptions.csv", params=[_TABLE]
)
def assumptions_command(*, output: Path | None) -> None:
    """List the assumed speeds, prices and delays with their ranges.

    They are printed as low, middle and high. Replace one with --assume.
    """
    listed = minmap.assumptions()
    ranges = _ranges(listed, "low", "value", "high")
    echo(frame_table(listed[["key"]].assign(range=ranges, unit=listed["unit"])))
    _write_csv(listed, output)


def _levels(name: str) -> tuple[str, str, str]:
    return f"{name}_low", name, f"{name}_high"


def _ranges(table: pd.DataFrame, *columns: str) -> list[str]:
    """Return the low, middle and high of each row as a text, nothing where they are missing.

    Examples
    --------
    >>> _ranges(pd.DataFrame({"a": [0.5, None], "b": [1.0, None]}), "a", "b")
    ['0.5 - 1', '']
    """
    rows = table[[*columns]].to_numpy().tolist()
    return ["" if pd.isna(row[0]) else " - ".join(f"{x:.6g}" for x in row) for row in rows]


def _write_csv(frame: pd.DataFrame, output: Path | None) -> None:
    """Write a table without its geometry, if there is a file to write."""
    if output is None:
        return
    plain = pd.DataFrame(frame).drop(columns="geometry", errors="ignore")
    texts = [str(name) for name in plain if plain[name].dtype == TEXT]
    safe = {name: guarded(to_arrow(plain[name])).to_pylist() for name in texts}
    with atomic_path(output) as draft:
        plain.assign(**safe).to_csv(draft, index=False)
    echo(str(output))


def _description(chosen: Corridor) -> str:
    """Return a corridor as text: title, description, legs, variants and sources."""
    legs = frame_table(chosen.legs[_LEG].rename(columns=_TITLES))
    parts = [chosen.title, chosen.description, "", legs]
    if len(chosen.variants):
        parts += ["", frame_table(chosen.variants[_VARIANT].rename(columns=_TITLES))]
    parts += ["", *(one_line(source.get("citation", "")) for source in chosen.sources)]
    return "\n".join(parts)
