"""The assumptions of transport: speeds, prices and delays, each with a source."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from importlib import resources

import pandas as pd

from minmap.arguments import require_kind, require_one_of, shown
from minmap.errors import MinmapError
from minmap.vocabulary import TEXT

_CURE = "give values by key, such as {'road_kmh': 40}; minmap.assumptions() lists the keys"


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
        for field in fields(self):
            _check(field.name, getattr(self, field.name))

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
        known = {key: float(row["value"]) for key, row in _rows().items()}
        standard = cls(**known)
        if given is None:
            return standard
        require_kind(given, Mapping, name="assumptions", cure=_CURE)
        changed = {
            require_one_of(key, known, name="assumptions"): _number(key, value)
            for key, value in dict(given).items()
        }
        return replace(standard, **changed)


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
    table = pd.DataFrame(list(_rows().values())).astype(TEXT)
    return table.astype({"value": "float64"})


@cache
def _rows() -> dict[str, dict[str, str]]:
    file = resources.files("minmap") / "transport" / "network" / "data" / "assumptions.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    return {row["key"]: row for row in csv.DictReader(lines)}


def _number(key: str, value: float) -> float:
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise MinmapError(
            f"assumptions: {key}={shown(value)} is not a number; give one."
        ) from error


def _check(key: str, value: float) -> None:
    if not math.isfinite(value) or value < 0:
        raise MinmapError(f"assumptions: {key}={value!r} must be a finite number, 0 or more.")
    if key.endswith("_kmh") and value == 0:
        raise MinmapError(f"assumptions: {key}=0 leads nowhere; give a speed above 0 km/h.")
    if key == "detour_factor" and value < 1:
        raise MinmapError(f"assumptions: {key}={value!r} is shorter than straight; give 1 or more.")
