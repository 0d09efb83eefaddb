"""Read mineral occurrences: one TOML file per source, and one engine for all.

Add a source by adding a TOML file to this folder.
"""

import pandas as pd

from minmap.arguments import known_keywords
from minmap.reading.engine import read
from minmap.reading.known_sources import catalogue
from minmap.reading.samples import sample

__all__ = ["read", "sample", "sources"]


@known_keywords
def sources() -> pd.DataFrame:
    """Return the sources that `read` recognises.

    Returns
    -------
    pandas.DataFrame
        One row per source: ``id``, ``title``, ``publisher``, ``records`` (in the published source),
        ``vintage``, ``licence``, ``citation``, ``url``, and ``forms``: the files in which it is
        distributed, with the companion tables that are joined to it.

    Examples
    --------
    >>> sources()["id"].tolist()
    ['major_deposits', 'minfac', 'mrds', 'pp1802', 'sir20105090z', 'usmin']
    """
    names = ["id", "title", "publisher", "records", "vintage", "licence", "citation", "url"]
    known = catalogue().values()
    table = {name: [getattr(source, name) for source in known] for name in names}
    return pd.DataFrame(table | {"forms": ["; ".join(source.forms) for source in known]})
