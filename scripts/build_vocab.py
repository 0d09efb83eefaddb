"""Make the vocabulary tables in minmap/vocabulary from the published vocabularies.

    python scripts/build_vocab.py [REFERENCE_DATA_FOLDER]

The folder defaults to ../shared/data beside the repository. Read from it:

- deposits/mrds/MRDS_commodity_code.csv: the commodity codes of the USGS MRDS (public domain)
- deposits/mrds/mrds.met: its metadata, with the FIPS 10-4 codes of countries (public domain)
- vocabulary/minmod: github.com/DARPA-CRITICALMAAS/ta2-minmod-data, commit 050de43 (MIT)
- vocabulary/cgi: IUGS-CGI EarthResourceML vocabularies, commit 8c732a1 (CC BY 4.0)
- vocabulary/critical_minerals.csv: dated lists of critical minerals, each with its source
- basemap/ne_50m_admin_0_countries_world.gpkg: Natural Earth (public domain)

The tables in scripts/vocab are kept by hand: which codes minmap uses, spellings met in the sources
with the place where each was seen, crosswalks with the reason of each, faulty labels of the CGI
vocabularies. A few tables are kept by hand in minmap/vocabulary itself: status, site types, groups
and their members, qualifiers, words that deny, unmapped terms. Names of the elements that the CGI
labels lack are those of KDE Kalzium 25.04, names of countries those of the Unicode CLDR. Words that
no source was found for are in these tables too, as minmap's own with the reason.
"""

from __future__ import annotations

import sys
from pathlib import Path

from folders import REPO, reference_data

TARGET = REPO / "minmap" / "vocabulary"
sys.path.insert(0, str(Path(__file__).resolve().parent / "vocab"))

import type_tables  # noqa: E402 (found through the path above)
from commodity_tables import Commodities  # noqa: E402
from country_tables import alpha2_terms, country_tables, fips_terms  # noqa: E402
from hand_tables import read, write  # noqa: E402

from minmap.vocabulary.spelling import commodity_key  # noqa: E402

COMMODITIES = ["code", "name", "group", "elements", "parents", "mrds_codes", "cgi_uri", "source"]
LISTS = (
    *("list_id", "jurisdiction", "authority", "date", "kind", "status"),
    *("verification", "source", "items"),
)


def commodities(data: Path, target: Path) -> None:
    made = Commodities(data)
    write(target, "commodities", COMMODITIES, made.table())
    terms = list(made.terms())
    write(target, "commodity_terms", ["term", "scheme", "codes", "qualifier", "source"], terms)
    english = {commodity_key(row[0]): row[2] for row in terms if row[1] == "names"}
    header = ["code", "language", "name", "source"]
    write(target, "commodity_names", header, made.names(english))


def deposit_types(data: Path, target: Path) -> None:
    types = list(type_tables.deposit_types(data))
    header = ["code", "name", "environment", "group", "cgi_uri", "source"]
    write(target, "deposit_types", header, types)
    header = ["scheme", "number", "name", "code", "basis", "source"]
    write(target, "deposit_models", header, type_tables.deposit_models())
    header = ["term", "code", "basis", "source"]
    write(target, "deposit_type_terms", header, type_tables.deposit_type_terms(types))


def countries(data: Path, target: Path) -> None:
    listed, terms = country_tables(data)
    write(target, "countries", ["code", "alpha2", "name", "source"], listed)
    write(target, "country_terms", ["term", "code", "language", "source"], terms)
    write(target, "alpha2_terms", ["term", "code", "source"], alpha2_terms(listed))
    write(target, "fips_terms", ["term", "code", "source"], fips_terms(data, terms))


def critical(data: Path, target: Path) -> None:
    rows = read(data / "vocab" / "critical_minerals.csv")
    write(target, "critical_lists", LISTS, type_tables.critical_lists(rows))
    header = ["list_id", "item", "codes", "fit", "note"]
    write(target, "critical_minerals", header, type_tables.critical_minerals(rows))


def main(data: Path, target: Path = TARGET) -> None:
    commodities(data, target)
    deposit_types(data, target)
    countries(data, target)
    critical(data, target)


if __name__ == "__main__":
    main(reference_data())
