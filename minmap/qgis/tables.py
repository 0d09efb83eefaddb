"""The tables of a layer: records in their own system, and the columns that decide their looks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from minmap.errors import FileError
from minmap.number_texts import as_numbers
from minmap.numbering import numbered
from minmap.qgis.channels import Measured
from minmap.qgis.conditions import Condition, conditions_of
from minmap.qgis.elements import written
from minmap.scene.drawable_geometry import taken_apart
from minmap.scene.drawn_layer import DrawnRecords
from minmap.style.channels import require_quantities
from minmap.style.dates import days_of, without_times
from minmap.style.proportions import is_count
from minmap.style.symbols import Legend
from minmap.style.value_labels import label_of
from minmap.types import Integers
from minmap.writing.column_types import encode, is_text

_LONGEST_LABEL: Final = 200  # letters, in a column of labels


@dataclass
class RecordTable:
    """Records of one kind of geometry, the lowest first.

    Attributes
    ----------
    part
        What is drawn.
    dimension
        0 for points, 1 for lines, 2 for areas.
    frame
        The table of the file; further columns are added to it where looks need them.
    rows
        The row of each record in the table of `part`.
    names
        Names of columns in the file, by those in the table of `part`.
    """

    part: DrawnRecords
    dimension: int
    frame: gpd.GeoDataFrame
    rows: Integers
    names: dict[str, str]

    @property
    def legend(self) -> Legend:
        """The legend, with the codes of these records."""
        made = self.part.marks.legend
        return Legend(made.title, made.entries, made.codes[self.rows], scale=made.scale)

    def decided_by(
        self, column: str | None, legend: Legend, added: str = "legend"
    ) -> tuple[str, list[Condition]]:
        """Return the column of the file that decides the entries of a legend, and how.

        Where the column cannot, it is one of numbers or of labels, called `added`, that is added.
        """
        if column in self.names:
            found = conditions_of(legend, self.frame[self.names[column]])
            if found is not None:
                return self.names[column], found
            numbers = _numbers(self._values(column))
            found = conditions_of(legend, numbers) if _has_classes(legend) else None
            if found is not None:
                return self.add(f"{column} number", numbers), found
        short = (written(entry.label)[:_LONGEST_LABEL] for entry in legend.entries)
        labels = np.array([*short, ""], dtype=object)
        labels[:-1] = numbered(labels[:-1])
        texts = pd.Series(labels[np.minimum(legend.codes.astype(np.int64), len(labels) - 1)])
        return self.add(added, texts), [Condition((label,)) for label in labels[:-1]]

    def measured(self, column: str, argument: str) -> Measured:
        """Return a column of numbers that a channel shows; it is added where it holds texts."""
        numbers = require_quantities(self.part.table, column, argument=argument)
        stored = self.names[column]
        if not pd.api.types.is_numeric_dtype(self.frame[stored]):
            stored = self.add(f"{column} number", pd.Series(numbers[self.rows]))
        most = float(np.nanmax(numbers, initial=0.0))
        given = numbers[~np.isnan(numbers)]
        return Measured(stored, most, len(numbers) - len(given), is_count(given))

    def label_texts(self, column: str) -> str | None:
        """Add the texts of labels and return their column; None if they are the values of a column.

        QGIS writes all digits of a number, and the codes of countries and commodities.
        """
        if self.part.written is None:
            return None
        values, written = self.frame[self.names[column]], pd.Series(self.part.written[self.rows])
        plain = values.astype(object).where(values.notna(), "").astype(str)
        if (plain.to_numpy() == written.to_numpy()).all():
            return None
        name = f"{column} label"
        return self.add(name, _plain(written.where(written != "", None), name))

    def add(self, name: str, values: pd.Series) -> str:
        """Add a column and return its name."""
        stored = numbered([written(name)], taken=self.frame.columns, same=str.casefold)[0]
        self.frame[stored] = values.to_numpy()
        return stored

    def _values(self, column: str) -> pd.Series:
        found: pd.Series = self.part.table[column].iloc[self.rows].reset_index(drop=True)
        return found


def tables_of(part: DrawnRecords) -> Iterator[RecordTable]:
    """Yield the tables of what a layer draws: one for points, one for lines, one for areas.

    Geometries are those that the user gave, in their own system; collections are taken apart.
    """
    order = part.order()
    rows = order[part.marks.legend.codes[order] < len(part.marks.legend.entries)]
    given = part.table if part.given is None else part.given
    if part.given is None:
        shapes = part.table.geometry.to_numpy()[rows]
    else:
        places = part.table.index.to_numpy(np.int64)[rows]
        # Parts of a collection have a row each.
        first = np.sort(np.unique(places, return_index=True)[1])
        rows, shapes = rows[first], given.geometry.to_numpy()[places[first]]
    shapes, owner = taken_apart(shapes)
    rows, dimensions = rows[owner], shapely.get_dimensions(shapes)
    columns = part.table.drop(columns=part.table.geometry.name)
    names = _names([str(name) for name in columns.columns])
    for dimension in sorted(set(dimensions.tolist()) - {-1}, reverse=True):
        chosen = dimensions == dimension
        stored = {
            name: _plain(columns.iloc[rows[chosen], n].reset_index(drop=True), name)
            for n, name in enumerate(names)
        }
        frame = gpd.GeoDataFrame(stored, geometry=shapes[chosen], crs=given.crs)
        by_name = dict(zip(map(str, columns.columns), names, strict=True))
        yield RecordTable(part, dimension, frame, rows[chosen], by_name)


def _has_classes(legend: Legend) -> bool:
    return any(entry.limits is not None for entry in legend.entries)


def _names(columns: list[str]) -> list[str]:
    """Return names that differ in more than case, and that XML and SQLite can hold."""
    plain = (" ".join(written(name).split()) or "column" for name in columns)
    return numbered(plain, taken=["geometry"], same=str.casefold)


def _plain(values: pd.Series, name: str) -> pd.Series:
    """Return values that a GeoPackage can hold: lists and other objects become texts."""
    named = values.rename(name)
    try:
        array, _ = encode(named)
    except (FileError, pa.ArrowException, TypeError, NotImplementedError):
        texts = [label_of(value) or None for value in values.astype(object)]
        safe = [None if one is None else _without_halves(one) for one in texts]
        return pd.Series(safe, name=name, dtype=object)
    if is_text(array.type) and pc.any(pc.match_substring(array, "\0")).as_py():
        return named.astype(object).str.replace("\0", "", regex=False)
    return named


def _without_halves(text: str) -> str:
    """Return a text without halves of letters and without NUL, which no file can hold."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "")


def _numbers(values: pd.Series) -> pd.Series:
    """Return the numbers, or the days, by which a legend classes a column."""
    days = days_of(values)
    return as_numbers(values) if days is None else without_times(days)
