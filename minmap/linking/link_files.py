"""CSV files of links, as `minmap link` and a page of `minmap.review` write them."""

import os
from pathlib import Path
from typing import Any

import pandas as pd

from minmap.arguments import require_kind, require_path
from minmap.coordinates.column import to_arrow
from minmap.errors import warn
from minmap.files import open_document
from minmap.types import TEXT
from minmap.writing.delimited import guarded, unguarded


def read_links(path: Path) -> pd.DataFrame:
    """Return a table of links or decisions, all columns as text.

    Ids such as 007 keep their zeros. The apostrophes before formulas are removed.

    Raises
    ------
    FileError
        If the file cannot be read as a table.

    Warns
    -----
    MinmapWarning
        If rows of the file are set aside.
    """
    with open_document(path) as opened:
        cells, label = opened.cells(), opened.label
    if cells.notes:
        warn(f"{label}: {' '.join(cells.notes)}")
    frame = cells.frame
    texts = {str(name): unguarded(to_arrow(frame[name])).to_pylist() for name in frame.columns}
    return pd.DataFrame(texts, dtype=TEXT)


def links_given(links: Any, *, cure: str) -> pd.DataFrame:
    """Return links that a user gives, as a table or as the path of its file.

    Raises
    ------
    MinmapError
        If `links` is neither; `cure` says what to give.
    FileError
        If the file cannot be read as a table.
    """
    if isinstance(links, str | os.PathLike):
        return read_links(require_path(links, name="links"))
    require_kind(links, pd.DataFrame, name="links", cure=cure)
    table: pd.DataFrame = links
    return table


def write_links(links: pd.DataFrame, path: Path) -> None:
    """Write a table of links as CSV, without formulas for spreadsheets."""
    texts = {
        str(name): guarded(to_arrow(links[name])).to_pylist()
        for name in links.columns
        if links[name].dtype == TEXT
    }
    links.assign(**texts).to_csv(path, index=False)
