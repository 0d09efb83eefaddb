"""Addresses of terms of the IUGS-CGI vocabularies, as EarthResourceML has them.

References
----------
EarthResourceML-Lite 2.0: the columns ``status_uri`` and ``representativeCommodity_uri`` have
addresses of CGI terms, such as
``http://resource.geosciml.org/classifier/cgi/mine-status/care-and-maintenance``.
"""

import re
from typing import Final

_START: Final = "http"
_TERM: Final = re.compile(
    r"https?://resource\.geosciml\.org/classifier/cgi/[\w-]+/(?:\d[\w.-]*/)?([A-Za-z][\w-]*)/?"
)


def term_of(text: str) -> str:
    """Return the words of a CGI term whose address a text is, else the text itself.

    Examples
    --------
    >>> term_of("http://resource.geosciml.org/classifier/cgi/mine-status/care-and-maintenance")
    'care and maintenance'
    >>> term_of("Closed"), term_of("http://example.org/gold")
    ('Closed', 'http://example.org/gold')
    """
    if not text.startswith(_START):  # most texts are no addresses
        return text
    found = _TERM.fullmatch(text.strip())
    return text if found is None else re.sub(r"[-_]+", " ", found[1])
