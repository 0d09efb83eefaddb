"""Errors and warnings of minmap.

Every error that minmap raises on purpose is a `MinmapError`. Its message is one line that names
the argument or the file, shows the value, lists the choices and states the cure. Of several files
each has a line of its own below.
"""

import os
import sys
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from threading import RLock
from types import FrameType
from typing import Any, Final

__all__ = [
    "CRSError",
    "ChoiceError",
    "FileError",
    "GeometryError",
    "MinmapError",
    "MinmapWarning",
]

LONGEST_MESSAGE: Final = 2_000
"""Characters of an error or a warning; a message may quote a file at any length."""
_KEPT_AT_THE_END: Final = 600  # the cure is at the end of a message
_RECORDING: Final = RLock()
_RECORDERS: "Final[list[warnings.catch_warnings[Any]]]" = []


def _end_recordings() -> None:
    """End the recordings of threads that do not exist in a new process."""
    _RECORDING._at_fork_reinit()  # type: ignore[attr-defined]
    while _RECORDERS:
        _RECORDERS.pop().__exit__(None, None, None)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_end_recordings)


def __dir__() -> list[str]:
    return __all__


def one_line(text: object) -> str:
    """Return a text as one line, without the control characters that a terminal obeys.

    Examples
    --------
    >>> one_line("a" + chr(27) + "[31m" + chr(10) + " b")
    'a [31m b'
    """
    plain = "".join(letter if letter.isprintable() else " " for letter in str(text))
    return " ".join(plain.split())


def message_of(text: object) -> str:
    """Return the text of an error or a warning: one line of at most `LONGEST_MESSAGE` characters.

    Messages quote names and values from files, which may contain line breaks and be of any length.
    The middle of a longer message is left out.

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
    """Base class of the errors that minmap raises on purpose.

    Parameters
    ----------
    message
        The fault and its cure. Line breaks become blanks, and the middle of a
        message of more than 2,000 characters is left out.
    lines
        Further lines, treated like the message: the fault of each of several files.

    Examples
    --------
    >>> print(MinmapError("2 files cannot be read.", lines=["a.csv: it is empty.", "b.csv: ..."]))
    2 files cannot be read.
    a.csv: it is empty.
    b.csv: ...
    """

    def __init__(self, message: object = "", *, lines: Iterable[object] = ()) -> None:
        super().__init__("\n".join(map(message_of, [message, *lines])))


class ChoiceError(MinmapError, ValueError):
    """A value is not one of the choices that an argument takes."""


class FileError(MinmapError):
    """A file cannot be read, recognised or written."""


class CRSError(MinmapError):
    """A coordinate reference system is missing, unknown or cannot be right."""


class GeometryError(MinmapError, ValueError):
    """Geometries have a type or a location that a function cannot use."""


class MinmapWarning(UserWarning):
    """Records were kept unchanged or left out; the message, one line, states how many."""

    def __init__(self, message: object = "") -> None:
        super().__init__(message_of(message))


def warn(text: str) -> None:
    """Warn at the line that calls minmap, however deep in minmap the reason is found."""
    frame: FrameType | None = sys._getframe()
    modules = list[str]()
    while frame is not None:
        modules.append(str(frame.f_globals.get("__name__")))
        frame = frame.f_back
    own = [
        level for level, name in enumerate(modules, start=1) if name.partition(".")[0] == "minmap"
    ]
    warnings.warn(text, MinmapWarning, stacklevel=own[-1] + 1)


@contextmanager
def recorded_warnings() -> Iterator[list[warnings.WarningMessage]]:
    """Record the warnings of a block, which belong to libraries, instead of showing them.

    The filters of warnings belong to the process. So one thread at a time runs such a block; else
    the last one to leave could restore what another has set. Warnings of minmap, which come from
    other threads, are shown at its end.

    Examples
    --------
    >>> with recorded_warnings() as caught:
    ...     warnings.warn("a remark of a library", stacklevel=1)
    >>> [str(one.message) for one in caught]
    ['a remark of a library']
    """
    with _RECORDING:
        recorder = warnings.catch_warnings(record=True)
        caught = recorder.__enter__()
        _RECORDERS.append(recorder)
        warnings.simplefilter("always")
        try:
            yield caught
        finally:
            _RECORDERS.remove(recorder)
            recorder.__exit__(None, None, None)
            for one in caught:
                if issubclass(one.category, MinmapWarning):
                    with suppress(MinmapWarning):  # an error of another thread
                        warnings.warn_explicit(one.message, one.category, one.filename, one.lineno)
