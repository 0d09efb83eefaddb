"""Turn what libraries raise on a damaged file into one error of minmap."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from minmap.errors import FileError, MinmapError

_PANIC: Final = "PanicException"  # a failed assertion in Rust code; the class cannot be imported
_LONGEST_REASON: Final = 200


@contextmanager
def as_file_error(what: str, *, cure: str) -> Iterator[None]:
    """Raise `FileError` for the exceptions of libraries; let minmap's own errors pass.

    A file whose content is damaged or made to mislead makes the libraries raise their own
    exceptions and most of the built-in ones.

    Parameters
    ----------
    what
        Beginning of the message: the file, and what it cannot be read as.
    cure
        End of the message: the cure.

    Raises
    ------
    FileError
        If the block raises any other exception.

    Examples
    --------
    >>> with as_file_error("a.parquet is damaged", cure="Get it again."):
    ...     {}["crs"]
    Traceback (most recent call last):
        ...
    minmap.errors.FileError: a.parquet is damaged: 'crs' (KeyError). Get it again.
    """
    try:
        yield
    except (MinmapError, Warning):
        raise
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__name__ != _PANIC:
            raise
        raise FileError(f"{what}: {reason_of(error)}. {cure}") from error


def reason_of(error: BaseException) -> str:
    r"""Return the first line of an exception's message, with the class if the line is one word.

    Examples
    --------
    >>> reason_of(KeyError("crs")), reason_of(OSError("No such page.\nSee above."))
    ("'crs' (KeyError)", 'No such page')
    """
    lines = [line for line in str(error).splitlines() if line.strip()]
    kind = type(error).__name__
    if not lines:
        return kind
    line = lines[0].strip()
    short = line if len(line) <= _LONGEST_REASON else f"{line[:_LONGEST_REASON]}..."
    return f"{short} ({kind})" if " " not in short else short.rstrip(".")
