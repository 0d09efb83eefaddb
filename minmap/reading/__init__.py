"""Sources of mineral occurrences: one TOML file each, and one engine that reads them all.

A further source is a further TOML file in this folder.
"""

from __future__ import annotations

import pandas as pd

from minmap.reading.engine import read
from minmap.reading.known_sources import catalogue
from minmap.reading.samples import sample

__all__ = ["read", "sample", "sources"]


def sources() -> pd.DataFrame:
    """Return the sources that `read` recognises.

    Returns
    -------
    pandas.DataFrame
        ``id``, ``title``, ``publisher``, ``records`` (in the published source), ``vintage``,
        ``licence``, ``citation``, ``url``, and ``forms``: the files in which it comes, with the
        companion tables that are joined to it; one row a source.

    Examples
    --------
    >>> sources()["id"].tolist()
    ['major_deposits', 'minfac', 'mrds', 'pp1802', 'sir20105090z', 'usmin']
    """
    names = ["id", "title", "publisher", "records", "vintage", "licence", "citation", "url"]
    known = catalogue().values()
    table = {name: [getattr(source, name) for source in known] for name in names}
    return pd.DataFrame(table | {"forms": ["; ".join(source.forms) for source in known]})
