"""Families of fonts, as CSS writes them."""

from __future__ import annotations

import re
from typing import Any, Final

from minmap.arguments import require_words, shown
from minmap.errors import ChoiceError

# CSS Fonts Module Level 4, W3C, https://www.w3.org/TR/css-fonts-4/#generic-font-families.
_GENERIC: Final = frozenset(
    {
        *("serif", "sans-serif", "monospace", "cursive", "fantasy", "system-ui"),
        *("ui-serif", "ui-sans-serif", "ui-monospace", "ui-rounded"),
    }
)
_NAME: Final = re.compile(r"[^\W_][\w -]{0,63}")


def font_families(font: Any) -> str:
    """Return families of fonts as a CSS list: names quoted, a generic family at the end.

    Parameters
    ----------
    font
        A name, names with commas between them as in CSS, or a list of names.

    Raises
    ------
    ChoiceError
        If a name has other signs than letters, digits, spaces and hyphens.

    Examples
    --------
    >>> font_families("PT Sans, Arial"), font_families(["Georgia", "serif"])
    ('"PT Sans", "Arial", sans-serif', '"Georgia", serif')
    >>> font_families("url(https://example.org/a.woff2)")
    Traceback (most recent call last):
        ...
    minmap.errors.ChoiceError: font='url(https://example.org/a.woff2)' is not the name of a
    font; ...
    """
    texts = require_words(font, name="font", like="PT Sans")
    names = [_unquoted(name) for text in texts for name in text.split(",")]
    for name in names:
        if not _NAME.fullmatch(name):
            raise ChoiceError(
                f"font={shown(name)} is not the name of a font; give names of letters, digits, "
                "spaces and hyphens, such as font='PT Sans, sans-serif'. Fonts are those of the "
                "reader's system: an address is not taken."
            )
    listed = [name.lower() if name.lower() in _GENERIC else f'"{name}"' for name in names]
    return ", ".join(listed if listed[-1] in _GENERIC else [*listed, "sans-serif"])


def _unquoted(name: str) -> str:
    text = name.strip()
    is_quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "'\""
    return text[1:-1].strip() if is_quoted else text
