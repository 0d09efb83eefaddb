"""Output on a terminal: progress, tables and warnings."""

import re
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import click
import pandas as pd

from minmap.cli.option_words import in_options
from minmap.errors import MinmapWarning, one_line

_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f](?<![\t\n])")


@contextmanager
def step(what: str) -> Iterator[None]:
    """Print each step and its duration on a terminal; print nothing to a pipe."""
    start = time.monotonic()
    if sys.stderr.isatty():
        click.echo(f"{one_line(what)} ...", err=True, nl=False)
    yield
    if sys.stderr.isatty():
        click.echo(f"\r{one_line(what)}: {time.monotonic() - start:.1f} s ", err=True)


def echo(text: object) -> None:
    """Print lines without the control characters that a terminal obeys; names may have them."""
    click.echo(_CONTROLS.sub(" ", str(text)))


def table(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Return rows below a header in aligned columns: numbers to the right, texts to the left.

    Examples
    --------
    >>> print(table(["rule", "count"], [["swapped", 1234], ["at zero", 2]]))
    rule     count
    swapped  1,234
    at zero      2
    """
    columns = [[row[place] for row in rows] for place in range(len(header))]
    texts = [_aligned(*column) for column in zip(header, columns, strict=True)]
    return "\n".join("  ".join(line).rstrip() for line in zip(*texts, strict=True))


def frame_table(frame: pd.DataFrame) -> str:
    """Return a frame as such a table, with nothing where a value is missing."""
    cells = pd.DataFrame(frame).astype(object)
    return table([*map(str, cells)], cells.where(cells.notna(), "").to_numpy().tolist())


def _aligned(header: str, values: Sequence[Any]) -> list[str]:
    """Return the texts of a column, padded to the same width."""
    is_number = bool(values) and all(isinstance(value, int | float) for value in values)
    texts = [header, *map(_text, values)]
    width = max(map(len, texts))
    return [text.rjust(width) if is_number else text.ljust(width) for text in texts]


def _text(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.1f}" if value == value else "-"  # noqa: PLR0124  NaN differs from itself
    return f"{value:,}" if isinstance(value, int) else one_line(value)


def print_warning(message: Warning | str, category: type[Warning], *_: Any, **__: Any) -> None:
    """Print a warning of minmap in one line; ignore the warnings of other packages."""
    if issubclass(category, MinmapWarning):
        text = str(message)
        if context := click.get_current_context(silent=True):
            text = in_options(text, context.command)
        click.echo(f"minmap: warning: {one_line(text)}", err=True)
