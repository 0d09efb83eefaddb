"""The tables of commodities: codes, spellings, names in other languages, members of groups."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from hand_tables import (
    CGI,
    CGI_SOURCE,
    MINMOD_SOURCE,
    MRDS_SOURCE,
    Row,
    by_concept,
    cited,
    cyrillic,
    hand,
    read,
    shipped,
)

from minmap.vocabulary.spelling import commodity_key, normalise

FORMULAS = {"CO2": "C O", "MgO": "Mg O", "Na2CO3": "Na C O", "Na2SO4": "Na S O"}
# minmod has these as children of the element.
ORES = {"Baux": "Al", "Magns": "Mg", "Salt": "Na"}
# Not km and lo: the Khmer and Lao labels are the bytes of an old font and no text in Unicode.
LANGUAGES = [
    "de",
    "en",
    "es",
    "fi",
    "fr",
    "id",
    "it",
    "ja",
    "ko",
    "ms",
    "nl",
    "ru",
    "sv",
    "th",
    "vi",
    "zh",
]
FORMULA = re.compile(r"(?=.*\d)[A-Z][A-Za-z0-9]+")
# Formulas that the sources have wrong, or that stand for another commodity than theirs.
NOT_TAKEN = {"LiO2", "LiOHH2O", "CaF2", "SiO2"}


# Spelling, codes, qualifier, source.
Spelling = tuple[str, str, str, str]


class Commodities:
    """The hand-kept codes and the published lists that they stand on."""

    def __init__(self, data: Path) -> None:
        self.rows = hand("commodities")
        self.members = shipped("commodity_members")
        self.cgi = by_concept(read(data / "vocab" / "cgi" / "CommodityCode.csv"))
        self.labels = by_concept(read(data / "vocab" / "cgi" / "CommodityCode_labels.csv"))
        self.mrds = read(data / "deposits" / "mrds" / "MRDS_commodity_code.csv")
        self.minmod = read(data / "vocab" / "minmod" / "commodity.csv")
        self.forms = read(data / "vocab" / "minmod" / "commodity_form.csv")
        self.name = {row["code"]: row["name"] for row in self.rows}
        self.by_mrds = {code: row["code"] for row in self.rows for code in row["mrds"].split()}
        self.by_minmod = self._by_minmod()
        for row in self.rows:
            for concept in row["cgi"].split():
                if concept not in self.cgi:
                    raise SystemExit(f"scripts/vocab/commodities.csv: no CGI concept {concept!r}.")

    def _by_minmod(self) -> dict[str, str]:
        found = {row["minmod"]: row["code"] for row in self.rows if row["minmod"]}
        for row in self.minmod:
            code = self.by_mrds.get(row["mrds_code"]) or found.get(row["minmod_id"])
            if code is None:
                raise SystemExit(f"minmod commodity {row['name']!r} has no code in scripts/vocab.")
            found[row["minmod_id"]] = code
        return found

    def table(self) -> Iterator[list[str]]:
        parents = {row["code"]: row["parent"] for row in self.members}
        groups: dict[str, list[str]] = {}
        for row in self.members:
            groups.setdefault(row["parent"], []).append(row["code"])
        for row in self.rows:
            code = row["code"]
            first = (row["cgi"].split() or [""])[0]
            parts = [MRDS_SOURCE] if row["mrds"] else []
            parts += [CGI_SOURCE] if first else []
            parts += [MINMOD_SOURCE] if row["minmod"] or code in ORES else []
            elements = code if _is_element(code) else FORMULAS.get(code) or ORES.get(code, "")
            elements = elements or " ".join(groups.get(code, ()))
            uri = f"{CGI}commodity-code/{first}" if first else ""
            source = "; ".join([*parts, "code and group ours"])
            known = [row["name"], row["group"], elements, parents.get(code, ""), row["mrds"]]
            yield [code, *known, uri, source]

    def qualifier(self, name: str, code: str) -> str:
        """Return what `name` says beyond the commodity itself: "oxide" of "Copper, Oxide"."""
        rest = name.split(", ", 1)[1] if ", " in name else name
        own = set(normalise(self.name[code]).split())
        words = [word for word in rest.split() if normalise(word)]
        if all(normalise(word) in own or normalise(word) + "s" in own for word in words):
            return ""
        left = [word for word in words if normalise(word) not in own]
        return " ".join(left).lower() if ", " not in name else rest.lower()

    def _spellings(self) -> Iterator[Spelling]:
        """Yield spelling, codes, qualifier and source; the first of a spelling counts."""
        for row in hand("commodity_terms"):
            source = cited(row["seen_in"]) + (f": {row['note']}" if row["note"] else "")
            yield row["term"], row["codes"], row["qualifier"], source
        for row in self.rows:
            yield row["code"], row["code"], "", "minmap code"
            yield row["name"], row["code"], "", "minmap name"
        yield from self._listed()
        for row in self.rows:
            for place, concept in enumerate(row["cgi"].split()):
                yield from self._concept(row["code"], concept, main=place == 0)
        for row in self.forms:
            if row["formula"] not in NOT_TAKEN:
                for term in (row["formula"], row["name"]):
                    yield term, row["commodity"], row["formula"], "minmod commodity_form (MIT)"

    def _listed(self) -> Iterator[Spelling]:
        for row in self.mrds:
            name, code = row["Commodity name"], self.by_mrds[row["Code"]]
            yield name, code, self.qualifier(name, code) if ", " in name else "", MRDS_SOURCE
        for row in self.minmod:
            code = self.by_minmod[row["minmod_id"]]
            name = row["name"].replace(" > ", ", ")
            said = self.qualifier(name, code) if ", " in name else ""
            for term in filter(None, (name, row["geokb_name"], row["aliases"])):
                yield term, code, said, MINMOD_SOURCE

    def _concept(self, code: str, concept: str, *, main: bool) -> Iterator[Spelling]:
        label = self.cgi[concept]["pref_label_en"]
        yield label, code, "" if main else self.qualifier(label, code), CGI_SOURCE
        for notation in self.cgi[concept]["notation"].split("; ")[1:]:
            if FORMULA.fullmatch(notation) and notation not in NOT_TAKEN:
                yield notation, code, notation, CGI_SOURCE

    def terms(self) -> Iterator[list[str]]:
        kept: dict[str, Spelling] = {}
        for term, codes, said, source in self._spellings():
            first = kept.setdefault(commodity_key(term), (term, codes, said, source))
            if first[1] != codes:
                print(f"  {term!r} is {first[1]} ({first[3]}), not {codes} ({source})")
        for term, codes, said, source in kept.values():
            yield [term, "names", codes, said, source]
        for row in self.mrds:
            name, code = row["Commodity name"], self.by_mrds[row["Code"]]
            said = self.qualifier(name, code) if ", " in name else ""
            yield [row["Code"], "mrds", code, said, MRDS_SOURCE]

    def _labels(self) -> Iterator[tuple[str, str, str, str]]:
        faults: dict[tuple[str, str], Row]
        faults = {(row["concept"], row["language"]): row for row in hand("cgi_labels")}
        for (concept, language), fault in faults.items():
            if self.labels[concept][language].strip() != fault["label"]:
                raise SystemExit(f"cgi_labels.csv: {concept} {language} is not {fault['label']!r}.")
        for row in self.rows:
            for concept in row["cgi"].split():
                for language in LANGUAGES:
                    label = self.labels[concept][language].strip()
                    source = CGI_SOURCE
                    mended = faults.get((concept, language))
                    if mended:
                        label = mended["instead"]
                        source += f", mended: {mended['why']}"
                    for name in filter(None, label.split("|")):
                        yield from _in_script(row["code"], language, name, source)

    def names(self, terms: dict[str, str]) -> Iterator[list[str]]:
        """Yield names by language; a spelling that English or another language has goes to it."""
        named = [(row["code"], "en", row["name"], "minmap name") for row in self.rows]
        named += list(self._labels())
        keys = ("code", "language", "name", "source")
        hands = [tuple(row[key] for key in keys) for row in hand("commodity_names")]
        known = dict(terms)
        # "carbon" is no coal, although that is what carbón means in Spanish.
        unmapped = [row for row in shipped("unmapped_terms") if row["vocabulary"] == "commodities"]
        # What is another commodity in another language stays the name that it is in this one.
        meant = [row["term"] for row in shipped("commodity_two_meanings")]
        known |= {
            commodity_key(row["term"]): "unmapped"
            for row in unmapped
            if meant.count(row["term"]) < 2
        }
        given: set[tuple[str, str]] = set()
        for code, language, name, source in [*named, *hands]:
            key = commodity_key(name)
            # Accents carry the meaning of short words: Vietnamese "sét" is no set.
            if len(key) <= 3 and key != unicodedata.normalize("NFKD", name.casefold()):
                continue
            if known.setdefault(key, code) != code:
                print(f"  {language} {name!r} is {known[key]}, not {code} ({source})")
            elif (key, language) not in given:
                given.add((key, language))
                yield [code, language, name, source]


def _is_element(code: str) -> bool:
    # Codes of one or two letters are symbols of elements, but for pyrite.
    return len(code) <= 2 and code != "Py"


def _in_script(
    code: str, language: str, name: str, source: str
) -> Iterator[tuple[str, str, str, str]]:
    if language != "ru":
        yield code, language, name, source
        return
    yield code, "ru-Latn", name, source
    turned = cyrillic(name)
    note = f"{source}, turned from Latin to Cyrillic letters"
    yield code, "ru", turned, note
    noun, _, adjective = turned.partition(" ")
    if adjective.endswith(("ый", "ий", "ой", "ая", "ое", "ые")) and " " not in adjective:
        yield code, "ru", f"{adjective} {noun}", f"{note}, in the usual order of words"
