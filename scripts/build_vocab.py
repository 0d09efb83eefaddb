"""Make the vocabulary tables in minmap/vocab from the published vocabularies.

    python scripts/build_vocab.py [REFERENCE_DATA_FOLDER]

The folder defaults to ../shared/data beside the repository. Read from it:

- deposits/mrds/MRDS_commodity_code.csv: the commodity codes of the USGS MRDS (public domain)
- vocab/minmod: github.com/DARPA-CRITICALMAAS/ta2-minmod-data, commit 050de43 (MIT)
- vocab/cgi: IUGS-CGI EarthResourceML vocabularies, commit 8c732a1 (CC BY 4.0)
- basemap/ne_50m_admin_0_countries_world.gpkg: Natural Earth (public domain)

The tables in scripts/vocab are kept by hand: which codes minmap uses, and spellings met in the
sources, each with the place where it was seen.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import geopandas

from minmap.vocab.terms import commodity_key, normalise

REPOSITORY = Path(__file__).resolve().parent.parent
HAND = Path(__file__).resolve().parent / "vocab"
TARGET = REPOSITORY / "minmap" / "vocab"

CGI = "http://resource.geosciml.org/classifier/cgi/"
CGI_SOURCE = "IUGS-CGI commodity-code (CC BY 4.0)"
MRDS_SOURCE = "USGS MRDS commodity codes"
MINMOD_SOURCE = "DARPA CriticalMAAS minmod commodity list (MIT)"
NATURAL_EARTH = "Natural Earth 50m countries"

Row = dict[str, str]


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def write(name: str, header: list[str], rows: Iterable[list[str]]) -> None:
    path = TARGET / f"{name}.csv"
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
    print(f"{path.relative_to(REPOSITORY)}: {len(read(path))} rows")


def commodity_rows(hand: list[Row], cgi: dict[str, Row]) -> Iterator[list[str]]:
    for row in hand:
        first = (row["cgi"].split() or [""])[0]
        if first and first not in cgi:
            raise SystemExit(f"scripts/vocab/commodities.csv: {first!r} is no CGI commodity code.")
        parts = [MRDS_SOURCE] if row["mrds"] else []
        parts += [CGI_SOURCE] if first else []
        parts += [MINMOD_SOURCE] if row["minmod"] else []
        uri = f"{CGI}commodity-code/{first}" if first else ""
        source = "; ".join(parts) + "; code and group ours"
        yield [row["code"], row["name"], row["group"], row["mrds"], uri, source]


def names_from_minmod(hand: list[Row], minmod: list[Row]) -> Iterator[tuple[str, str, str]]:
    by_mrds = {code: row["code"] for row in hand for code in row["mrds"].split()}
    by_id = {row["minmod"]: row["code"] for row in hand if row["minmod"]}
    for row in minmod:
        code = by_mrds.get(row["mrds_code"]) or by_id.get(row["minmod_id"])
        if code is None:
            raise SystemExit(f"minmod commodity {row['name']!r} has no code in scripts/vocab.")
        for name in (row["name"].replace(" > ", ", "), row["aliases"], row["geokb_name"]):
            if name:
                yield name, code, MINMOD_SOURCE


def commodity_terms(data: Path, hand: list[Row], cgi: dict[str, Row]) -> Iterator[list[str]]:
    names: list[tuple[str, str, str]] = []
    for row in read(HAND / "commodity_terms.csv"):
        source = f"seen in {row['seen_in']}" + (f": {row['note']}" if row["note"] else "")
        names.append((row["term"], row["codes"], source))
    by_mrds = {code: row["code"] for row in hand for code in row["mrds"].split()}
    codes = read(data / "deposits" / "mrds" / "MRDS_commodity_code.csv")
    names += [(row["Commodity name"], by_mrds[row["Code"]], MRDS_SOURCE) for row in codes]
    names += names_from_minmod(hand, read(data / "vocab" / "minmod" / "commodity.csv"))
    for row in hand:
        labels = [cgi[concept]["pref_label_en"] for concept in row["cgi"].split()]
        names += [(label, row["code"], CGI_SOURCE) for label in labels]
        names.append((row["code"], row["code"], "minmap code"))
        names.append((row["name"], row["code"], "minmap name"))
    # The first source of a spelling is kept: what was seen in a table, then the code lists.
    first: dict[str, tuple[str, str, str]] = {}
    for term, code, source in names:
        kept = first.setdefault(commodity_key(term), (term, code, source))
        if kept[1] != code:
            print(f"  {term!r} is {kept[1]} ({kept[2]}), not {code} ({source})")
    yield from ([term, "names", code, source] for term, code, source in first.values())
    yield from ([row["Code"], "mrds", by_mrds[row["Code"]], MRDS_SOURCE] for row in codes)


def deposit_type_rows(data: Path) -> Iterator[list[str]]:
    models = read(data / "vocab" / "cgi" / "MineralDepositModel.csv")
    uris = {normalise(row["pref_label_en"]): row["uri"] for row in models}
    source = "CMMI deposit classification (USGS OFR 2021-1049), ids of minmod (MIT)"
    for row in read(data / "vocab" / "minmod" / "deposit_type.csv"):
        uri = uris.get(normalise(row["deposit_type"]), "")
        cited = source + ("; CGI MineralDepositModel (CC BY 4.0)" if uri else "")
        yield [
            row["minmod_id"],
            row["deposit_type"],
            row["deposit_environment"],
            row["deposit_group"],
            uri,
            cited,
        ]


def country_tables(data: Path) -> tuple[list[list[str]], list[list[str]]]:
    frame = geopandas.read_file(data / "basemap" / "ne_50m_admin_0_countries_world.gpkg")
    countries: dict[str, list[str]] = {}
    terms: dict[str, list[str]] = {}
    for row in frame.sort_values("ISO_A3_EH").itertuples():
        # Natural Earth leaves the ISO field of France and Norway empty for reasons of its own.
        code = row.ADM0_A3 if row.ADM0_A3 in {"FRA", "NOR"} else row.ISO_A3_EH
        if code == "-99":
            continue
        whole = "." not in row.NAME and row.NAME != "Congo"
        name = row.NAME if whole else row.NAME_LONG
        countries[code] = [code, name, f"{NATURAL_EARTH}; ISO 3166-1 alpha-3"]
        for term in (code, name, row.ADMIN, row.NAME_LONG, row.FORMAL_EN):
            if isinstance(term, str):
                terms.setdefault(normalise(term), [term, code, NATURAL_EARTH])
    for hand in read(HAND / "country_terms.csv"):
        code = hand["code"]
        countries.setdefault(code, [code, hand["term"], "ISO 3166-1 alpha-3"])
        terms.setdefault(normalise(code), [code, code, "ISO 3166-1 alpha-3"])
        kept = terms.setdefault(
            normalise(hand["term"]), [hand["term"], code, f"seen in {hand['seen_in']}"]
        )
        if kept[1] != code:
            raise SystemExit(f"country {hand['term']!r} is {kept[1]}, not {code}.")
    return sorted(countries.values()), sorted(terms.values(), key=lambda row: (row[1], row[0]))


def main(data: Path) -> None:
    hand = read(HAND / "commodities.csv")
    concepts = read(data / "vocab" / "cgi" / "CommodityCode.csv")
    cgi = {row["uri"].rsplit("/", 1)[1]: row for row in concepts}
    header = ["code", "name", "group", "mrds_codes", "cgi_uri", "source"]
    write("commodities", header, commodity_rows(hand, cgi))
    write(
        "commodity_terms", ["term", "scheme", "codes", "source"], commodity_terms(data, hand, cgi)
    )
    header = ["code", "name", "environment", "group", "cgi_uri", "source"]
    write("deposit_types", header, deposit_type_rows(data))
    countries, terms = country_tables(data)
    write("countries", ["code", "name", "source"], countries)
    write("country_terms", ["term", "code", "source"], terms)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else REPOSITORY.parent / "shared" / "data")
