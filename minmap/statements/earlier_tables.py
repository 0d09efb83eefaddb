"""What earlier editions of the tables have: a few values, each with its source."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from minmap.statements.shipped_tables import rows

_MILLION: Final = 1e6


@dataclass(frozen=True)
class EarlierTable:
    """Values of one commodity, measure and earlier year.

    Attributes
    ----------
    year
        Of the values.
    values
        Metric tonnes by country.
    world
        Metric tonnes of the world.
    source
        Where they were read, in a few words.
    citations
        The sources, to cite.
    """

    year: str
    values: "pd.Series[float]"
    world: float
    source: str
    citations: str

    def rank_of(self, country: str) -> int | None:
        """Return the rank of a country; None if one that is not listed may have more."""
        if country not in self.values:
            return None
        own = self.values[country]
        if self.world - self.values.sum() > own:
            return None
        return int((self.values > own).sum()) + 1

    def is_shared(self, country: str) -> bool:
        """Return whether another country has as much."""
        return int((self.values == self.values[country]).sum()) > 1

    def share_of(self, countries: Sequence[str]) -> float:
        """Return the share of those of the countries that are listed."""
        return float(self.values.reindex(list(countries)).sum() / self.world)

    def amount_of(self, country: str) -> str:
        """Return the amount of a country, in words such as ``"230 of 570 Mt"``."""
        return f"{self.values[country] / _MILLION:g} of {self.world / _MILLION:g} Mt"


def earlier_tables(commodity: str, measure: str) -> list[EarlierTable]:
    """Return the tables of earlier years, the latest first; none if we have none.

    Examples
    --------
    >>> [table] = earlier_tables("Cr", "reserves")
    >>> table.year, table.rank_of("KAZ"), table.amount_of("KAZ")
    ('2021', 1, '230 of 570 Mt')
    """
    known = pd.DataFrame(rows("earlier_values"))
    known = known[(known["commodity"] == commodity) & (known["measure"] == measure)]
    return [_table(str(year), part) for year, part in sorted(known.groupby("year"))[::-1]]


def earlier_sources() -> list[dict[str, str]]:
    """Return the sources of all earlier values."""
    found = {row["source_id"]: row for row in rows("earlier_values")}
    return [
        {
            "id": name,
            "title": f"{row['page']} ({row['measure']} of {row['year']})",
            "citation": _citation(row),
            "licence": row["licence"],
            "url": row["url"],
        }
        for name, row in found.items()
    ]


def _table(year: str, part: pd.DataFrame) -> EarlierTable:
    amounts = part.set_index("country")["tonnes"].astype(float)
    citations = dict.fromkeys(_citation(row) for _, row in part.iterrows())
    return EarlierTable(
        year=year,
        values=amounts.drop(""),
        world=float(amounts[""]),
        source=str(part["source"].iloc[0]),
        citations="; ".join(citations),
    )


def _citation(row: "Mapping[str, str] | pd.Series[Any]") -> str:
    return (
        f"{row['source']}: {row['page']}, {row['measure']} of {row['year']}, "
        f"read in a stored copy, {row['url']}"
    )
