"""One way to fill a column of the occurrence table from columns of a source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter
from types import MappingProxyType
from typing import Any, Final

from minmap.reading.description import DescriptionError, names, only
from minmap.table import COLUMN_NAMES

# These are made by the engine: the id from [key], the group and the qualifiers from the
# commodities.
_MADE: Final = {
    "occurrence_id", "source", "commodity_qualifiers", "commodity_group", "geometry"
}  # fmt: skip
FIELDS: Final = tuple(name for name in COLUMN_NAMES if name not in _MADE)
"""Columns of the occurrence table that rules fill, in order."""

_COMMODITY_SCHEMES: Final = ("names", "mrds")
_COUNTRY_SCHEMES: Final = ("names", "fips")
_KEYS: Final = {"columns", "scheme", "values", "template", "value", "where"}


@dataclass(frozen=True)
class Rule:
    """One way to fill a column of the occurrence table.

    Attributes
    ----------
    columns
        Columns of the source whose texts are joined with "; ".
    scheme
        How the texts are written. Commodities: ``"names"`` or ``"mrds"``. Countries: ``"names"``
        or ``"fips"`` (FIPS 10-4, as in ``fKZ``; ``f06005`` is a county of the United States).
    meanings
        What each text stands for, by its lower-case form; ``""`` means that it says nothing and
        ``"*"`` stands for every other text. None: the column's own vocabulary decides.
    template
        Text with column names in braces; missing where one of the columns is.
    value
        The same value for every record.
    where
        Fill only where this column of the occurrence table, which comes before, is filled.
    """

    columns: tuple[str, ...] = ()
    scheme: str = "names"
    meanings: Mapping[str, str] | None = None
    template: str | None = None
    value: str | int | float | None = None
    where: str | None = None

    @property
    def needs(self) -> tuple[str, ...]:
        """Columns of the source that the rule reads."""
        if self.template is None:
            return self.columns
        return tuple(name for _, name, _, _ in Formatter().parse(self.template) if name)


def rules(given: Any, field: str) -> tuple[Rule, ...]:
    """Return the rules of a column as a TOML file has them: one, or a list of them.

    Raises
    ------
    DescriptionError
        If a rule has a fault; the message names it.

    Examples
    --------
    >>> rules("site", "name") == rules({"columns": ["site"]}, "name")
    True
    """
    return tuple(_rule(entry, field) for entry in (given if isinstance(given, list) else [given]))


def _rule(entry: Any, field: str) -> Rule:
    # name = "site" is short for name = { columns = ["site"] }.
    rule = {"columns": [entry]} if isinstance(entry, str) else entry
    if not isinstance(rule, dict):
        raise DescriptionError(f"{field}: {entry!r} is neither a column name nor a table")
    only(rule, _KEYS, f"keys of {field}")
    made = Rule(
        columns=names(rule.get("columns", []), f"{field}: columns"),
        scheme=_scheme(rule.get("scheme", "names"), field),
        meanings=_meanings(rule.get("values"), field),
        template=_template(rule.get("template"), field),
        value=rule.get("value"),
        where=rule.get("where"),
    )
    if made.value is not None and not isinstance(made.value, str | int | float):
        raise DescriptionError(f"{field}: value={made.value!r} is neither text nor a number")
    if not made.needs and made.value is None:
        raise DescriptionError(f"{field} says neither columns nor template nor value")
    if made.where is not None and made.where not in FIELDS[: FIELDS.index(field)]:
        raise DescriptionError(f"{field}: where={made.where!r} is not a column before it")
    return made


def _scheme(given: Any, field: str) -> str:
    known = _COUNTRY_SCHEMES if field == "country" else _COMMODITY_SCHEMES
    if given not in known:
        raise DescriptionError(f"{field}: scheme={given!r} is not one of {', '.join(known)}")
    return str(given)


def _meanings(given: Any, field: str) -> Mapping[str, str] | None:
    if given is None:
        return None
    if not isinstance(given, dict):
        raise DescriptionError(f"{field}: values={given!r} is no table of text = code")
    return MappingProxyType({text.casefold(): str(code) for text, code in given.items()})


def _template(given: Any, field: str) -> str | None:
    if given is None:
        return None
    if not isinstance(given, str):
        raise DescriptionError(f"{field}: template={given!r} is no text")
    try:
        fields = list(Formatter().parse(given))
    except ValueError as error:
        raise DescriptionError(f"{field}: template={given!r} is broken: {error}") from error
    if any(name == "" or spec or conversion for _, name, spec, conversion in fields):
        raise DescriptionError(
            f"{field}: template={given!r} may hold column names in braces and nothing else there"
        )
    return given
