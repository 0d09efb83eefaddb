"""What follows from a table for a claim, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from minmap.commodity_statistics.world_tables import SOURCE
from minmap.statements.earlier_tables import earlier_tables
from minmap.statements.inventory_sites import site_counts, table_sources
from minmap.statements.shipped_tables import rows
from minmap.statements.table_values import Series, series_of
from minmap.vocabulary import labels

AGREES: Final = "agrees within rounding"
CONTRADICTED: Final = "contradicted by the table"
UNSUPPORTED: Final = "not supported by the table"
OUT_OF_DATE: Final = "out of date"
UNCHECKED: Final = "cannot be checked with these tables"

_EQUAL: Final = 1e-9
_SMALL_SHARE: Final = 0.1
_NAN: Final = float("nan")
_MILLION: Final = 1e6
_IN_TONNES: Final = {"t U": 1.0, "Mt U": _MILLION}
_IN_GROUND: Final = ("reserves", "resources")
_ELSEWHERE: Final = {"U": "the Red Book of the OECD Nuclear Energy Agency and the IAEA"}
"""Open tables of commodities that ours do not cover."""


@dataclass(frozen=True)
class Claim:
    """A claim as it is shipped.

    Attributes
    ----------
    countries
        Alpha-3 codes; none for the world.
    looked_up
        The commodity in the table.
    measure
        Such as ``"reserves_share"``.
    value
        As said.
    """

    countries: tuple[str, ...]
    looked_up: str
    measure: str
    value: str

    @property
    def number(self) -> float:
        """The value as a number."""
        return float(self.value)

    def is_met_by(self, number: float) -> bool:
        """Return whether a number is the value, as it is rounded."""
        decimals = len(self.value.partition(".")[2])
        return abs(number - self.number) <= 0.5 * 10.0**-decimals + _EQUAL


@dataclass(frozen=True)
class Finding:
    """What a table says of a claim.

    Attributes
    ----------
    verdict
        `AGREES`, `CONTRADICTED`, `UNSUPPORTED`, `OUT_OF_DATE` or `UNCHECKED`.
    conclusion
        One plain sentence or two.
    value, most
        The value of the table, and the most that it leaves open; NaN if there is none. The value
        is NaN too if the table lists none of the countries.
    unit, year, measure
        Of the value; empty if there is none.
    source
        Of the value, and of earlier values that the conclusion names.
    """

    verdict: str
    conclusion: str
    value: float = _NAN
    most: float = _NAN
    unit: str = ""
    year: int | None = None
    measure: str = ""
    source: str = ""


def finding_on(claim: Claim) -> Finding:
    """Return what the tables say of a claim.

    Examples
    --------
    >>> found = finding_on(Claim(("KAZ", "UZB"), "Pb", "reserves_share", "20"))
    >>> found.verdict, round(found.most, 1)
    ('contradicted by the table', 6.9)
    """
    if claim.measure in ("occurrences", "deposits"):
        return _of_counts(claim)
    measure, _, kind = claim.measure.partition("_")
    found = series_of(claim.looked_up, measure) if measure != "resources" else []
    if not found:
        return _without_table(claim, measure)
    if kind == "share":
        return _of_shares(claim, found)
    return _of_ranks(claim, found, measure) if kind == "rank" else _of_amounts(claim, found)


def _of_shares(claim: Claim, found: Sequence[Series]) -> Finding:
    """Compare a share in percent with those of each series, and with those of earlier years."""
    chosen = next((s for s in found if claim.is_met_by(100 * s.share(claim.countries)[0])), None)
    series = chosen or found[0]
    least, most = (100 * part for part in series.share(claim.countries))
    is_listed = series.lists(claim.countries)
    measure = claim.measure.partition("_")[0]
    met, earlier, citation = _earlier_share(claim, measure)
    if chosen is not None:
        verdict, text = AGREES, f"The table gives {_percents([least])[0]} ({series.words})."
    elif met:
        verdict, text = OUT_OF_DATE, _some_listed(claim, series, most)
    elif most < claim.number:
        verdict, text = CONTRADICTED, _no_room(claim, series, most)
    elif not is_listed:
        verdict, text = UNCHECKED, _none_listed(series, most)
    else:
        verdict, text = UNSUPPORTED, _some_listed(claim, series, most)
    parts = (text, _by_other_measures(claim, found, series), earlier)
    return Finding(
        verdict,
        " ".join(filter(None, parts)),
        value=least if is_listed else _NAN,
        most=most,
        unit="percent",
        year=series.year,
        measure=series.words,
        source=_joined(series.citation, citation),
    )


def _by_other_measures(claim: Claim, found: Sequence[Series], series: Series) -> str:
    """Return what the other series list, in a sentence; of production too if this has nothing."""
    others = [other for other in found if other is not series]
    if not series.lists(claim.countries):
        others += series_of(claim.looked_up, "production")
    texts = [f"{listed} ({other.words})" for other in others if (listed := _listed(claim, other))]
    return f"By other measures it lists {'; '.join(texts)}." if texts else ""


def _earlier_share(claim: Claim, measure: str) -> tuple[bool, str, str]:
    """Return whether the latest earlier table agrees, a sentence on it, and its source."""
    for table in earlier_tables(claim.looked_up, measure):
        listed = [code for code in claim.countries if code in table.values]
        if listed:
            share = 100 * table.share_of(listed)
            names = " and ".join(labels("country")[code] for code in listed)
            text = (
                f"By an earlier edition, {names} had {_percents([share])[0]} in {table.year} "
                f"({table.source})."
            )
            return claim.is_met_by(share), text, table.citations
    return False, "", ""


def _joined(*citations: str) -> str:
    return "; ".join(filter(None, citations))


def _percents(shares: Sequence[float]) -> list[str]:
    """Return shares in percent with one precision: a decimal, or two if one is small.

    Examples
    --------
    >>> _percents([18.52, 3]), _percents([0.124, 0.041])
    (['18.5 %', '3.0 %'], ['0.12 %', '0.04 %'])
    """
    decimals = 2 if min(shares) < _SMALL_SHARE else 1
    return [f"{share:.{decimals}f} %" for share in shares]


def _listed(claim: Claim, series: Series) -> str:
    """Return the countries of a claim that the table lists, with their shares."""
    bound = "at most " if series.is_open else ""
    rows = series.of(claim.countries)
    if rows.empty:
        return ""
    shares = _percents((100 * rows["value"] / series.world).tolist())
    named = zip(rows["country_name"], shares, strict=True)
    return " and ".join(f"{name} with {bound}{share}" for name, share in named)


def _no_room(claim: Claim, series: Series, most: float) -> str:
    lists = _listed(claim, series) or "none of these countries with an amount"
    unit, _, content = series.unit.partition(", ")
    unit = f"{unit} ({content})" if content else unit
    has_amount = series.others[:1].isdigit()
    amount = f"{series.others} {unit}" if has_amount else f"“{series.others}”"
    limit = (
        "Even if these countries had all that the table assigns to no listed country, their "
        f"share would be {_percents([most])[0]}."
        if has_amount
        else "Those that it lists already make up the world total, whose rounding hides at most "
        f"{_percents([most])[0]}."
    )
    return (
        f"The table ({series.words}) lists {lists}, and {amount} for all other countries together. "
        f"{limit}"
    )


def _none_listed(series: Series, most: float) -> str:
    limit = (
        "its total is only a lower bound, so that it sets no limit"
        if series.is_open
        else f"it leaves up to {_percents([most])[0]} to countries that it does not list"
    )
    return (
        f"The table ({series.words}) lists none of these countries with an amount, and {limit}: "
        "it neither supports the claim nor rules it out."
    )


def _some_listed(claim: Claim, series: Series, most: float) -> str:
    rest = (
        "It does not say how much the countries have that it leaves out"
        if series.is_open
        else f"With all that it assigns to no listed country, their share would be "
        f"{_percents([most])[0]}, so that it does not rule the claim out"
    )
    return f"The table ({series.words}) lists {_listed(claim, series)}. {rest}."


def _of_ranks(claim: Claim, found: Sequence[Series], measure: str) -> Finding:
    """Compare a rank with those of each series, and with those of earlier years."""
    ranked = [
        (series, int(rank), int(of))
        for series in found
        for rank, of in series.of(claim.countries)[["rank", "ranked"]].to_numpy()
    ]
    if not ranked:
        return _without_table(claim, measure)
    texts = [f"{rank} of {of} ({series.words})" for series, rank, of in ranked]
    agreeing = [one for one in ranked if one[1] == claim.number]
    series, rank, _ = (agreeing or ranked)[0]
    earlier, citation = _earlier_rank(claim, measure)
    # Countries that a table does not list can only push a rank down.
    is_ruled_out = all(rank > claim.number for _, rank, _ in ranked)
    other = OUT_OF_DATE if earlier else CONTRADICTED if is_ruled_out else UNSUPPORTED
    return Finding(
        AGREES if agreeing else other,
        f"In the table its rank is {' and '.join(texts)}. {earlier}".strip(),
        value=float(rank),
        unit="rank",
        year=series.year,
        measure=series.words,
        source=_joined(series.citation, citation),
    )


def _earlier_rank(claim: Claim, measure: str) -> tuple[str, str]:
    """Return what a table of an earlier year says, and its source, if the claim agrees with it."""
    country = claim.countries[0]
    for table in earlier_tables(claim.looked_up, measure):
        rank = table.rank_of(country)
        if rank == claim.number:
            shared = ", shared" if table.is_shared(country) else ""
            amount = table.amount_of(country)
            text = f"In {table.year} it was {rank}{shared}, with {amount} ({table.source})."
            return text, table.citations
    return "", ""


def _of_amounts(claim: Claim, found: Sequence[Series]) -> Finding:
    """Compare an amount in million tonnes with that of each series."""
    given = [(series, series.of(claim.countries)["value"].sum()) for series in found]
    amounts = [(series, value * series.tonnes / _MILLION) for series, value in given]
    agreeing = [pair for pair in amounts if claim.is_met_by(pair[1])]
    series, amount = (agreeing or amounts)[0]
    others = [f"{other:,.0f} Mt ({s.words})" for s, other in amounts if s is not series]
    text = f"The table has {amount:,.0f} Mt ({series.words})"
    return Finding(
        AGREES if agreeing else UNSUPPORTED,
        "; by another measure ".join([text, *others]) + ".",
        value=amount,
        unit="Mt",
        year=series.year,
        measure=series.words,
        source=series.citation,
    )


def _without_table(claim: Claim, measure: str) -> Finding:
    """Return the finding that no table has the number, and what the table has of the country."""
    reserves = series_of(claim.looked_up, "reserves")
    if not reserves:
        other = _ELSEWHERE.get(claim.looked_up, "")
        has = f" There are other open tables, such as {other}." if other else ""
        text = f"{SOURCE['title']} do not cover this commodity.{has} {_own_share(claim)}".strip()
        return Finding(UNCHECKED, text)
    series = reserves[0]
    names = " and ".join(labels("country")[code] for code in claim.countries)
    has = "lists" if series.lists(claim.countries) else "does not list"
    return Finding(
        UNCHECKED,
        f"The table has reserves, not {measure} ({series.words}), and {has} {names}.",
        source=series.citation,
    )


def _own_share(claim: Claim) -> str:
    """Return the share that other claims on the country's and the world's amounts give."""
    measure, _, kind = claim.measure.partition("_")
    if kind != "share" or measure not in _IN_GROUND:
        return ""
    country = " ".join(claim.countries)
    given = {
        row["countries"]: row
        for row in rows("claims")
        if row["measure"] in _IN_GROUND and row["commodity"] == claim.looked_up
    }
    if country not in given or "" not in given:
        return ""
    one, whole = given[country], given[""]
    share = _percents([100 * _tonnes(one) / _tonnes(whole)])[0]
    return (
        f"The publisher's own amounts, {_said_amount(one)} for the country and "
        f"{_said_amount(whole)} for the world, give {share}."
    )


def _tonnes(row: Mapping[str, str]) -> float:
    return float(row["value"]) * _IN_TONNES[row["unit"]]


def _said_amount(row: Mapping[str, str]) -> str:
    """Return an amount as it is said, such as ``"132,300 t of resources"``."""
    return f"{float(row['value']):,.10g} {row['unit'].split()[0]} of {row['measure']}"


def _of_counts(claim: Claim) -> Finding:
    """Compare a count of occurrences with the sites of the sample tables."""
    counts = site_counts().groupby(["definition", "threshold"])["sites"].sum()
    if claim.measure == "deposits":
        total = sum(int(row["occurrences"]) for row in rows("inventory"))
        verdict = UNSUPPORTED
        text = (
            f"Its source counts {total} occurrences, from mineral showings to developed deposits, "
            "of rare earths and rare metals together."
        )
    else:
        verdict = UNCHECKED
        text = (
            f"Three open tables have {counts.min()} to {counts.max()} such sites, by what counts "
            "as a rare metal and as one site. The table of the inventory was not found, so that "
            "it cannot be told which of its occurrences these are."
        )
    return Finding(
        verdict,
        text,
        value=float(counts.min()),
        most=float(counts.max()),
        unit="sites",
        measure="sites in three sample tables, each counted once",
        source="; ".join(source["title"] for source in table_sources()),
    )
