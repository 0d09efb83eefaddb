"""Make the claims about Central Asia that the package ships, and the counts of the USGS inventory
of rare earths and rare metals.

    python scripts/build_statements.py [FOLDER]

FOLDER holds ``facts/statements.csv`` (default: ../shared/data beside the repository). Its rows that
repeat USGS Mineral Commodity Summaries 2026 are left out: `minmap.statistics` has that table.
``scripts/statements/claims.csv`` says how each other row is read, and adds claims that were found
in stored copies of pages. Each ``fact_text`` must occur in the row of statements.csv that the claim
was read from. The other tables in minmap/statements/data are kept by hand there.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from folders import REPO, reference_data

HAND = REPO / "scripts" / "statements"
OUT = REPO / "minmap" / "statements" / "data"
KEY = ["subject", "measure", "publisher"]
TAKEN = ["unit", "year", "publisher", "document", "url", "quote"]
READ = "read in a stored copy of the page"
NOTED = "known only from a note in our reference data: the article itself was not read"
COLLECTED = "2026-11-26"  # the facts
LOOKED_UP = "2026-11-29"  # the claims that were found in stored copies of pages
COUNT = "count in the USGS inventory"
# Rows that are no claims: what the tables say, and what the inventory is.
NO_CLAIMS = {"period of compilation", "companion publication", "position"}


def text_table(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def facts(folder: Path) -> pd.DataFrame:
    """Return the rows that do not merely repeat Mineral Commodity Summaries 2026."""
    table = text_table(folder / "facts" / "statements.csv").rename(columns={"url_or_repo": "url"})
    repeats = table["document"].str.startswith("Mineral Commodity Summaries 2026")
    has_claim = table["note"].str.contains("claim|article")
    return table[~repeats | has_claim].reset_index(drop=True)


def fact_of(row: pd.Series, table: pd.DataFrame) -> pd.Series | None:
    """Return the row of the facts that a claim was read from, or None."""
    wanted = [row["fact_subject"], row["fact_measure"], row["fact_publisher"]]
    if not wanted[0]:
        return None
    (found,) = table.index[(table[KEY] == wanted).all(axis=1)]
    fact = table.loc[found]
    texts = " | ".join(fact[["mid", "quote", "note"]])
    if row["fact_text"] not in texts:
        raise SystemExit(f"{row['claim_id']}: {row['fact_text']!r} is not in {texts!r}.")
    return fact


def claims(table: pd.DataFrame) -> pd.DataFrame:
    """Return one row a claim, and check that no row of the facts was forgotten."""
    made, used = [], set[int]()
    for _, row in text_table(HAND / "claims.csv").iterrows():
        fact = fact_of(row, table)
        values = row.drop([name for name in row.index if name.startswith("fact_")])
        is_noted = fact is not None and "claim)" not in fact["measure"] and bool(values["document"])
        if fact is not None:
            used.add(int(str(fact.name)))
            if not is_noted:
                given = {name: fact[name] for name in TAKEN if not values[name]}
                values = pd.Series({**values, **given})
                values["value"] = values["value"] or fact["mid"]
        values["known_by"] = NOTED if is_noted else READ
        values["read_on"] = LOOKED_UP if fact is None else COLLECTED
        made.append(values)
    left = table.drop(index=sorted(used))
    left = left[(left["measure"] != COUNT) & ~left["measure"].isin(NO_CLAIMS)]
    if not left.empty:
        raise SystemExit(f"No claim was read from these rows:\n{left[KEY].to_string()}")
    result = pd.DataFrame(made)
    is_bad = result["claim_id"].duplicated() | (result[["value", "unit", "year"]] == "").any(axis=1)
    if is_bad.any():
        names = ", ".join(result.loc[is_bad, "claim_id"])
        raise SystemExit(f"{names}: twice, or without a value, a unit or a year.")
    return result


def inventory(table: pd.DataFrame) -> pd.DataFrame:
    """Return the counts of the USGS inventory by country, which add up to the whole."""
    rows = table[table["measure"] == COUNT]
    counts = rows[["subject", "mid", "document", "url"]].rename(
        columns={"subject": "country", "mid": "occurrences"}
    )
    counts["country"] = counts["country"].str.rpartition(", ")[2].replace("all five", "")
    is_whole = counts["country"] == ""
    numbers = counts["occurrences"].astype(int)
    if numbers[~is_whole].sum() != numbers[is_whole].item():
        raise SystemExit("The counts by country do not add up to the whole.")
    return counts[~is_whole]


def main(data: Path) -> None:
    table = facts(data)
    OUT.mkdir(parents=True, exist_ok=True)
    for name, frame in {"claims": claims(table), "inventory": inventory(table)}.items():
        frame.to_csv(OUT / f"{name}.csv", index=False, lineterminator="\n")
        print(f"{name}.csv: {len(frame)} rows")


if __name__ == "__main__":
    main(reference_data())
