"""Parse TOML of strangers within limits."""

import re
import tomllib
from pathlib import Path
from typing import Any, Final

from minmap.errors import FileError

_MOST_BYTES: Final = 10_000_000

# tomllib keeps each beginning of a dotted key, so that memory grows with the square of its length.
_DEEPEST_KEY: Final = 30
# Texts of several lines and of one, comments, bare keys, and single signs. A text that does not
# end, which is no TOML, is one token too, so that the time is linear.
_TOKEN: Final = re.compile(
    r'''"""(?:[^"\\]|\\.|"{1,2}(?!"))*+(?:"{3,5})?|"(?:[^"\\\n]|\\[^\n])*+"?'''
    r"""|'''(?:[^']|'{1,2}(?!'))*+(?:'{3,5})?|'[^'\n]*+'?|\#[^\n]*+|[\w-]++|[^ \t]""",
    re.DOTALL,
)
# Python refuses to write whole numbers of very many digits as text.
_LARGE: Final = re.compile(r"0x[\da-fA-F_]{40}|0o[0-7_]{80}|0b[01_]{140}|\d[\d_]{40}")
_SEGMENT: Final = re.compile(r"[\w\"'-]")


def toml_text(path: Path, *, name: str, what: str) -> str:
    """Return the text of a TOML file.

    Parameters
    ----------
    path
        The file.
    name
        Name of the argument, for messages.
    what
        What the file is to be, such as "a vocabulary".

    Raises
    ------
    FileError
        If the file is missing, is no ordinary file, cannot be read, is not UTF-8 or has more than
        10 MB.
    """
    try:
        if path.exists() and not path.is_file():
            raise FileError(
                f"{name}={str(path)!r} is not an ordinary file but a folder, a device or a pipe; "
                "give a TOML file."
            )
        with path.open("rb") as stream:
            raw = stream.read(_MOST_BYTES + 1)
        if len(raw) > _MOST_BYTES:
            raise FileError(
                f"{path} has more than {_MOST_BYTES // 1_000_000} MB, too much for {what}; give a "
                "shorter file."
            )
        return raw.decode("utf-8-sig")
    except FileNotFoundError as error:
        raise FileError(f"{name}={str(path)!r} does not exist; check the name.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise FileError(f"{path} cannot be read as {what}: {error}.") from error


def parsed_toml(text: str, where: str) -> dict[str, Any]:
    r"""Return the content of a TOML document.

    Parameters
    ----------
    text
        The document.
    where
        Its name in messages.

    Raises
    ------
    FileError
        If it is not TOML, a key has more than 30 parts, or a whole number more than 64 bits, which
        is TOML's own limit.

    Examples
    --------
    >>> parsed_toml("[colors]\nCu = '#B87333'", "house.toml")
    {'colors': {'Cu': '#B87333'}}
    """
    if _longest_key(text) > _DEEPEST_KEY:
        raise FileError(
            f"{where} has a key of more than {_DEEPEST_KEY} parts, so it is damaged or made to do "
            "harm; remove the key."
        )
    if any(_LARGE.match(token[0]) for token in _TOKEN.finditer(text)):
        raise FileError(f"{where} has a whole number of more than 64 bits; write it in quotes.")
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise FileError(f"{where} is not a TOML file: {error}.") from error


def _longest_key(text: str) -> int:
    """Return of how many parts, separated by dots, the longest key of a document is."""
    longest = parts = 0
    is_after_dot = False
    for token in _TOKEN.finditer(text):
        if token[0] == ".":
            is_after_dot = True
            continue
        parts = (parts if is_after_dot else 0) + 1 if _SEGMENT.match(token[0]) else 0
        longest, is_after_dot = max(longest, parts), False
    return longest
