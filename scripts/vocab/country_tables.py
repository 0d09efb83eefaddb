"""The tables of countries: ISO codes, spellings in the sources and other languages, FIPS codes."""

from __future__ import annotations

import re
from pathlib import Path

import geopandas
from hand_tables import CLDR, CLDR_AUTONYMS, NATURAL_EARTH, Row, cited, hand, shipped

from minmap.vocabulary.spelling import normalise

EMPTY = {"FRA": ("FRA", "FR"), "NOR": ("NOR", "NO"), "KOS": ("XKX", "XK")}
FIPS_LINE = re.compile(r"Place_Keyword: (f[A-Z]{2}) = (.+)")


def natural_earth(data: Path) -> list[Row]:
    """Return the countries of Natural Earth with the ISO code as ``code``."""
    path = data / "basemap" / "ne_50m_admin_0_countries_world.gpkg"
    frame = geopandas.read_file(path, ignore_geometry=True).fillna("").astype(str)
    rows = []
    for row in frame.sort_values("ISO_A3_EH").to_dict("records"):
        # Natural Earth leaves the ISO fields of France and Norway empty for reasons of its own, and
        # those of Kosovo, which has no code in ISO 3166-1 but the user-assigned XKX in wide use.
        code, alpha2 = EMPTY.get(row["ADM0_A3"], (row["ISO_A3_EH"], row["ISO_A2"]))
        if code != "-99":
            rows.append(row | {"code": code, "alpha2": alpha2})
    return rows


def country_tables(data: Path) -> tuple[list[list[str]], list[list[str]]]:
    countries: dict[str, list[str]] = {}
    terms: dict[str, list[str]] = {}
    alpha2: dict[str, str] = {}
    for row in natural_earth(data):
        code = row["code"]
        whole = "." not in row["NAME"] and row["NAME"] != "Congo"
        name = row["NAME"] if whole else row["NAME_LONG"]
        iso = "user-assigned XKX, not in ISO 3166-1" if code == "XKX" else "ISO 3166-1 alpha-3"
        countries[code] = [code, row["alpha2"], name, f"{NATURAL_EARTH}; {iso}"]
        alpha2[row["alpha2"]] = code
        for term in filter(None, (code, name, row["ADMIN"], row["NAME_LONG"], row["FORMAL_EN"])):
            terms.setdefault(normalise(term), [term, code, "en", NATURAL_EARTH])
    for row in hand("country_terms"):
        code = row["code"]
        countries.setdefault(code, [code, "", row["term"], "ISO 3166-1 alpha-3"])
        terms.setdefault(normalise(code), [code, code, "en", "ISO 3166-1 alpha-3"])
        seen = [row["term"], code, row["language"], cited(row["seen_in"])]
        kept = terms.setdefault(normalise(row["term"]), seen)
        if kept[1] != code:
            raise SystemExit(f"country {row['term']!r} is {kept[1]}, not {code}.")
    _add_other_languages(terms, alpha2)
    return sorted(countries.values()), sorted(terms.values(), key=lambda row: (row[1], row[0]))


def _add_other_languages(terms: dict[str, list[str]], alpha2: dict[str, str]) -> None:
    """Add the names of the CLDR, but not those that name different countries in two languages."""
    listed = (row for row in shipped("unmapped_terms") if row["vocabulary"] == "countries")
    unmapped = {normalise(row["term"]) for row in listed}
    named: dict[str, list[str]] = {}
    meant: dict[str, set[str]] = {}
    taken = [(row, CLDR) for row in hand("country_names")]
    taken += [(row, CLDR_AUTONYMS) for row in hand("country_autonyms")]
    for row, source in taken:
        code = alpha2.get(row["alpha2"])
        key = normalise(row["name"])
        if code is None or not key:
            continue
        meant.setdefault(key, {terms[key][1]} if key in terms else set()).add(code)
        named.setdefault(key, [row["name"], code, row["language"], source])
    for key, term in named.items():
        if len(meant[key]) > 1:
            print(f"  country {term[0]!r} ({term[2]}) may be any of {sorted(meant[key])}")
        elif key not in unmapped and not (len(key) < 3 and key.isascii()):
            terms.setdefault(key, term)


def alpha2_terms(countries: list[list[str]]) -> list[list[str]]:
    """Return the ISO 3166-1 codes of two letters, and those that stand for them in wide use."""
    rows = {
        alpha2: [alpha2, code, source.replace("alpha-3", "alpha-2").replace("XKX", "XK")]
        for code, alpha2, _, source in countries
        if alpha2
    }
    for row in hand("alpha2_terms"):
        if row["term"] in rows:
            raise SystemExit(f"alpha2_terms.csv: {row['term']!r} is {rows[row['term']][1]}.")
        rows[row["term"]] = [row["term"], row["code"], row["source"]]
    return [rows[alpha2] for alpha2 in sorted(rows)]


def fips_terms(data: Path, terms: list[list[str]]) -> list[list[str]]:
    """Return FIPS 10-4 codes as MRDS writes them, with the ISO code of each."""
    known = {normalise(term): code for term, code, *_ in terms}
    text = (data / "deposits" / "mrds" / "mrds.met").read_text(encoding="utf-8")
    unmapped = {row["term"] for row in shipped("unmapped_terms") if row["vocabulary"] == "fips"}
    rows = {row["term"]: list(row.values()) for row in hand("fips_terms")}
    for fips, name in FIPS_LINE.findall(text):
        code = known.get(normalise(name.strip()))
        if fips in rows:
            continue
        if code:
            rows[fips] = [fips, code, f"mrds.met: {name.strip()}"]
        elif fips not in unmapped:
            raise SystemExit(f"mrds.met: no ISO code for {fips} = {name!r}.")
    for row in natural_earth(data):
        fips = f"f{row['FIPS_10_']}"
        if re.fullmatch(r"f[A-Z]{2}", fips) and fips not in unmapped:
            rows.setdefault(fips, [fips, row["code"], f"{NATURAL_EARTH}, FIPS_10_"])
    return [rows[fips] for fips in sorted(rows)]
