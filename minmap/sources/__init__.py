"""Sources of mineral occurrences: one TOML file each, and one engine that reads them all.

A further source is a further TOML file in this folder.
"""

from __future__ import annotations

import pandas as pd

from minmap.sources.engine import read
from minmap.sources.samples import sample
from minmap.sources.source import catalogue

__all__ = ["read", "sample", "sources"]


def sources() -> pd.DataFrame:
    """Return the sources that `read` recognises.

    Returns
    -------
    pandas.DataFrame
        ``id``, ``title``, ``records`` (in the published source), ``vintage``, ``licence``,
        ``citation``, ``url``; one row a source.

    Examples
    --------
    >>> sources()["id"].tolist()
    ['major_deposits', 'mrds', 'pp1802']
    """
    names = ["id", "title", "records", "vintage", "licence", "citation", "url"]
    known = catalogue().values()
    return pd.DataFrame({name: [getattr(source, name) for source in known] for name in names})
