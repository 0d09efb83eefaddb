"""The sample data that comes with minmap."""

from pathlib import Path
from typing import Final

from minmap.arguments import known_keywords, require_one_of
from minmap.errors import FileError

# Beside the package in a checkout, inside it in an installed wheel.
_FOLDERS: Final = (
    Path(__file__).resolve().parents[1] / "sample_data",
    Path(__file__).resolve().parents[2] / "sample_data",
)
_ENDINGS: Final = (".csv", ".shp", ".tif")


@known_keywords
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
