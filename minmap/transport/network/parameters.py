"""The assumptions of transport: speeds, prices and delays, each with a source."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

import pandas as pd

from minmap.arguments import require_kind, require_number, require_one_of
from minmap.types import TEXT

_CURE: Final = "give values by key, such as {'road_kmh': 40}; minmap.assumptions() lists the keys"


@dataclass(frozen=True, kw_only=True)
class Assumptions:
    """Speeds, prices and delays of transport. They are immutable.

    `assumptions` lists each with its unit, meaning and source; `Assumptions.of` returns them, and
    can replace some of them.

    Examples
    --------
    >>> Assumptions.of({"rail_kmh": 45}).rail_kmh
    45.0
    >>> Assumptions.of({"rail_kph": 45})
    Traceback (most recent call last):
        ...
    minmap.errors.ChoiceError: assumptions='rail_kph' is not known; did you mean 'rail_kmh'? ...
    """

    rail_kmh: float
    road_kmh: float
    sea_kmh: float
    pipeline_kmh: float
    rail_usd_tkm: float
    road_usd_tkm: float
    sea_usd_tkm: float
    pipeline_usd_tkm: float
    transshipment_hours: float
    transshipment_usd_t: float
    gauge_break_hours: float
    gauge_break_usd_t: float
    border_rail_hours: float
    border_rail_usd_t: float
    border_road_hours: float
    border_road_usd_t: float
    border_sea_hours: float
    border_sea_usd_t: float
    detour_factor: float
    loading_hours: float
    loading_usd_t: float

    def __post_init__(self) -> None:
        for key, like in _standard().items():
            speed = key.endswith("_kmh")
            value = require_number(
                getattr(self, key),
                name=f"assumptions[{key!r}]",
                like=like,
                least=-math.inf if speed else float(key == "detour_factor"),
                above=0.0 if speed else -math.inf,
            )
            object.__setattr__(self, key, value)

    @classmethod
    def of(cls, given: Assumptions | Mapping[str, float] | None = None) -> Assumptions:
        """Return the standard assumptions, some of them replaced.

        Parameters
        ----------
        given
            Values by key, in the unit of the key; the others are those that `assumptions` lists.
            None replaces nothing; an `Assumptions` is returned unchanged.

        Raises
        ------
        ChoiceError
            If there is no such key.
        MinmapError
            If a value is not a number, not finite or negative, a speed is 0, or the detour factor
            is below 1.
        """
        if isinstance(given, Assumptions):
            return given
        standard = _standard()
        replaced = {} if given is None else given
        require_kind(replaced, Mapping, name="assumptions", cure=_CURE)
        for key in replaced:
            require_one_of(key, standard, name="assumptions")
        return cls(**standard | dict(replaced))


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


def _standard() -> dict[str, float]:
    table = _table()
    return dict(zip(table["key"], table["value"].tolist(), strict=True))
