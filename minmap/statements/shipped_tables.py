"""The tables of statements: CSV files in `data`, where each row names its source."""

from minmap.packaged_rows import packaged_rows


def rows(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of `data/<name>.csv`, which are shared: do not change them."""
    return packaged_rows(__package__, f"data/{name}")
