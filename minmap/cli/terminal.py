"""What is said on a terminal: steps, tables and warnings."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click

from minmap.errors import MinmapWarning, one_line


@contextmanager
def step(what: str) -> Iterator[None]:
    """Say on a terminal what is being done and how long it took; say nothing to a pipe."""
    start = time.monotonic()
    if sys.stderr.isatty():
        click.echo(f"{what} ...", err=True, nl=False)
    yield
    if sys.stderr.isatty():
        click.echo(f"\r{what}: {time.monotonic() - start:.1f} s ", err=True)


def table(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Return rows below a header, columns aligned: numbers to the right, texts to the left.

    Examples
    --------
    >>> print(table(["rule", "count"], [["swapped", 1234], ["at zero", 2]]))
    rule     count
    swapped  1,234
    at zero      2
    """
    written = [[_written(value) for value in row] for row in rows]
    right = [
        bool(rows) and all(_is_number(row[place]) for row in rows) for place in range(len(header))
    ]
    widths = [max(map(len, texts)) for texts in zip(header, *written, strict=True)]
    lines = [
        "  ".join(
            text.rjust(width) if to_right else text.ljust(width)
            for text, width, to_right in zip(texts, widths, right, strict=True)
        ).rstrip()
        for texts in (header, *written)
    ]
    return "\n".join(lines)


def warn(message: Warning | str, category: type[Warning], *_: Any, **__: Any) -> None:
    """Say a warning of minmap's in one line; leave others unsaid."""
    if issubclass(category, MinmapWarning):
        click.echo(f"minmap: warning: {one_line(message)}", err=True)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float)


def _written(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.1f}" if value == value else "-"  # noqa: PLR0124  NaN differs from itself
    return f"{value:,}" if isinstance(value, int) else one_line(value)
