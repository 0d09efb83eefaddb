"""Detecting the encoding of a table: minmap beside charset-normalizer, in one run.

    python benchmarks/encodings.py [--data FOLDER] [--samples N]

The tables are names of populated places (Natural Earth) and of commodities (CGI vocabulary) under
FOLDER (default ../shared/data), with ASCII columns beside them as in a table of deposits. Each is
encoded, and six pieces of it are judged: one cell, three cells, the first 1 kB, ten rows with
degree signs, 100 rows and the whole table. An answer is right if the piece is decoded to the text
that was encoded. charset-normalizer runs twice: free, and limited to the encodings of the table.
The script says so if charset-normalizer is not installed.

    python benchmarks/encodings.py --places [--data FOLDER] [--samples N]

judges names of towns of GeoNames by minmap alone, by language and encoding. Only towns with an odd
number are judged: the order of letters in `minmap.files.encoding_guess` is that of the even ones.
`--letters` prints that order.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyogrio

try:
    from charset_normalizer import from_bytes
except ImportError:
    sys.exit("charset-normalizer is not installed: pip install charset-normalizer")

from minmap.files.encoding_guess import guess

WESTERN = ("es", "de", "fr", "pt")
LANGUAGES = {
    "cp1251": ("ru",),
    "cp866": ("ru",),
    "koi8-r": ("ru",),
    "iso8859-5": ("ru",),
    "mac-cyrillic": ("ru",),
    "gb18030": ("zh",),
    "big5": ("zh",),
    "shift-jis": ("ja",),
    "cp1252": WESTERN,
    "mac-roman": WESTERN,
}
KINDS = ("1 cell", "3 cells", "1 kB", "10 rows with °", "100 rows", "whole")
HEAD_BYTES, ROWS, SEED = 1024, 100, 7
# Countries whose towns have names of a language, and the encodings in which tables have them.
COUNTRIES = {
    "French": ("FR",),
    "Spanish": ("ES", "MX", "CL", "PE", "AR", "CO"),
    "Portuguese": ("PT", "BR"),
    "German": ("DE", "AT"),
    "Swedish": ("SE",),
    "Danish": ("DK", "NO"),
    "Turkish": ("TR",),
    "Polish": ("PL",),
    "Czech": ("CZ",),
    "Slovak": ("SK",),
    "Hungarian": ("HU",),
    "Croatian": ("HR",),
    "Russian": ("RU",),
    "Greek": ("GR", "CY"),
    "Lithuanian": ("LT",),
    "Latvian": ("LV",),
    "Arabic": ("EG", "SA", "DZ", "MA", "IQ", "SY", "JO", "YE"),
    "Hebrew": ("IL",),
    "Thai": ("TH",),
    "Korean": ("KR", "KP"),
    "Japanese": ("JP",),
    "Chinese": ("CN",),
}
OF_LANGUAGE = {
    **dict.fromkeys(
        ("French", "Spanish", "Portuguese", "German", "Swedish", "Danish"),
        ("cp1252", "mac-roman", "cp850", "cp437"),
    ),
    "Turkish": ("cp1254", "cp857", "mac-turkish"),
    **dict.fromkeys(
        ("Polish", "Czech", "Slovak", "Hungarian", "Croatian"),
        ("cp1250", "iso8859-2", "cp852", "mac-latin2"),
    ),
    "Russian": ("cp1251", "cp866", "koi8-r", "iso8859-5", "mac-cyrillic"),
    "Greek": ("cp1253",),
    **dict.fromkeys(("Lithuanian", "Latvian"), ("cp1257",)),
    "Arabic": ("cp1256",),
    "Hebrew": ("cp1255",),
    "Thai": ("cp874",),
    "Korean": ("cp949",),
    "Japanese": ("shift-jis", "euc_jp"),
    "Chinese": ("gb18030", "big5"),
}
# Letters of the languages whose names are among the alternate names of towns.
OWN_LETTERS = {
    "Russian": "А-яё",
    "Greek": "Ͱ-Ͽ",
    "Arabic": "ء-ْ",
    "Hebrew": "א-ת",
    "Thai": "ก-๎",
    "Korean": "가-힣",
    "Japanese": "ぁ-ヿ一-鿿",
    "Chinese": "一-鿿",
}
HEADER = b"id,name,name_local,latitude,longitude\r\n"


def names_of(folder: Path) -> dict[str, list[str]]:
    """Return names by language."""
    places = pyogrio.read_dataframe(
        folder / "basemap" / "ne_10m_populated_places_world.gpkg", read_geometry=False
    )
    labels = pd.read_csv(folder / "vocab" / "cgi" / "CommodityCode_labels.csv")
    names = {lang: places[f"name_{lang}"].dropna().tolist() for lang in ("ru", "zh", *WESTERN)}
    return {**names, "ja": labels["ja"].dropna().tolist()}


def pieces_of(names: list[str], encoding: str, samples: int) -> Iterator[tuple[str, list[bytes]]]:
    """Give the kind of each piece and its cells or lines that are not ASCII."""
    cells = list[bytes]()
    for name in names:
        try:
            cells.append(name.encode(encoding))
        except UnicodeEncodeError:
            continue  # a letter that the encoding lacks
    random = np.random.default_rng(SEED)
    high = [cell for cell in cells if not cell.isascii()]
    for _ in range(samples):
        some = [high[n] + b"\n" for n in random.permutation(len(high))[:3]]
        yield "1 cell", some[:1]
        yield "3 cells", some
        lines = lines_of([cells[n] for n in random.permutation(len(cells))[:ROWS]])
        sizes = np.cumsum([len(line) for line in lines])
        yield "1 kB", [line for line, size in zip(lines, sizes, strict=True) if size <= HEAD_BYTES]
        yield "100 rows", lines
        degrees = "°".encode(encoding, errors="ignore")
        yield "10 rows with °", [line.replace(b".", degrees) for line in lines[:11]]
    yield "whole", lines_of(cells)


def lines_of(cells: list[bytes]) -> list[bytes]:
    return [
        HEADER,
        *(
            b"%d,Site %d,%s,%d.25,%d.5\r\n" % (n, n, cell, n % 90, n)
            for n, cell in enumerate(cells)
        ),
    ]


def towns_of(folder: Path, *, odd: bool) -> dict[str, list[str]]:
    """Return names of towns with an odd or an even number, by language."""
    table = pd.read_parquet(folder / "places" / "geonames_cities.parquet")
    table = table[(table["geonameid"] % 2 == 1) == odd]
    found = {}
    for language, countries in COUNTRIES.items():
        some = table[table["iso2"].isin(countries)]
        names = some["name"]
        if letters := OWN_LETTERS.get(language):
            own = some["alternate_names"].dropna().str.findall(rf"(?<![^|])[{letters} -]+(?![^|])")
            names = own.explode()
        found[language] = sorted(set(names.dropna().tolist()))
    return found


def print_letters(folder: Path) -> None:
    """Print the accented letters of each language, the most frequent first."""
    for language, names in towns_of(folder, odd=False).items():
        letters = re.findall(r"[^\W\d_a-zA-Z]", " ".join(names).lower())
        counts = Counter(letters).most_common()
        print(language, "".join(letter for letter, n in counts if n > 2e-3 * len(letters)))


def judge_towns(folder: Path, samples: int) -> None:
    """Print the share of right answers for names of towns, by language and encoding."""
    kinds = {"1 cell": 1, "3 cells": 3, "10 cells": 10, "50 cells": 50}
    print(f"| language | encoding | {' | '.join(kinds)} |\n| --- | --- |{' --: |' * len(kinds)}")
    for language, names in towns_of(folder, odd=True).items():
        for encoding in OF_LANGUAGE[language]:
            high = [one for one in (_encoded(n, encoding) for n in names) if not one.isascii()]
            if len(high) < max(kinds.values()):
                continue  # it lacks the letters
            random, shares = np.random.default_rng(SEED), []
            for count in kinds.values():
                right = 0
                for _ in range(samples):
                    raw = [high[n] for n in random.choice(len(high), count, replace=False)]
                    found = guess(raw).encoding
                    right += all(
                        one.decode(found, "replace") == one.decode(encoding) for one in raw
                    )
                shares.append(f"{100 * right / samples:.0f} %")
            print(f"| {language} | {encoding} | {' | '.join(shares)} |", flush=True)


def _encoded(name: str, encoding: str) -> bytes:
    """Return a name in an encoding; nothing if it has a letter that the encoding lacks."""
    try:
        return name.encode(encoding)
    except UnicodeEncodeError:
        return b""


def _by_minmap(lines: list[bytes]) -> str:
    return guess(line for line in lines if not line.isascii()).encoding


def _by_library(lines: list[bytes], only: list[str] | None = None) -> str:
    best = from_bytes(b"".join(lines), cp_isolation=only).best()
    return "ascii" if best is None else best.encoding


def judge_names(folder: Path, samples: int) -> None:
    """Print the number of right answers and the time for names of places and commodities."""
    names = names_of(folder)
    detectors: dict[str, Callable[[list[bytes]], str]] = {
        "minmap": _by_minmap,
        "charset-normalizer": _by_library,
        "charset-normalizer, limited": lambda lines: _by_library(lines, list(LANGUAGES)),
    }
    for title, detect in detectors.items():
        print(f"\n| {title} | {' | '.join(KINDS)} |\n| --- |{' --- |' * len(KINDS)}")
        seconds, judged = dict.fromkeys(KINDS, 0.0), dict.fromkeys(KINDS, 0)
        for encoding, languages in LANGUAGES.items():
            right, total = dict.fromkeys(KINDS, 0), dict.fromkeys(KINDS, 0)
            for language in languages:
                each = samples // len(languages)
                for kind, lines in pieces_of(names[language], encoding, each):
                    raw = b"".join(lines)
                    if raw.isascii():
                        continue  # nothing to judge
                    start = time.perf_counter()
                    found = detect(lines)
                    seconds[kind] += time.perf_counter() - start
                    right[kind] += raw.decode(found, errors="replace") == raw.decode(encoding)
                    total[kind] += 1
                    judged[kind] += 1
            print(f"| {encoding} | {' | '.join(f'{right[k]}/{total[k]}' for k in KINDS)} |")
        times = [f"{1000 * seconds[kind] / judged[kind]:.1f}" for kind in KINDS]
        print(f"| ms a piece | {' | '.join(times)} |", flush=True)


def main() -> None:
    """Print the share of right answers, and the time, of each way."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--samples", type=int, default=40)
    parser.add_argument("--places", action="store_true")
    parser.add_argument("--letters", action="store_true")
    options = parser.parse_args()
    if options.letters:
        print_letters(options.data)
    elif options.places:
        judge_towns(options.data, options.samples)
    else:
        judge_names(options.data, options.samples)


if __name__ == "__main__":
    main()
