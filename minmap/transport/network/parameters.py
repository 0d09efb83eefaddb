"""The assumptions of transport: speeds, prices and delays, each a range with a source."""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Final, NamedTuple, TypeAlias

import pandas as pd

from minmap.arguments import require_kind, require_number, require_one_of, shown
from minmap.errors import MinmapError
from minmap.types import TEXT


class Range(NamedTuple):
    """An assumption: its value, and the low and the high end of its range."""

    low: float
    value: float
    high: float


Assumed: TypeAlias = float | Sequence[float]
"""What a user may give for an assumption: a number, or (low, value, high)."""
LEVELS: Final = ("_low", "", "_high")
"""Endings of the columns of a range, from low to high."""
MOST: Final = 1_000_000.0
"""The largest figure a user may give for hours or USD; sums of larger ones might overflow."""
_SLOWEST: Final = 0.001
_CURE: Final = "give values by key, such as {'road_kmh': 40}; minmap.assumptions() lists the keys"


def assumed(given: Mapping[str, Assumed] | None = None) -> dict[str, Range]:
    """Return the assumptions by key, some of them replaced.

    Parameters
    ----------
    given
        Values by key, in the unit of the key: a number, which then has no range, or (low, value,
        high). The others are those that `assumptions` lists. None replaces nothing.

    Raises
    ------
    ChoiceError
        If there is no such key.
    MinmapError
        If a value is not a number, negative or above 1,000,000, a speed is below 0.001, a share
        above 1, the detour factor below 1, or a range is not in rising order.

    Examples
    --------
    >>> assumed({"rail_kmh": 45})["rail_kmh"]
    Range(low=45.0, value=45.0, high=45.0)
    >>> assumed({"rail_kmh": (30, 45, 60)})["rail_kmh"].high
    60.0
    >>> assumed({"rail_kph": 45})
    Traceback (most recent call last):
        ...
    minmap.errors.ChoiceError: assumptions='rail_kph' is not known; did you mean 'rail_kmh'? ...
    """
    replaced = {} if given is None else given
    require_kind(replaced, Mapping, name="assumptions", cure=_CURE)
    standard = {key: Range(*ends) for key, *ends in _table()[_RANGE].itertuples(index=False)}
    for key in replaced:
        require_one_of(key, standard, name="assumptions")
    return standard | {key: _range(key, value, standard[key]) for key, value in replaced.items()}


def _range(key: str, given: Assumed, standard: Range) -> Range:
    """Return a value that a user gave as a range."""
    name, is_speed = f"assumptions[{key!r}]", key.endswith(("_kmh", "_speed_factor"))
    values = [*given] if isinstance(given, tuple | list) else [given] * len(standard)
    if len(values) != len(standard):
        raise MinmapError(
            f"{name}={shown(given)} is no range; give a number or (low, value, high)."
        )
    low, value, high = (
        require_number(
            number,
            name=name,
            like=standard.value,
            least=_SLOWEST if is_speed else float(key == "detour_factor"),
            most=1.0 if key.endswith("_share") else MOST,
        )
        for number in values
    )
    if not low <= value <= high:
        raise MinmapError(f"{name}={shown(given)} is not in rising order; give (low, value, high).")
    return Range(low, value, high)


def assumptions() -> pd.DataFrame:
    """List the assumed speeds, prices and delays, each a range with its source.

    Returns
    -------
    pandas.DataFrame
        One row for each assumption: ``key``, ``low``, ``value``, ``high``, ``unit``, ``meaning``
        and ``source``. A source that begins with "minmap (ours)" is a judgement of this package,
        with the reason. What borders take is in `minmap.crossings`.

    Examples
    --------
    >>> table = assumptions().set_index("key")
    >>> float(table.loc["rail_kmh", "value"]), table.loc["rail_kmh", "unit"]
    (43.4, 'km/h')
    """
    return _table().copy()


_RANGE: Final = ["key", "low", "value", "high"]


@cache
def _table() -> pd.DataFrame:
    file = resources.files(__package__) / "data" / "assumptions.csv"
    with file.open(encoding="utf-8") as lines:
        table = pd.read_csv(lines, dtype=TEXT, keep_default_na=False)
    return table.astype(dict.fromkeys(_RANGE[1:], "float64"))
