"""The tables of deposit types and models, and of the critical lists."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from hand_tables import Row, hand, read

from minmap.vocabulary.spelling import normalise

CMMI = "CMMI deposit classification (USGS OFR 2021-1049), ids of minmod (MIT)"
CGI_MODELS = "CGI MineralDepositModel (CC BY 4.0)"


def deposit_types(data: Path) -> Iterator[list[str]]:
    models = read(data / "vocab" / "cgi" / "MineralDepositModel.csv")
    uris = {normalise(row["pref_label_en"]): row["uri"] for row in models}
    for row in read(data / "vocab" / "minmod" / "deposit_type.csv"):
        uri = uris.get(normalise(row["deposit_type"]), "")
        cited = CMMI + (f"; {CGI_MODELS}" if uri else "")
        name, environment, group = (
            row[f"deposit_{part}"] for part in ("type", "environment", "group")
        )
        yield [row["minmod_id"], name, environment, group, uri, cited]


def deposit_models() -> Iterator[list[str]]:
    keys = ("scheme", "number", "name", "code", "basis", "seen_in")
    for row in hand("deposit_models"):
        yield [row[key] for key in keys]


def deposit_type_terms(types: list[list[str]]) -> Iterator[list[str]]:
    taken = {normalise(name): code for code, name, *_ in types}
    for code, name, *_ in types:
        yield [name, code, "name of the type", CMMI]
    for row in hand("deposit_type_terms"):
        key = normalise(row["term"])
        if taken.setdefault(key, row["code"]) != row["code"]:
            raise SystemExit(f"deposit_type_terms.csv: {row['term']!r} is {taken[key]} already.")
        yield [row["term"], row["code"], row["basis"], row["seen_in"]]


def critical_lists(rows: list[Row]) -> Iterator[list[str]]:
    """Yield each list once, with the dates that the reference data has from memory cut down."""
    dates = {row["list_id"]: row for row in hand("critical_dates")}
    keys = ("jurisdiction", "authority", "date", "kind", "status", "verification", "source")
    for list_id in dict.fromkeys(row["list_id"] for row in rows):
        mine = [row for row in rows if row["list_id"] == list_id]
        known = dict(mine[0])
        changed = dates.get(list_id)
        if changed:
            known["date"] = changed["date"]
            known["verification"] += f"; {changed['note']}"
            known["source"] = known["source"].replace("; date from memory", "")
            known["source"] = known["source"].replace("; day of month from memory", "")
        if known["source"] == "same":
            known["source"] = next(row["source"] for row in rows if row["list_id"] == list_id[:7])
        if any(row["source"] != mine[0]["source"] for row in mine):
            raise SystemExit(f"critical_minerals.csv: {list_id} has several sources.")
        yield [list_id, *(known[key] for key in keys), str(len(mine))]


def critical_minerals(rows: list[Row]) -> Iterator[list[str]]:
    items = {row["item"]: row for row in hand("critical_items")}
    for row in rows:
        item = items[row["item"]]
        note = f"minmap (ours): {item['note']}" if item["note"] else "minmap (ours): same name"
        yield [row["list_id"], row["item"], item["codes"], item["fit"], note]
