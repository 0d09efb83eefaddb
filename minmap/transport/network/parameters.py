"""The assumptions of transport: speeds, prices and delays, each with a source."""

import math
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Final

import pandas as pd

from minmap.arguments import require_kind, require_number, require_one_of
from minmap.types import TEXT

_CURE: Final = "give values by key, such as {'road_kmh': 40}; minmap.assumptions() lists the keys"


def assumed(given: Mapping[str, float] | None = None) -> dict[str, float]:
    """Return the assumptions by key, some of them replaced.

    Parameters
    ----------
    given
        Values by key, in the unit of the key; the others are those that `assumptions` lists. None
        replaces nothing.

    Raises
    ------
    ChoiceError
        If there is no such key.
    MinmapError
        If a value is not a number, not finite or negative, a speed is 0, or the detour factor is
        below 1.

    Examples
    --------
    >>> assumed({"rail_kmh": 45})["rail_kmh"]
    45.0
    >>> assumed({"rail_kph": 45})
    Traceback (most recent call last):
        ...
    minmap.errors.ChoiceError: assumptions='rail_kph' is not known; did you mean 'rail_kmh'? ...
    """
    standard = dict(zip(_table()["key"], _table()["value"].tolist(), strict=True))
    replaced = {} if given is None else given
    require_kind(replaced, Mapping, name="assumptions", cure=_CURE)
    for key in replaced:
        require_one_of(key, standard, name="assumptions")
    return {
        key: require_number(
            replaced.get(key, like),
            name=f"assumptions[{key!r}]",
            like=like,
            least=-math.inf if key.endswith("_kmh") else float(key == "detour_factor"),
            above=0.0 if key.endswith("_kmh") else -math.inf,
        )
        for key, like in standard.items()
    }


def assumptions() -> pd.DataFrame:
    """List the assumed speeds, prices and delays, each with its source.

    Returns
    -------
    pandas.DataFrame
        One row for each assumption: ``key``, ``value``, ``unit``, ``meaning`` and ``source``. A
        source that begins with "minmap (ours)" is a judgement of this package, with the reason.

    Examples
    --------
    >>> table = assumptions().set_index("key")
    >>> float(table.loc["border_rail_hours", "value"]), table.loc["border_rail_hours", "unit"]
    (40.6, 'h')
    """
    return _table().copy()


@cache
def _table() -> pd.DataFrame:
    file = resources.files(__package__) / "data" / "assumptions.csv"
    with file.open(encoding="utf-8") as lines:
        table = pd.read_csv(lines, dtype=TEXT, keep_default_na=False)
    return table.astype({"value": "float64"})
