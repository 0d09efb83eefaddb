"""Numbers of known sources in occurrence tables that were written to a format without types."""

from typing import Any, Final

import geopandas as gpd
import pandas as pd

from minmap.files.cells import Cells
from minmap.reading.known_sources import catalogue
from minmap.reading.number_columns import (
    Form,
    Numbers,
    forms_of,
    name_beside,
    note_on_texts,
    number_notation,
    numbers_in,
)
from minmap.reading.number_notation import Notation, Sign
from minmap.table import COLUMN_NAMES, UNITS, source_rows
from minmap.types import TEXT, Booleans

# minmap writes no commas: a spreadsheet wrote a decimal one, or somebody perhaps thousands.
_EDITED: Final = Notation(Sign.DECIMAL, Sign.UNCLEAR)


def restore_numbers(table: gpd.GeoDataFrame) -> list[str]:
    """Make numbers of the columns of numbers of known sources, and state their units.

    Texts that are no numbers, such as "~40" that somebody wrote into the file, go to a column right
    behind the numbers, as those of the file of the source do. A column that records of another
    source share, with texts, stays as it is.

    Parameters
    ----------
    table
        Occurrences with the texts of a file that minmap wrote, and perhaps a spreadsheet since.
        Changed.

    Returns
    -------
    list of str
        Notes on texts that are no numbers.

    Examples
    --------
    >>> rows = {"source": ["mrds"] * 2, "citation": ["USGS MRDS"] * 2, "disc_yr": ["1943", "~1950"]}
    >>> table = gpd.GeoDataFrame(rows | {"latitude": ["46,5", "47,25"]})
    >>> restore_numbers(table)
    ["disc_yr: 1 text is no number, such as '~1950'; kept in disc_yr_text."]
    >>> table["disc_yr"].tolist(), table["disc_yr_text"].tolist(), table["latitude"].tolist()
    ([1943, <NA>], [nan, '~1950'], [46.5, 47.25])
    >>> table.attrs
    {'units': {'latitude': '°'}}
    """
    known, notes = catalogue(), list[str]()
    sources = source_rows(table)["source"]
    units = dict[str, str]()
    for name in sources.unique():
        source = known.get(name)
        if source is None or not source.numbers:
            continue
        own = table[[column for column in table.columns if column not in COLUMN_NAMES]]
        cells = Cells(pd.DataFrame(own), None, [])
        notation = number_notation(cells, source, otherwise=_EDITED)
        found = numbers_in(cells, source, notation=notation)
        of_source = own.index.isin(sources.index[sources == name])
        for given, form in forms_of(found, own).items():
            notes += _replace(table, given, found[given], form, of_source)
        stated = {column.casefold(): unit for column, unit in source.numbers.items()}
        units |= {str(given): stated[str(given).casefold()] for given in found}
    of_numbers = {
        name: unit
        for name, unit in units.items()
        if unit and pd.api.types.is_numeric_dtype(table[name].dtype)
    }
    if of_numbers:
        table.attrs[UNITS] = of_numbers | table.attrs.get(UNITS, {})
    return notes


def _replace(
    table: gpd.GeoDataFrame, given: Any, numbers: Numbers, form: Form, of_source: Booleans
) -> list[str]:
    """Put numbers into a column of a table, and its other texts behind them; return a note."""
    # The dtype may be the one that the table had when it was written.
    is_typed = isinstance(table[given].dtype, pd.Int64Dtype | pd.Float64Dtype)
    is_shared = numbers.is_other is not None and bool((numbers.is_other & ~of_source).any())
    if is_typed or is_shared or form.is_text:
        return []
    others = numbers.others(table[given])
    table[given] = numbers.column.astype("Int64" if form.is_whole else "Float64")
    if not form.others:
        return []
    return [note_on_texts(str(given), form, _keep(table, given, others))]


def _keep(table: gpd.GeoDataFrame, given: Any, others: pd.Series) -> str:
    """Put texts into the column beside `given`, where it has none; return its name."""
    beside = f"{given}_text"
    kept = table.get(beside)
    if (
        isinstance(kept, pd.Series)
        and kept.dtype == TEXT
        and not (kept.notna() & others.notna()).any()
    ):
        table[beside] = kept.fillna(others)
        return beside
    beside = name_beside(str(given), [*map(str, table.columns)])
    table.insert(int(table.columns.get_loc(given)) + 1, beside, others)
    return beside
