"""Make the tables in minmap/commodity_statistics/data from the world tables of MCS 2026.

    python scripts/build_statistics.py [REFERENCE_DATA_FOLDER]

The folder defaults to ../shared/data beside the repository. Read from it: facts/mcs2026_world.csv,
the 3,303 rows of the world tables in MCS2026_Commodities_Data.csv of the data release
https://doi.org/10.5066/P1WKQ63T (U.S. Geological Survey, public domain).

The tables in scripts/statistics are kept by hand, each row with the reason: codes of commodities
where the vocabulary does not read the name as meant, and what the tonnes of a table are of where
the head of the chapter does not say so.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd
from folders import REPO, reference_data

from minmap.vocabulary import parse_commodities, resolve_term

TARGET = REPO / "minmap" / "commodity_statistics" / "data"
HAND = Path(__file__).resolve().parent / "statistics"
PLACES = {"World total": "world", "Other countries": "other"}
ESTIMATED = "Estimated."
BASES = (ESTIMATED, "Reported.")
ROUNDED = re.compile(r"[:,] rounded$")
HEAD = re.compile(r"\(Data in ([^)]*(?:\([^)]*\)[^)]*)*?),? unless otherwise specified\)")
# The total of boron is of all forms, which the details name one by one.
COLUMN_OF = {("Boron", "production"): "production—all forms"}
KINDS = re.compile(
    r"((mine|refinery|smelter|plant|primary) )?production"
    r"|((refinery|smelter|production|yearend) )?capacity|((bauxite|helium|pgm) )?reserves"
)
SPELT = {"Tio2 Pigment": "TiO2 pigment", "Nitrogen (Fixed)—Ammonia": "ammonia"}
SERIES_COLUMNS = (
    "series", "name", "chapter", "commodity", "codes", "measure", "detail", "unit", "column",
)  # fmt: skip

Row = dict[str, str]
SeriesKey = tuple[str, str, str, str]


def hand(name: str) -> list[Row]:
    with (HAND / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def write(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    path = TARGET / f"{name}.csv"
    listed = list(rows)
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(listed)
    print(f"{path.name}: {len(listed)} rows")


def world_rows(path: Path) -> list[Row]:
    """Return the rows of the release; one has a mark among its notes, which is removed."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    for row in rows:
        if row["Notes"] == "Yes" and row["Is critical mineral 2025"] == row["Commodity"]:
            row["Notes"] = ""
    return rows


def parts_of(notes: str) -> list[str]:
    """Return the notes of a cell: they are joined by " -- "."""
    tidy = notes.replace("Estimated .--", "Estimated. --").replace("\xa0", " ")
    return [part.strip() for part in tidy.split(" -- ") if part.strip()]


def codes_of(commodity: str, detail: str) -> str:
    """Return the codes of minmap's vocabulary: those kept by hand, else those of the name."""
    for row in hand("commodity_codes"):
        if row["commodity"] == commodity and row["detail"].casefold() in detail.casefold():
            return row["codes"]
    found, unknown = parse_commodities(pd.Series([commodity]))
    if not isinstance(found.item(), str):
        raise SystemExit(f"{commodity!r}: no code, {unknown}; add it to commodity_codes.csv.")
    return found.item()


def unit_of(row: Row, detail: str) -> str:
    """Return the unit of a series with what it is of: metric tons, copper content."""
    unit, measure = row["Unit"].strip(), row["Statistics"].lower()
    for given in hand("contents"):
        if (
            given["chapter"] == row["MCS chapter"]
            and given["measure"] in ("", measure)
            and given["detail"].casefold() in detail.casefold()
        ):
            return ", ".join(filter(None, (unit, given["content"])))
    head = HEAD.match(row["Other notes"])
    content = head[1].partition(",")[2].strip(" ,") if head else ""
    return ", ".join(filter(None, (unit, content)))


