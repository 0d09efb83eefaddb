"""What a source's TOML file may say, and the errors where it says something else."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from minmap.errors import FileError, MinmapError


class DescriptionError(MinmapError, ValueError):
    """A part of a source description that is not as it must be; `load` adds the file's name."""


def parse(text: str, where: str) -> dict[str, Any]:
    """Parse a TOML file.

    Raises
    ------
    FileError
        If it is no TOML, with the line.
    """
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise FileError(f"{where} is not a TOML file: {error}.") from error


def word(given: Any) -> str:
    """Return the id of a source if it is one word.

    Examples
    --------
    >>> word("my_survey")
    'my_survey'
    """
    if not isinstance(given, str) or not re.fullmatch(r"[\w.-]+", given):
        raise DescriptionError('has no id of one word; add a line such as id = "my_survey"')
    return given


def only(given: dict[str, Any], known: set[str], what: str) -> None:
    """Refuse keys that nothing reads: most often they are misspelled."""
    unknown = sorted(set(given) - known)
    if unknown:
        raise DescriptionError(
            f"{', '.join(unknown)} not known; {what} are {', '.join(sorted(known))}"
        )


def section(data: dict[str, Any], name: str, known: set[str]) -> dict[str, Any]:
    """Return the table ``[name]``, empty if there is none."""
    found = data.get(name, {})
    if not isinstance(found, dict):
        raise DescriptionError(f"{name} must be a table, written [{name}]")
    only(found, known, f"keys of [{name}]")
    return found


def sections(data: dict[str, Any], name: str, known: set[str]) -> list[dict[str, Any]]:
    """Return the tables ``[[name]]``, none if there are none."""
    found = data.get(name, [])
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise DescriptionError(f"{name} must be a list of tables, each written [[{name}]]")
    for entry in found:
        only(entry, known, f"keys of [[{name}]]")
    return found


def names(given: Any, what: str, *, like: str = "site") -> tuple[str, ...]:
    """Return a list of texts.

    Examples
    --------
    >>> names(["east", "north"], "columns")
    ('east', 'north')
    """
    if not isinstance(given, list) or not all(isinstance(name, str) for name in given):
        raise DescriptionError(f'{what}={given!r} is no list of texts, such as ["{like}"]')
    return tuple(given)


def name(given: Any, what: str, *, like: str) -> str:
    """Return one text that is not blank."""
    if not isinstance(given, str) or not given.strip():
        raise DescriptionError(f'{what}={given!r} is no name, such as "{like}"')
    return given


def optional_name(given: Any, what: str, *, like: str) -> str | None:
    """Return one text, or None if nothing is said."""
    return None if given is None else name(given, what, like=like)


def pairs(given: Any) -> tuple[tuple[str, ...], ...]:
    """Return the columns of coordinates: two names, or one of a column that holds both."""
    like = '[["x", "y"]], or [["latlon"]] for a column that holds both'
    if not isinstance(given, list) or not all(
        isinstance(entry, list)
        and len(entry) in {1, 2}
        and all(isinstance(column, str) for column in entry)
        for entry in given
    ):
        raise DescriptionError(f"[coordinates] columns={given!r} is no list such as {like}")
    return tuple(tuple(entry) for entry in given)
