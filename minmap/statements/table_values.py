"""What the statistics say of countries: shares as ranges, ranks and amounts."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from minmap.commodity_statistics import statistics
from minmap.errors import ChoiceError

_SERIES: Final = ["series", "unit", "year"]
_NUMBER: Final = re.compile(r"[\d,]+(?:\.\d+)?")
_SMALL: Final = "Small"
_TONNES: Final = {"metric tons": 1.0, "thousand metric tons": 1e3, "million metric tons": 1e6}


@dataclass(frozen=True)
class Series:
    """Values of one commodity, measure, unit and year by country.

    Attributes
    ----------
    rows
        Rows of `minmap.statistics`, the largest value first.
    """

    rows: pd.DataFrame

    @property
    def unit(self) -> str:
        """The unit, and what it is of."""
        return str(self.rows["unit"].iloc[0])

    @property
    def year(self) -> int:
        """The year of the values."""
        return int(self.rows["year"].iloc[0])

    @property
    def words(self) -> str:
        """What it is of, and its year, such as ``"reserves of lead, 2025"``."""
        first = self.rows.iloc[0]
        series = str(first["series"])
        _, _, content = self.unit.partition(", ")
        is_plain = content in ("", f"{first['commodity_name'].lower()} content")
        parts = [series[:1].lower() + series[1:], "" if is_plain else content, str(self.year)]
        return ", ".join(filter(None, parts))

    @property
    def citation(self) -> str:
        """The source, to cite."""
        return str(self.rows["citation"].iloc[0])

    @property
    def tonnes(self) -> float:
        """Metric tonnes in one unit."""
        return _TONNES[self.unit.partition(", ")[0]]

    @property
    def world(self) -> float:
        """The world total; NaN if the source has none."""
        return float(self.rows["world_total"].iloc[0])

    @property
    def is_open(self) -> bool:
        """Whether the world total is a lower bound."""
        return bool(self.rows["world_total_qualifier"].eq("greater than").any())

    @property
    def others(self) -> str:
        """What all countries that the source does not list have together, as printed."""
        text = self.rows["other_countries"].iloc[0]
        return "" if pd.isna(text) else str(text)

    def of(self, countries: Sequence[str]) -> pd.DataFrame:
        """Return the rows of countries that have a number above zero."""
        rows = self.rows[self.rows["country"].isin(list(countries))]
        return rows[rows["value"] > 0]

    def lists(self, countries: Sequence[str]) -> bool:
        """Return whether the source has a number, or zero, for one of the countries."""
        return bool(
            self.rows.loc[self.rows["country"].isin(list(countries)), "value"].notna().any()
        )

    def share(self, countries: Sequence[str]) -> tuple[float, float]:
        """Return the least and the greatest share that the table leaves to countries.

        Parameters
        ----------
        countries
            Their alpha-3 codes.

        Returns
        -------
        least
            What the table lists for them, as a share of the world total; 0 if it lists none of
            them. If that total is a lower bound, this is the most that the listed ones have.
        most
            The same, if they also had all that the table leaves to countries without a number: the
            larger of what it prints for other countries and of what is left of the total, rounded
            up. If it prints "Small" for them, they may have what the rounding of the total hides.
            NaN if the total is a lower bound, since the table then sets no limit.
        """
        listed = float(self.of(countries)["value"].sum())
        if self.is_open:
            return listed / self.world, float("nan")
        rounding = _half_unit(str(self.rows["world_total_text"].iloc[0]))
        left = self.world + rounding - float(self.rows["value"].sum())
        rest = max(left, rounding if self.others == _SMALL else _number(self.others))
        return listed / self.world, (listed + rest) / self.world


def series_of(commodity: str, measure: str) -> list[Series]:
    """Return the series of a commodity, the latest first; none if the source has none.

    Examples
    --------
    >>> [series.words for series in series_of("Pb", "reserves")]
    ['reserves of lead, 2025']
    >>> zinc, *_ = series_of("Zn", "reserves")
    >>> [round(share, 3) for share in zinc.share(["KAZ", "UZB"])]
    [0.031, 0.152]
    >>> series_of("U", "reserves")
    []
    """
    try:
        table = statistics(commodity=commodity, measure=measure)
    except ChoiceError:
        return []
    parts = [Series(rows) for _, rows in table.groupby(_SERIES, sort=False, dropna=False)]
    return sorted(parts, key=lambda series: -series.year)


def _number(text: str) -> float:
    found = _NUMBER.search(text)
    return float(found[0].replace(",", "")) if found else 0.0


def _half_unit(text: str) -> float:
    """Return half a unit of the last digit before the zeros: a total of 95,000 is 500 unsure."""
    digits = text.replace(",", "").strip(">")
    return 0.5 * float("1" + "0" * (len(digits) - len(digits.rstrip("0"))))
