"""Reading and writing of the vocabulary tables, and the names of their sources."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

HAND = Path(__file__).resolve().parent
CGI = "http://resource.geosciml.org/classifier/cgi/"
CGI_SOURCE = "IUGS-CGI commodity-code (CC BY 4.0)"
MRDS_SOURCE = "USGS MRDS commodity codes"
MINMOD_SOURCE = "DARPA CriticalMAAS minmod commodity list (MIT)"
CLDR = "Unicode CLDR (Babel 2.18.0)"
CLDR_AUTONYMS = "Unicode CLDR (Babel 2.19.0), name in an official language of the country"
NATURAL_EARTH = "Natural Earth 50m countries"

Row = dict[str, str]


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def hand(name: str) -> list[Row]:
    return read(HAND / f"{name}.csv")


def shipped(name: str) -> list[Row]:
    """Return a table that is kept by hand in the package itself."""
    return read(HAND.parents[1] / "minmap" / "vocabulary" / f"{name}.csv")


def write(folder: Path, name: str, header: Sequence[str], rows: Iterable[list[str]]) -> None:
    path = folder / f"{name}.csv"
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
    print(f"{path.name}: {len(read(path))} rows")


def cited(seen_in: str) -> str:
    """Return the source of a spelling: where it was seen, or minmap's own reason."""
    return seen_in if seen_in.startswith("minmap (ours)") else f"seen in {seen_in}"


def by_concept(rows: list[Row]) -> dict[str, Row]:
    return {row["uri"].rsplit("/", 1)[1]: row for row in rows}


# The transliteration of the CGI labels in Russian, longest first.
_LATIN = ["shch", "eh", "kh", "zh", "ch", "sh", "ts", "yu", "ya", *"'jyabvgdeziklmnoprstuf"]
_CYRILLIC = dict(zip(_LATIN, "щэхжчшцюяьйыабвгдезиклмнопрстуф", strict=True))
_LETTERS = re.compile("|".join(_CYRILLIC))


def cyrillic(label: str) -> str:
    """Return a CGI label in Russian, which is in Latin letters, in Cyrillic ones."""
    text = _LETTERS.sub(lambda match: _CYRILLIC[match.group()], label.lower())
    left = re.sub(r"[а-яё -]", "", text)
    if left:
        raise SystemExit(f"CGI label {label!r}: no Cyrillic letter for {left!r}.")
    return text
