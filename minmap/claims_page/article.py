"""The page of claims as an article."""

import os
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any, Final

import pandas as pd

import minmap
from minmap.claims_page.markup import element, link, picture, share_bar, table, text
from minmap.claims_page.pictures import chromium_map, sites_map
from minmap.commodity_statistics.world_tables import SOURCE
from minmap.output import PAGES, atomic_path, require_writable
from minmap.statements.claim_table import claims
from minmap.statements.earlier_tables import earlier_tables
from minmap.statements.inventory_sites import INVENTORY, SHOWN, published_counts, site_counts
from minmap.statements.shipped_tables import rows
from minmap.statements.verdicts import (
    AGREES,
    CONTRADICTED,
    OUT_OF_DATE,
    UNCHECKED,
    UNSUPPORTED,
)
from minmap.vocabulary import labels
from minmap.webmap.content_policy import Policy

TITLE: Final = "What is said of Central Asia's minerals, and what tables say"
_MEANINGS: Final = {
    AGREES: "A table has the number.",
    CONTRADICTED: "The table leaves no room for the number.",
    UNSUPPORTED: "The table has less, or counts something else. It is not complete, so that it "
    "does not rule the claim out either.",
    OUT_OF_DATE: "An earlier edition had it, and this one does not.",
    UNCHECKED: "No table used here has it, or it lists none of the countries.",
}
_FULL_PERCENT: Final = 45
_OCCURRENCES: Final = "Rare earths and rare metals: 384 occurrences"


def write_claims(path: str | os.PathLike[str]) -> None:
    """Write the page of claims: one HTML file without scripts, which opens without a network.

    Raises
    ------
    ChoiceError
        If the path does not end in .html or .htm.
    FileError
        If the file cannot be written.
    """
    target = require_writable(path, endings=PAGES)
    page = claims_page()
    with atomic_path(target) as draft:
        draft.write_text(page, encoding="utf-8", newline="\n")


def claims_page() -> str:
    """Return the page as HTML."""
    said = claims()
    style = element("style", (files(__package__) / "page.css").read_text(encoding="utf-8"))
    policy = Policy()
    policy.allow(style)
    head = [
        '<meta charset="utf-8">',
        policy.meta(),
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        element("title", text(TITLE)),
        style,
    ]
    parts = [
        element("h1", text(TITLE)),
        _making(),
        *_introduction(said),
        *_commodities(said),
        *_occurrences(said),
        *_sources(said),
    ]
    body = element("body", element("main", *parts))
    return f'<!DOCTYPE html>\n<html lang="en"><head>{"".join(head)}</head>{body}</html>\n'


def _making() -> str:
    """Return who made the page, and of what date its data are."""
    read_on = max(row["read_on"] for row in rows("claims"))
    return element(
        "p",
        text(
            f"Made by minmap {minmap.__version__}. Claims as read by {read_on}; Mineral Commodity "
            f"Summaries 2026 {SOURCE['vintage']}."
        ),
        class_="made",
    )


def _introduction(said: pd.DataFrame) -> Iterator[str]:
    yield _paragraph(
        "Articles about the minerals of Kazakhstan, Kyrgyzstan, Tajikistan, Turkmenistan and "
        "Uzbekistan repeat a few numbers. This page quotes them, names who said them, and puts "
        "beside each what an open table says: the Mineral Commodity Summaries 2026 of the U.S. "
        "Geological Survey (USGS), and three of its tables of deposits."
    )
    yield _paragraph(
        "The page itself states none of these numbers. “Not supported” means that the table does "
        "not have the number, not that it is untrue."
    )
    yield _paragraph(f"{_years(said)} {_earlier()}")
    counts = said["verdict"].value_counts()
    lines = [(name, str(counts.get(name, 0)), words) for name, words in _MEANINGS.items()]
    yield table(["What follows", "Claims", "Meaning"], lines, caption=f"{len(said)} claims")


def _years(said: pd.DataFrame) -> str:
    """Return from when to when the claims and the tables are."""
    years = said.loc[said["commodity"].notna(), ["said_year", "data_year"]].agg(["min", "max"])
    said_from, said_to = years["said_year"]
    tables_from, tables_to = years["data_year"]
    return (
        f"The claims are of {said_from} to {said_to}, and are held against tables of {tables_from} "
        f"and {tables_to}, which may differ from those that their authors had."
    )


def _earlier() -> str:
    """Return what earlier editions have of Kazakhstan's chromium, in a sentence."""
    texts = [
        f"rank {table.rank_of('KAZ')}{', shared,' if table.is_shared('KAZ') else ''} in {measure} "
        f"of {table.year} ({table.amount_of('KAZ')})"
        for measure in ("reserves", "production")
        for table in earlier_tables("Cr", measure)
    ]
    return (
        f"Earlier editions had Kazakhstan's chromium at {' and at '.join(texts)}; those of other "
        "commodities were not found."
    )


def _commodities(said: pd.DataFrame) -> Iterator[str]:
    """Iterate over a section for each commodity, in the order of the claims."""
    yield element("h2", text("Claim by claim"))
    yield _paragraph(
        "In each bar, a dot is a claim, the dark line is what the table lists for the five "
        "countries (if it lists one), and the blue range is what it leaves open. A dashed line "
        "means that the table sets no limit. A dot on neither has no room in the table."
    )
    names = labels("commodity")
    for code, group in said[said["commodity"].notna()].groupby("commodity", sort=False):
        yield element("h3", text(names[str(code)]))
        yield from _findings(group)
        if code == "Cr":
            yield picture(chromium_map(), alt="World map of reserves of chromium by country, 2025")


