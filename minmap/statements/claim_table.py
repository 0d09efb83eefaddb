"""`claims`: what is said, and what open tables say of it."""

from typing import Final

import pandas as pd

from minmap.arguments import check_keywords
from minmap.commodity_statistics.world_tables import SOURCE
from minmap.statements.earlier_tables import earlier_sources
from minmap.statements.inventory_sites import (
    inventory_source,
    shown_sites,
    site_counts,
    table_sources,
)
from minmap.statements.shipped_tables import rows
from minmap.statements.verdicts import Claim, finding_on
from minmap.types import TEXT

_SHIPPED: Final = (
    "claim_id", "claim", "countries", "commodity", "measure", "value", "unit", "bound", "year",
    "publisher", "document", "url", "quote", "known_by",
)  # fmt: skip
_RENAMED: Final = {
    "value": "said",
    "unit": "said_unit",
    "bound": "said_bound",
    "year": "said_year",
    "publisher": "said_by",
}
_NUMBERS: Final = {"said": "float64", "said_year": "Int64", "data_year": "Int64"}


@check_keywords
def claims() -> pd.DataFrame:
    """Return what is said of the minerals of Central Asia, and what open tables say of it.

    minmap states none of the claims: it quotes them, and computes what follows from tables.

    Returns
    -------
    pandas.DataFrame
        One row a claim:

        - ``claim_id``, ``claim``: a name for it, and the claim in words
        - ``countries``: alpha-3 codes, missing for the world; ``commodity``: a code;
          ``measure``: such as "reserves_share"
        - ``said``, ``said_unit``, ``said_bound`` (about, nearly, more than), ``said_year``,
          ``said_by``, ``document``, ``url``, ``quote`` (missing if we have none); ``known_by``: how
          we know of it. An article of March 2024 is known only from notes in our reference data
        - ``data_value``, ``data_most``: what the table has in the unit ``data_unit``, and the most
          that it leaves open. Of a share, ``data_value`` is that of the listed countries, missing
          if none is listed, and ``data_most`` adds all that the table assigns to no listed country.
          If the world total is a lower bound, ``data_value`` is an upper bound and ``data_most`` is
          missing
        - ``data_measure``, ``data_year``: of the table; ``data_source``: the table, and earlier
          ones that the conclusion names
        - ``verdict``: "agrees within rounding"; "contradicted by the table", which leaves no room
          for it; "not supported by the table", which has less but leaves room, or counts something
          else; "out of date", if only an earlier table has it; "cannot be checked with these
          tables"
        - ``conclusion``: what follows, in words, with other measures and earlier tables that fit,
          and with our reading where a source leaves something open

        ``attrs["sources"]`` lists the tables. The rest is about the occurrences of rare earths and
        rare metals: ``attrs["definitions"]`` says in four ways which commodities count,
        ``attrs["decisions"]`` lists pairs of records that were decided by hand,
        ``attrs["site_counts"]`` has the sites found in the sample tables by definition, threshold
        and country, beside the counts of the inventory, and ``attrs["sites"]`` has the records and
        the first rare commodity of each site, for one definition and threshold.

    Notes
    -----
    Tables are the USGS Mineral Commodity Summaries 2026 (`minmap.statistics`), and for occurrences
    the three sample tables of Central Asia, linked at three thresholds under four definitions of
    rare metals. A verdict is about these tables: it says neither that a claim is true nor false.
    The claims are older than the tables, which are of 2024 and 2025. Of earlier editions, minmap
    has the production of chromium in 2023 and its reserves of 2021.

    Examples
    --------
    >>> said = claims().set_index("claim_id")
    >>> said.loc[["zinc_daryo", "lead_daryo"], ["said", "data_value", "data_most"]].round(1)
                said  data_value  data_most
    claim_id
    zinc_daryo  12.6         3.1       15.2
    lead_daryo  20.0         NaN        6.9
    >>> said.loc["lead_daryo", "verdict"]
    'contradicted by the table'
    """
    made = []
    for row in rows("claims"):
        claim = Claim(
            tuple(row["countries"].split()), row["looked_up"], row["measure"], row["value"]
        )
        found = finding_on(claim)
        made.append(
            {
                **{_RENAMED.get(name, name): row[name] for name in _SHIPPED},
                "data_value": found.value,
                "data_most": found.most,
                "data_unit": found.unit,
                "data_measure": found.measure,
                "data_year": found.year,
                "data_source": found.source,
                "verdict": found.verdict,
                "conclusion": ". ".join(filter(None, [row["reading"], found.conclusion])),
            }
        )
    table = pd.DataFrame(made).astype(_NUMBERS)
    texts = table.select_dtypes(exclude="number").columns
    table[texts] = table[texts].astype(TEXT).replace("", None)
    table.attrs = {
        "sources": [dict(SOURCE), *earlier_sources(), *table_sources(), inventory_source()],
        "definitions": [dict(row) for row in rows("definitions")],
        "decisions": [dict(row) for row in rows("decisions")],
        "site_counts": site_counts().to_dict("records"),
        "sites": shown_sites(),
    }
    return table
