"""What can go wrong, and how it is said.

Every error that minmap raises on purpose is a `MinmapError`; its message names the argument
or the file, shows the value, lists the choices and says the cure.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class MinmapError(Exception):
    """Root of the errors that minmap raises on purpose."""


class ChoiceError(MinmapError, ValueError):
    """A value that is not one of those an argument takes."""


class FileError(MinmapError):
    """A file that cannot be read, recognised or written."""


class CRSError(MinmapError):
    """A layer whose coordinate reference system is missing or cannot be right."""


class GeometryError(MinmapError, ValueError):
    """Geometries of a kind or in a place that a function cannot work on."""


class MinmapWarning(UserWarning):
    """Something in the data that was kept as given, or set aside, and counted."""


def require_one_of(value: str, options: Iterable[str], *, name: str) -> str:
    """Return `value` if it is one of `options`; raise `ChoiceError` otherwise.

    Parameters
    ----------
    value
        What the user passed.
    options
        The values that are allowed.
    name
        The argument's name, for the message.

    Raises
    ------
    ChoiceError
        If `value` is not among `options`. The message lists them, the nearest first.

    Examples
    --------
    >>> require_one_of("rail", ["rail", "sea"], name="mode")
    'rail'
    >>> require_one_of("rails", ["sea", "rail"], name="mode")
    Traceback (most recent call last):
        ...
    minmap.errors.ChoiceError: mode='rails' is not known; did you mean 'rail'?
    Choose one of: rail, sea.
    """
    choices = list(options)
    if value in choices:
        return value
    near = get_close_matches(str(value), choices, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else "."
    listed = ", ".join(sorted(choices))
    raise ChoiceError(f"{name}={value!r} is not known{hint} Choose one of: {listed}.")
