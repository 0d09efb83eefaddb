"""Commands from one table to another: convert, select, summarise."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import Any, Final

import click
import pandas as pd
import pyarrow as pa

from minmap.cli.reading import FILE, Reading, reading_options
from minmap.cli.terminal import step, table
from minmap.cli.writing import output_option
from minmap.files import read_vector
from minmap.output import atomic_path
from minmap.querying import select, summarise
from minmap.querying.counts import BY
from minmap.writing import FORMATS, write
from minmap.writing.delimited import guarded

_CRITERIA: Final = {
    "commodity": "Code, symbol, MRDS code or name in any language; REE means all rare earths.",
    "main_commodity": "As --commodity, for the main commodity only.",
    "group": "Commodity group, such as base or 'Base metals'.",
    "critical": "Id of a list of critical minerals, such as US-2025.",
    "status": "Development status, such as producer.",
    "site_type": "Kind of site, such as mine or plant.",
    "deposit_type": "Deposit type, such as 'Karst bauxite'.",
    "country": "Country, such as KAZ or Kazakhstan.",
    "text": "Words in name, other names, deposit type or province, in any alphabet.",
}


@click.command(
    short_help="Write a table in another format.",
    epilog="\b\n"
    "minmap convert mrds.csv -o mrds.gpkg\n"
    "minmap convert holes.xlsx --layer collars --crs EPSG:28412 -o holes.geojson",
)
@click.argument("path", type=FILE, metavar="IN")
@reading_options
@output_option(FORMATS)
def convert(*, path: Path, reading: Reading, output: Path) -> None:
    """Write a table as an occurrence table in another format, with its sources and citations."""
    occurrences = reading.table(path)
    with step(f"writing {output.name}"):
        write(occurrences, output)
    click.echo(f"{output}: {len(occurrences):,} occurrences")


def _criteria_options(command: Callable[..., None]) -> Callable[..., None]:
    options = [
        click.option(f"--{name.replace('_', '-')}", name, multiple=True, metavar="TEXT", help=text)
        for name, text in _CRITERIA.items()
    ]
    return reduce(lambda decorated, option: option(decorated), reversed(options), command)


@click.command(
    "select",
    short_help="Write the occurrences that match.",
    epilog="\b\n"
    "minmap select mrds.csv --commodity W --country KAZ --country KGZ -o tungsten.gpkg\n"
    "minmap select mrds.csv --critical US-2025 --box 46 35 88 56 -o critical.csv",
)
@click.argument("path", type=FILE, metavar="IN")
@_criteria_options
@click.option(
    "--box", nargs=4, type=float, metavar="W S E N", help="Edges in degrees; W > E crosses 180."
)
@click.option("--polygon", type=FILE, metavar="FILE", help="A vector file of polygons.")
@reading_options
@output_option(FORMATS)
def select_command(
    *,
    path: Path,
    box: tuple[float, float, float, float] | None,
    polygon: Path | None,
    reading: Reading,
    output: Path,
    **criteria: tuple[str, ...],
) -> None:
    """Write the occurrences that match all options; for an option given twice, either value."""
    given: dict[str, Any] = {name: values for name, values in criteria.items() if values}
    area = None if polygon is None else read_vector(polygon)
    occurrences = reading.table(path)
    chosen = select(occurrences, **given, box=box, polygon=area)
    with step(f"writing {output.name}"):
        write(chosen, output)
    click.echo(f"{output}: {len(chosen):,} of {len(occurrences):,} occurrences")


@click.command(
    "summarise",
    short_help="Count occurrences by country and more.",
    epilog="\b\n"
    "minmap summarise mrds.csv --by country --by status\n"
    "minmap summarise mrds.csv --by critical --critical US-2025",
)
@click.argument("path", type=FILE, metavar="IN")
@click.option(
    "--by", multiple=True, required=True, type=click.Choice(BY), help="What to count. Repeatable."
)
@click.option("--critical", metavar="LIST", help="The list for `--by critical`, such as US-2025.")
@reading_options
@output_option([".csv"], what="File to write as well", required=False)
def summarise_command(
    *, path: Path, by: tuple[str, ...], critical: str | None, reading: Reading, output: Path | None
) -> None:
    """Count the occurrences of a table by country, commodity and the like."""
    if ("critical" in by) != (critical is not None):
        raise click.UsageError("--by critical and --critical LIST go together.")
    occurrences = reading.table(path)
    counts = summarise(occurrences, by=by, critical=critical)
    if output is not None:
        with atomic_path(output) as draft:
            _without_formulas(counts, by).to_csv(draft, index=False)
    click.echo(table(*_shown(counts)))
    click.echo(f"{len(occurrences):,} occurrences in all")


def _shown(counts: pd.DataFrame) -> tuple[list[str], list[list[Any]]]:
    shown = counts.assign(share=(100 * counts["share"]).round(1))
    shown = shown.rename(columns={"share": "share_%"}).astype(object)
    # The column beside a missing code names it.
    keys = [name for name in counts.columns if f"{name}_name" in counts.columns]
    shown[keys] = shown[keys].where(counts[keys].notna(), "")
    return [str(name) for name in shown.columns], shown.to_numpy().tolist()


def _without_formulas(counts: pd.DataFrame, by: tuple[str, ...]) -> pd.DataFrame:
    names = [name for key in by for name in (key, f"{key}_name")]
    texts = {name: pa.array(counts[name], pa.large_string(), from_pandas=True) for name in names}
    return counts.assign(**{name: guarded(text).to_pylist() for name, text in texts.items()})
