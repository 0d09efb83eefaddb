"""The description of a source: its provenance, and how its columns are read.

A source is one TOML file. Those of minmap lie beside this module; a user's own has the same form
and is passed as ``read(file, source="mine.toml")``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from string import Formatter
from typing import Final

from minmap.table import COLUMN_NAMES

# The engine makes these: the id from [key], the group and the qualifiers from the commodities, the
# precision and the bases from the coordinates and from what the source states.
_DERIVED: Final = {
    "occurrence_id", "source", "country_basis", "admin1_basis", "commodity_qualifiers",
    "commodity_group", "coordinate_precision_m", "location_uncertainty_basis", "geometry",
}  # fmt: skip
FIELDS: Final = tuple(name for name in COLUMN_NAMES if name not in _DERIVED)
"""Columns of the occurrence table that a source fills, in order."""


OTHERWISE: Final = "*"
"""Key of what holds for all that has no key of its own."""


@dataclass(frozen=True)
class FieldRule:
    """One way to fill a column of the occurrence table.

    Attributes
    ----------
    columns
        Columns of the source whose texts are joined with "; ".
    scheme
        How the texts are written. Commodities: ``"names"``, ``"cased"`` (codes of two capitals
        are no symbols of elements) or ``"mrds"``. Countries: ``"names"`` or ``"fips"`` (FIPS
        10-4, as in ``fKZ``; ``f06005`` is a county of the United States). The state:
        ``"address"`` if it is the last part between commas, and only where this is a state of the
        record's country. The location's uncertainty: ``"names"`` for metres, ``"km"``, or
        ``"with unit"`` if only numbers with a unit count.
    meanings
        Meaning of each text, by its lower-case form; ``""`` means missing, and the text ``"*"``
        for every other text. None: the column's own vocabulary decides.
    template
        Text with column names in braces; missing where one of the columns is missing.
    value
        The same value for every record.
    without
        Parts between commas or semicolons that say nothing and are left out, ignoring case.
    where
        Column of the occurrence table, one before this in order: fill only where it is filled.
    """

    columns: tuple[str, ...] = ()
    scheme: str = "names"
    meanings: Mapping[str, str] | None = None
    template: str | None = None
    value: str | int | float | None = None
    without: tuple[str, ...] = ()
    where: str | None = None

    @property
    def needs(self) -> tuple[str, ...]:
        """Columns of the source that the rule reads."""
        if self.template is None:
            return self.columns
        return tuple(name for _, name, _, _ in Formatter().parse(self.template) if name)


@dataclass(frozen=True)
class Continuation:
    """How to recognise rows that continue the record above, as OpenRefine writes them.

    Attributes
    ----------
    without
        Column that is blank in such a row and in no record.
    same
        Columns that repeat the value of the record; a row with another value is a record.
    """

    without: str
    same: tuple[str, ...] = ()


@dataclass(frozen=True)
class Join:
    """A column that a companion table adds to the records.

    Attributes
    ----------
    table
        Name of the companion: a table of the same archive or workbook, or a file in the same
        folder, without its ending.
    key
        Column of the records, and column of the companion with the same values, which may repeat.
    by
        ``"text"``: the two must be equal. ``"citation"``: the records contain short citations,
        separated by semicolons, of full references in the companion (`minmap.reading.citations`).
    value
        Column of the companion whose texts are joined with "; ".
    into
        Name of the new column. Nothing is joined if the records have a column of that name.
    where
        Join only rows of the companion whose columns have one of these texts, ignoring case.
    order
        Column of the companion with the number of the row within its record; None: file order.
    """

    table: str
    key: tuple[str, str]
    value: str
    into: str
    by: str = "text"
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    order: str | None = None


@dataclass(frozen=True)
class Source:
    """Provenance of a source and the map from its columns to the occurrence table.

    Attributes
    ----------
    id
        Short stable name; the prefix of its occurrence ids.
    title, publisher, vintage, licence, citation, url
        For people; empty if unknown.
    records
        Number of records of the published source, or None.
    recognise
        Columns that no other source has.
    crs
        CRS of the coordinate columns, as `minmap.coordinates.reference_systems.crs_name` writes it.
    coordinates
        Longitude and latitude columns, or one column with both; the preferred first.
    parts
        Columns of minutes and perhaps seconds, by the column of coordinates with their degrees.
    sides
        Columns of the side of the Earth, such as "S", by the column of coordinates that has none.
    longitude_first
        Whether pairs of degrees in one column, without letters, have the longitude first.
    scatter_m
        Distance within which two thirds of the records lie from records of another source, or of
        other compilers, for the same site, metres, by the code of the country; ``"*"`` is that of
        all other countries. Empty if it has not been measured.
    scatter_evidence
        Numbers of the pairs on which the scatter was measured, by source.
    key
        Column of the record number, or None.
    content
        Columns from which the id of a record without a number is made, each with alternatives.
    fields
        Rules for each column of the occurrence table, the preferred first.
    forms
        Files in which the source is distributed, in words.
    tables
        Names of the tables, in files with several, that contain the records.
    missing
        Lower-case texts that mean missing in any column, such as ``"-9999"``.
    numbers
        Unit of each column of numbers, ``""`` for a mere number. Such a column comes back as
        numbers; all others, as they are.
    continuation
        How to recognise rows that continue the record above; None if there are none.
    joins
        Columns that companion tables add.
    is_matched
        Whether the description is a match of the columns by their evidence; nobody wrote it.
    """

    id: str
    title: str = ""
    publisher: str = ""
    vintage: str = ""
    licence: str = ""
    citation: str = ""
    url: str = ""
    records: int | None = None
    recognise: tuple[str, ...] = ()
    crs: str = "EPSG:4326"
    coordinates: tuple[tuple[str, ...], ...] = ()
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sides: Mapping[str, str] = field(default_factory=dict)
    longitude_first: bool = False
    scatter_m: Mapping[str, float] = field(default_factory=dict)
    scatter_evidence: str = ""
    key: str | None = None
    content: tuple[tuple[str, ...], ...] = ()
    fields: Mapping[str, tuple[FieldRule, ...]] = field(default_factory=dict)
    forms: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    missing: frozenset[str] = frozenset()
    numbers: Mapping[str, str] = field(default_factory=dict)
    continuation: Continuation | None = None
    joins: tuple[Join, ...] = ()
    is_matched: bool = False

    def reference(self) -> dict[str, str]:
        """Return id, title, citation, licence, url and vintage, as kept with every table."""
        names = ("id", "title", "citation", "licence", "url", "vintage")
        return {name: getattr(self, name) for name in names}

    @property
    def coordinate_columns(self) -> tuple[str, ...]:
        """All columns that may contain coordinates or parts of them."""
        return tuple(name for names in self.coordinates for name in self.with_parts(names))

    def with_parts(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return columns of coordinates, each with those of its minutes, seconds and side."""
        sides = {name: (side,) for name, side in self.sides.items()}
        return tuple(
            part
            for name in names
            for part in (name, *self.parts.get(name, ()), *sides.get(name, ()))
        )

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns of the source that minmap reads."""
        needed = [name for given in self.fields.values() for rule in given for name in rule.needs]
        keys = [name for name in (self.key, *(join.key[0] for join in self.joins)) if name]
        return tuple(dict.fromkeys([*self.recognise, *self.coordinate_columns, *keys, *needed]))
