"""Read mineral occurrences: one TOML file per source, and one engine for all.

Add a source by adding a TOML file to this folder.
"""

from pathlib import Path
from typing import Final

import pandas as pd

from minmap.arguments import check_keywords, require_one_of
from minmap.errors import FileError
from minmap.reading.engine import read
from minmap.reading.known_sources import catalogue
from minmap.reading.match_record import describe_match

__all__ = ["describe_match", "read", "sample", "sources"]

# Beside the package in a checkout, inside it in an installed wheel.
_FOLDERS: Final = (
    Path(__file__).resolve().parents[1] / "sample_data",
    Path(__file__).resolve().parents[2] / "sample_data",
)
_ENDINGS: Final = (".csv", ".shp", ".tif")


@check_keywords
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


@check_keywords
def sample(name: str) -> Path:
    """Return the path of a file of the sample data.

    Parameters
    ----------
    name
        File name, such as ``"mrds_central_asia.csv"``.

    Raises
    ------
    ChoiceError
        If there is no such file; the message lists the files.
    FileError
        If the sample data is not installed.

    Examples
    --------
    >>> sample("mrds_central_asia.csv").name
    'mrds_central_asia.csv'
    """
    for folder in _FOLDERS:
        if folder.is_dir():
            names = [file.name for file in folder.iterdir() if file.suffix in _ENDINGS]
            return folder / require_one_of(name, names, name="name")
    raise FileError("The sample data is not installed; install minmap from a wheel or a checkout.")
