"""CSV files of links, as `minmap link` and a page of `minmap.review` write them."""

from pathlib import Path

import pandas as pd

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


def write_links(links: pd.DataFrame, path: Path) -> None:
    """Write a table of links as CSV, without formulas for spreadsheets."""
    texts = {
        str(name): guarded(to_arrow(links[name])).to_pylist()
        for name in links.columns
        if links[name].dtype == TEXT
    }
    links.assign(**texts).to_csv(path, index=False)
