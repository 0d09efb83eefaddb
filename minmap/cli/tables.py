"""Commands from one table to another: convert, words, select, near, summarise."""

from pathlib import Path
from typing import Any, Final

import click
import pandas as pd

from minmap.cli.group import cli
from minmap.cli.input_options import InputOptions
from minmap.cli.reading import FILE, IN, READING, read_table, read_with, repeatable
from minmap.cli.terminal import echo, frame_table, step
from minmap.cli.writing import output_option, write_table
from minmap.coordinates.column import to_arrow
from minmap.files import read_vector
from minmap.output import atomic_path
from minmap.querying import select, summarise
from minmap.querying.counts import BY
from minmap.reading.word_report import draft_vocabulary, unknown_words
from minmap.transport.trade_corridors import nearest
from minmap.transport.trade_corridors.catalogue import corridor as get_corridor
from minmap.writing.delimited import guarded

_SHOWN: Final = 40
_CRITERIA: Final = {
    "commodity": "Code, symbol, MRDS code or name in any language; REE means all rare earths, "
    "'rare metals' Li, Be, Nb, Ta, Cs and Rb.",
    "main_commodity": "As --commodity, for the main commodity only.",
    "group": "Commodity group, such as base or 'Base metals'.",
    "critical": "Id of a list of critical minerals, such as US-2025.",
    "status": "Development status, such as producer.",
    "site_type": "Kind of site, such as mine or plant.",
    "deposit_type": "Deposit type, such as 'Karst bauxite'.",
    "country": "Country, such as KAZ, KZ or Kazakhstan.",
    "admin1": "State or province, spelled as in the table.",
    "text": "Words in name, other names, deposit type or province, in any alphabet.",
}


@cli.command(
    epilog="\b\n"
    "minmap convert mrds.csv -o mrds.gpkg\n"
    "minmap convert survey_2023.csv survey_2024.xlsx -o surveys.gpkg\n"
    "minmap convert holes.xlsx --layer collars --crs EPSG:28412 -o holes.geojson",
    params=[IN, *READING, output_option()],
)
def convert(*, paths: tuple[Path, ...], output: Path) -> None:
    """Write a table in another format, with its sources."""
    occurrences = read_table(paths)
    write_table(occurrences, output, f"{len(occurrences):,} occurrences")


@cli.command(
    epilog="\b\n"
    "minmap words deposits.xlsx -o mine.toml\n"
    "minmap convert deposits.xlsx --vocabulary mine.toml -o deposits.gpkg",
    params=[
        IN,
        *READING,
        output_option([".toml"], what="Draft of your own words to write", required=False),
    ],
)
def words(*, paths: tuple[Path, ...], output: Path | None) -> None:
    """List words that are in no vocabulary, most frequent first.

    The draft has a line for each word: give it a code, and read the table with --vocabulary.
    """
    occurrences = read_table(paths)
    unknown = unknown_words(occurrences)
    if output is not None:
        with atomic_path(output) as draft:
            draft.write_text(draft_vocabulary(occurrences), encoding="utf-8")
    shown = unknown.head(_SHOWN)
    echo(frame_table(shown) if len(shown) else "All words are known.")
    if len(unknown) > len(shown):
        echo(f"and {len(unknown) - len(shown):,} more; write them all with -o FILE")
    if output is not None:
        echo(f"{output}: {len(unknown):,} {'word' if len(unknown) == 1 else 'words'}")


@cli.command(
    epilog="\b\n"
    "minmap select mrds.csv --commodity W --country KAZ --country KGZ -o tungsten.gpkg\n"
    "minmap select mrds.csv --critical US-2025 --box 46 35 88 56 -o critical.csv",
    params=[
        IN,
        *(
            click.Option([f"--{name.replace('_', '-')}"], multiple=True, metavar="TEXT", help=text)
            for name, text in _CRITERIA.items()
        ),
        click.Option(
            ["--box"],
            nargs=4,
            type=float,
            metavar="W S E N",
            help="Edges in degrees; W > E crosses 180.",
        ),
        click.Option(["--polygon"], type=FILE, metavar="FILE", help="A vector file of polygons."),
        *READING,
        output_option(),
    ],
)
def select_command(
    *,
    paths: tuple[Path, ...],
    polygon: Path | None,
    output: Path,
    **criteria: tuple[Any, ...] | None,
) -> None:
    """Write the occurrences that match all options.

    Of an option given twice, either value matches.
    """
    given: dict[str, Any] = {name: values for name, values in criteria.items() if values}
    options = InputOptions.of(paths, [] if polygon is None else [polygon])
    if polygon is not None:
        given["polygon"] = options.call(read_vector, polygon, names=["crs"])
    occurrences = read_table(paths) if len(paths) > 1 else options.call(read_with, paths[0])
    options.require_used()
    chosen = select(occurrences, **given)
    write_table(chosen, output, f"{len(chosen):,} of {len(occurrences):,} occurrences")


@cli.command(
    params=[
        IN,
        click.Option(
            ["--corridor", "corridor_id"], metavar="NAME", default="middle", show_default=True
        ),
        *READING,
        output_option(),
    ]
)
def near(*, paths: tuple[Path, ...], corridor_id: str, output: Path) -> None:
    """Measure the distance of each occurrence to a corridor.

    The table gets the distance in km, the leg, the km along it and the nearest node.
    """
    corridor = get_corridor(corridor_id)
    occurrences = read_table(paths)
    with step(f"measuring {len(occurrences):,} distances"):
        measured = nearest(occurrences, corridor)
    distance = measured["distance_km"]
    reach = "none with a location, so no distance from the"
    if distance.notna().any():
        reach = f"{distance.min():,.0f} to {distance.max():,.0f} km from the"
    write_table(measured, output, f"{len(measured):,} occurrences, {reach} {corridor.title}")


@cli.command(
    epilog="\b\n"
    "minmap summarise mrds.csv --by country --by status\n"
    "minmap summarise mrds.csv --by critical --critical US-2025",
    params=[
        IN,
        repeatable(
            "--by",
            form="NAME",
            what=f"What to count by: {', '.join(BY)}, or any other column.",
            required=True,
        ),
        click.Option(
            ["--critical"], metavar="LIST", help="The list for `--by critical`, such as US-2025."
        ),
        *READING,
        output_option([".csv"], what="File to write as well", required=False),
    ],
)
def summarise_command(
    *, paths: tuple[Path, ...], by: tuple[str, ...], critical: str | None, output: Path | None
) -> None:
    """Count occurrences by country, commodity and more."""
    if ("critical" in by) != (critical is not None):
        raise click.UsageError("--by critical and --critical LIST go together.")
    occurrences = read_table(paths)
    counts = summarise(occurrences, by=by, critical=critical)
    if output is not None:
        with atomic_path(output) as draft:
            _without_formulas(counts, by).to_csv(draft, index=False)
    shown = counts.assign(share=(100 * counts["share"]).round(1))
    echo(frame_table(shown.rename(columns={"share": "share_%"})))
    echo(f"{len(occurrences):,} occurrences in all")


def _without_formulas(counts: pd.DataFrame, by: tuple[str, ...]) -> pd.DataFrame:
    names = [name for key in by for name in (key, f"{key}_name")]
    texts = {name: to_arrow(counts[name]) for name in names}
    return counts.assign(**{name: guarded(text).to_pylist() for name, text in texts.items()})