def _findings(group: pd.DataFrame) -> Iterator[str]:
    """Iterate over the conclusions, each with its claims."""
    for (verdict, conclusion), part in group.groupby(["verdict", "conclusion"], sort=False):
        same = part.groupby("claim", sort=False)
        sayings = element("ul", *(element("li", _saying(one)) for _, one in same))
        badge = element(
            "strong", text(str(verdict)), class_=f"v{list(_MEANINGS).index(str(verdict))}"
        )
        first = part.iloc[0]
        bar = ""
        if first["data_unit"] == "percent":
            least, most = (
                None if pd.isna(share) else float(share)
                for share in first[["data_value", "data_most"]]
            )
            bar = share_bar(part["said"].tolist(), least, most, full=_FULL_PERCENT)
        answer = element("p", badge, text(f" {conclusion}"))
        yield element("section", sayings, bar, answer, class_="finding")


def _saying(same: pd.DataFrame) -> str:
    """Return a claim with those who said it, and their quotes."""
    said_by = "; ".join(_origin(row) for _, row in same.iterrows())
    return f"{element('b', text(same['claim'].iloc[0]))} ({said_by})"


def _origin(row: "pd.Series[Any]") -> str:
    if pd.isna(row["url"]):
        return text(f"{row['said_by']}, {row['known_by']}")
    is_dated = str(row["said_by"])[-4:].isdigit()
    said_by = str(row["said_by"]) if is_dated else f"{row['said_by']}, {row['said_year']}"
    quote = "" if pd.isna(row["quote"]) else f": {element('q', text(row['quote']))}"
    return link(said_by, row["url"]) + quote


def _occurrences(said: pd.DataFrame) -> Iterator[str]:
    """Iterate over the section on the inventory of USGS."""
    names = labels("country")
    yield element("h2", text(_OCCURRENCES))
    yield from _findings(said[said["commodity"].isna()])
    yield _paragraph(
        "How many sites are found depends on what counts as a rare metal, and on how sure one must "
        "be that two records are one site: a range is from half sure to nine tenths sure. A count "
        "near 384 would not show that they are the same occurrences."
    )
    counts = site_counts()
    countries = list(published_counts().index)
    lines = []
    for row in rows("definitions"):
        part = counts[counts["definition"] == row["definition"]]
        ranges = [_range(part[part["country"] == code]["sites"]) for code in countries]
        whole = _range(part.groupby("threshold")["sites"].sum())
        lines.append([row["title"], *ranges, whole])
    published = [*map(str, published_counts()), str(published_counts().sum())]
    lines.append([f"{INVENTORY}, as published", *published])
    yield element("p", text("The table is wider than a phone: it scrolls sideways."), class_="hint")
    yield table(
        ["What counts", *(names[code] for code in countries), "Together"],
        lines,
        caption="Sites in PP 1802 (2017), OFR 2005-1294 (2005) and MRDS (2011), each once",
    )
    yield from _map_of_sites(names)


def _map_of_sites(names: Mapping[str, str]) -> Iterator[str]:
    """Iterate over the map of the sites that were found, and what it shows."""
    definition, threshold = SHOWN
    words = next(row["words"] for row in rows("definitions") if row["definition"] == definition)
    yield picture(sites_map(names), alt=f"Map of the sites found in Central Asia: {words}")
    yield _paragraph(
        f"The map shows sites of {words}, each by the first of these that it names; records count "
        f"as one site from a probability of {threshold}. The two counts stand beside each other: a "
        "site that was found need not be one of the inventory, which covers the Tien Shan and the "
        "Pamir, while some of the sites lie farther north. Most of the 384 are missing from the "
        "three tables, which are extracts of lists of major and critical deposits, and of a "
        "database that ended in 2011."
    )


def _range(numbers: "pd.Series[int]") -> str:
    low, high = int(numbers.min()), int(numbers.max())
    return str(low) if low == high else f"{low}–{high}"


def _sources(said: pd.DataFrame) -> Iterator[str]:
    yield element("h2", text("Sources"))
    yield element("h3", text("Tables"))
    items = [
        element("li", link(source["citation"], source["url"]), text(f" ({source['licence']})"))
        for source in said.attrs["sources"]
    ]
    yield element("ul", *items)
    yield element("h3", text("Where the claims were said"))
    documents = said.drop_duplicates(["said_by", "document"])
    items = [
        element("li", link(f"{row['said_by']}: {_title(row)}", row["url"]))
        for _, row in documents.iterrows()
    ]
    yield element("ul", *items)
    notes = "; or ".join(said["known_by"].unique())
    yield _paragraph(
        f"How a claim is known: {notes}. Pages were read in stored copies, not on the live web."
    )
    yield element("h3", text("What counts as a rare metal"))
    items = [
        element("li", text(f"{row['title']}: {row['words']}. Source: {row['source']}."))
        for row in rows("definitions")
    ]
    yield element("ul", *items)


def _title(row: "pd.Series[Any]") -> str:
    return "title and address not recorded" if pd.isna(row["url"]) else str(row["document"])


def _paragraph(words: str) -> str:
    return element("p", text(words))