def name_of(row: Row, detail: str, unit: str) -> str:
    """Return what a series is of, in words: those kept by hand, else made of the detail.

    The form that a detail names is in it, unless the unit says it.
    """
    for given in hand("series_names"):
        if row["Commodity"] == given["commodity"] and detail.startswith(given["detail"]):
            return given["name"]
    printed = row["Commodity"]
    name = SPELT.get(printed, printed.lower())
    own = re.sub(rf"^{re.escape(printed)},? ", "", detail, flags=re.IGNORECASE)
    own = re.sub(r" ?\([^()]*\)$", "", own)
    first, form = re.fullmatch(r"(.*?)(?:(?::|—|,) ?(.*))?", own).groups()
    kind = re.sub(r" ?\(.*\)$", "", first).lower()
    if not KINDS.fullmatch(kind):
        raise SystemExit(f"{printed}: no name for {detail!r}; add it to series_names.csv.")
    form = form or ""
    is_said = set(words(form)) <= set(words(unit)) or form.casefold() == name
    form = form if form[1:2].isupper() else form[:1].lower() + form[1:]
    return f"{kind.capitalize()} of {name}" + ("" if is_said else f" ({form})")


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def series_key(row: Row) -> SeriesKey:
    detail = ROUNDED.sub("", row["Statistics_detail"].replace("\xa0", " ").strip(" ,"))
    return (row["Commodity"], row["Statistics"].lower(), detail.casefold(), row["Unit"])


def columns_of(keys: Sequence[SeriesKey], totalled: set[int]) -> list[int]:
    """Return for each series the series that has the world total of its column of the table.

    Details of a form, such as "Mine production: steatite", stand in the column "Mine production".
    """
    found = []
    for number, (commodity, measure, detail, unit) in enumerate(keys):
        choices = [
            other
            for other, (its_commodity, its_measure, column, its_unit) in enumerate(keys)
            if other in totalled
            and (its_commodity, its_measure, its_unit) == (commodity, measure, unit)
            and (
                re.match(rf"{re.escape(column)}(:|—|$)", detail)
                or COLUMN_OF.get((commodity, measure)) == column
            )
        ]
        found.append(number if number in totalled or not choices else choices[0])
    return found


def write_values(rows: Iterable[Row]) -> tuple[list[SeriesKey], list[Row], set[int]]:
    """Write the values and their notes.

    Returns
    -------
    keys, first
        The key and the first row of each series.
    totalled
        The numbers of the series that have a world total, from 0.
    """
    keys: dict[SeriesKey, int] = {}
    notes: dict[str, int] = {}
    first: list[Row] = []
    values, totalled = [], set()
    for row in rows:
        number = keys.setdefault(series_key(row), len(keys))
        if number == len(first):
            first.append(row)
        place = PLACES.get(row["Country"]) or resolve_term(row["Country"], "countries")
        if place == "world":
            totalled.add(number)
        parts = parts_of(row["Notes"])
        basis = "e" if ESTIMATED in parts else ""
        cited = [str(notes.setdefault(part, len(notes) + 1)) for part in parts if part not in BASES]
        values.append((number + 1, row["Year"], place, row["Value"], basis, " ".join(cited)))
    write("values", ["series", "year", "country", "value", "basis", "notes"], values)
    write("notes", ["note", "text"], ((number, text) for text, number in notes.items()))
    return list(keys), first, totalled


def write_chapters(rows: Iterable[Row]) -> None:
    chapters: dict[str, str] = {}
    for row in rows:
        head = row["Other notes"].replace("\xa0", " ")
        if chapters.setdefault(row["MCS chapter"], head) != head:
            raise SystemExit(f"{row['MCS chapter']}: several heads of one chapter.")
    write("chapters", ["chapter", "note"], chapters.items())


def series_row(number: int, row: Row, column: int) -> tuple[object, ...]:
    """Return the row of a series, by the first of its rows in the release."""
    detail = ROUNDED.sub("", row["Statistics_detail"].replace("\xa0", " ").strip(" ,"))
    unit = unit_of(row, detail)
    name, codes = name_of(row, detail, unit), codes_of(row["Commodity"], detail)
    measure = row["Statistics"].lower()
    chapter, commodity = row["MCS chapter"], row["Commodity"]
    return (number + 1, name, chapter, commodity, codes, measure, detail, unit, column + 1)


def main(data: Path) -> None:
    rows = world_rows(data / "facts" / "mcs2026_world.csv")
    TARGET.mkdir(parents=True, exist_ok=True)
    keys, first, totalled = write_values(rows)
    write_chapters(rows)
    columns = columns_of(keys, totalled)
    write("series", SERIES_COLUMNS, map(series_row, range(len(first)), first, columns))


if __name__ == "__main__":
    main(reference_data())
