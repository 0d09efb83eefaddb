"""The CSV files that are shipped in packages of minmap."""

import csv
import io
from functools import cache
from importlib.resources import files


@cache
def packaged_rows(package: str, name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of the CSV file of a package, which are shared: do not change them.

    Parameters
    ----------
    package
        Name of the package, such as ``__package__``.
    name
        Path of the file in the package, without its ending.

    Examples
    --------
    >>> packaged_rows("minmap.statements", "data/inventory")[0]["country"]
    'KAZ'
    """
    text = (files(package) / f"{name}.csv").read_text(encoding="utf-8")
    # This takes half the time of csv.DictReader.
    header, *records = csv.reader(io.StringIO(text, newline=""))
    return tuple(dict(zip(header, record, strict=True)) for record in records)
