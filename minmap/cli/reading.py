"""Arguments and options of commands that read a table."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import click
import geopandas as gpd

from minmap.cli.terminal import step
from minmap.reading import read

FILE: Final = click.Path(path_type=Path)
IN: Final = click.Argument(["paths"], nargs=-1, required=True, type=FILE, metavar="IN...")
"""One file, or several that become one table; a folder or a pattern in quotes names several."""
Callback = Callable[[click.Context, click.Parameter, tuple[str, ...]], dict[str, Any]]


def pairs(form: str, example: str, kind: Callable[[str], object] = str) -> Callback:
    """Return the callback of an option that makes a dictionary of texts such as KEY=VALUE.

    Parameters
    ----------
    form, example
        The form of a text, and one of that form, for messages.
    kind
        The type of the values.
    """

    def parsed(_: click.Context, __: click.Parameter, texts: tuple[str, ...]) -> dict[str, Any]:
        found = {}
        for text in texts:
            key, _equals, value = text.partition("=")
            try:
                meant = kind(value)
            except ValueError:
                value = ""
            if not (key and value):
                raise click.BadParameter(f"{text!r} is not {form}, such as {example}.")
            if key in found:
                raise click.BadParameter(f"{key} is given twice; give it once.")
            found[key] = meant
        return found

    return parsed


def repeatable(*names: str, form: str | None, what: str, **settings: Any) -> click.Option:
    """Return an option for texts that may be given several times."""
    return click.Option(names, multiple=True, metavar=form, help=f"{what} Repeatable.", **settings)


_COLUMNS: Final = pairs("FIELD=NAME", "name='Site name'")


def _keep(context: click.Context, option: click.Parameter, value: Any) -> None:
    """Keep the value of an option for `options_given`."""
    if option.name == "columns":
        value = _COLUMNS(context, option, value)
    if value:
        context.ensure_object(dict)[option.name] = value


_KEPT: Final[dict[str, Any]] = {"callback": _keep, "expose_value": False}
_SOURCE: Final = "Source of the table, if its columns do not show it: see `minmap sources`."
_FIELD: Final = "Column of the file for a field: name=Site, longitude=X."
_READING: Final = {
    "--source": ("ID|TOML", _SOURCE),
    "--layer": ("NAME", "Layer or sheet, where a file has several."),
    "--crs": ("CRS", "CRS of a file that states none, such as EPSG:28412."),
    "--encoding": ("NAME", "Encoding of the text, such as cp1251."),
    "--vocabulary": ("TOML", "Your own words with their codes: see `minmap words`."),
}
READING: Final = (
    *(click.Option([n], metavar=form, help=text, **_KEPT) for n, (form, text) in _READING.items()),
    repeatable("--column", "columns", form="FIELD=NAME", what=_FIELD, **_KEPT),
)
"""Options of `minmap.read`."""


def with_layer(path: Path) -> tuple[Path, str | None]:
    """Return a file and its layer, which a colon separates."""
    name, colon, layer = str(path).rpartition(":")
    is_named = bool(colon) and not path.exists() and Path(name).is_file()
    return (Path(name), layer) if is_named else (path, None)


def options_given() -> dict[str, Any]:
    """Return the options of `minmap.read` that the command line gives."""
    return click.get_current_context().ensure_object(dict)


def read_table(paths: Sequence[Path]) -> gpd.GeoDataFrame:
    """Return the occurrences in files, read as the options say."""
    if len(paths) > 1:
        with step(f"reading {len(paths)} files"):
            return read(paths, **options_given())
    file, layer = with_layer(paths[0])
    return read_with(file, **options_given() | ({} if layer is None else {"layer": layer}))


def read_with(path: Path, **options: Any) -> gpd.GeoDataFrame:
    """Return the occurrences in a file, read with options of `minmap.read`."""
    with step(f"reading {path.name}"):
        return read(path, **options)
