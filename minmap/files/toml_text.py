"""Parse TOML of strangers within limits."""

import re
import tomllib
from typing import Any, Final

from minmap.errors import FileError

# tomllib keeps each beginning of a dotted key, so that memory grows with the square of its length.
_DEEPEST_KEY: Final = 30
_SEGMENT: Final = r"""(?:[\w-]++|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')"""
_LONG_KEY: Final = re.compile(rf"(?<![\w-])(?:{_SEGMENT}[ \t]*+\.[ \t]*+){{{_DEEPEST_KEY}}}")


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
        If it is not TOML, or a key has more than 30 parts.

    Examples
    --------
    >>> parsed_toml("[colors]\nCu = '#B87333'", "house.toml")
    {'colors': {'Cu': '#B87333'}}
    """
    if _LONG_KEY.search(text):
        raise FileError(
            f"{where} has a key of more than {_DEEPEST_KEY} parts, so it is damaged or made to do "
            "harm; remove the key."
        )
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise FileError(f"{where} is not a TOML file: {error}.") from error
