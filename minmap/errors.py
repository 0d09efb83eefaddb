"""What can go wrong, and how it is said.

Every error that minmap raises on purpose is a `MinmapError`; its message names the argument
or the file, shows the value, lists the choices and says the cure.
"""

from __future__ import annotations

from typing import Final

LONGEST_MESSAGE: Final = 2_000
"""Letters of an error or a warning; what a file says may be of any length."""
_KEPT_AT_THE_END: Final = 600  # the end of a message says the cure


def one_line(text: object) -> str:
    """Return a text in one line, without the signs that would steer a terminal.

    Examples
    --------
    >>> one_line("a" + chr(27) + "[31m" + chr(10) + " b")
    'a [31m b'
    """
    plain = "".join(letter if letter.isprintable() else " " for letter in str(text))
    return " ".join(plain.split())


def message_of(text: object) -> str:
    """Return the text of an error or a warning in one line of at most `LONGEST_MESSAGE` letters.

    Messages quote names and values of files, which may hold line breaks and be of any length. The
    middle of a longer message is left out.

    Examples
    --------
    >>> message_of("no column 'a" + chr(10) + "b'"), len(message_of("a" * 10_000))
    ("no column 'a b'", 2000)
    """
    line = one_line(text)
    if len(line) <= LONGEST_MESSAGE:
        return line
    return f"{line[: LONGEST_MESSAGE - _KEPT_AT_THE_END - 5]} ... {line[-_KEPT_AT_THE_END:]}"


class MinmapError(Exception):
    """Root of the errors that minmap raises on purpose; the message is one line of bounded length.

    Parameters
    ----------
    message
        What is wrong and how to mend it. It is made one line by `message_of`.
    """

    def __init__(self, message: object = "") -> None:
        super().__init__(message_of(message))


class ChoiceError(MinmapError, ValueError):
    """A value that is not one of those an argument takes."""


class FileError(MinmapError):
    """A file that cannot be read, recognised or written."""


class CRSError(MinmapError):
    """A layer whose coordinate reference system is missing or cannot be right."""


class GeometryError(MinmapError, ValueError):
    """Geometries of a kind or in a place that a function cannot work on."""


class MinmapWarning(UserWarning):
    """Something in the data that was kept as given, or set aside, and counted; one line as well."""

    def __init__(self, message: object = "") -> None:
        super().__init__(message_of(message))
