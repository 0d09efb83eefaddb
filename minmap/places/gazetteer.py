"""Towns and ports of the world, found by any of their names.

Towns are of GeoNames (https://www.geonames.org, CC BY 4.0): from 24 to 92 E and 34.5 to 57 N those
of 5,000 people and more, elsewhere of 100,000 and more. Ports are of the World Port Index (NGA
Pub. 150) and of searoute 1.6.0. See ``minmap/places/data/README.md``.
"""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from importlib.resources import as_file, files
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from anyascii import anyascii

from minmap.types import Integers
from minmap.vocabulary.spelling import normalise

PER_DEGREE: Final = 1000
"""Steps of the stored coordinates in a degree: about 110 m."""

_NEAR: Final = 3


def name_key(name: str) -> str:
    """Return the form in which names of places are compared.

    Case, accents, punctuation and alphabet do not count.

    Examples
    --------
    >>> name_key("Актобе"), name_key("Aqtöbe"), name_key("Ust'-Kamenogorsk")
    ('aktobe', 'aqtobe', 'ust kamenogorsk')
    """
    return normalise(anyascii(name).replace("'", ""))


def towns_named(name: str) -> pd.DataFrame:
    """Return the towns with a name.

    Parameters
    ----------
    name
        Any name in Latin, Cyrillic or a script of the region.

    Returns
    -------
    pandas.DataFrame
        ``name``, ``country`` (alpha-3), ``admin1``, ``population``, ``longitude``, ``latitude``
        (degrees) and ``main`` (whether it is the town's main name), the largest town first.

    Examples
    --------
    >>> [towns_named(name)["name"].iloc[0] for name in ("Ақтөбе", "Oskemen", "ТАШКЕНТ")]
    ['Aktobe', 'Ust-Kamenogorsk', 'Tashkent']
    >>> towns_named("no such town").empty
    True
    """
    rows, main = _rows_named("towns", name_key(name))
    found = _places("towns", rows).assign(main=main)
    return found.sort_values("population", ascending=False, kind="stable", ignore_index=True)


def ports_named(name: str) -> pd.DataFrame:
    """Return the ports with a name.

    Returns
    -------
    pandas.DataFrame
        ``name``, ``country`` (alpha-3), ``locode`` (UN/LOCODE, missing if it has none),
        ``longitude``, ``latitude`` (degrees).

    Examples
    --------
    >>> ports_named("POTI")[["country", "locode"]].to_numpy().tolist()
    [['GEO', 'GEPTI']]
    """
    return _places("ports", _rows_named("ports", name_key(name))[0])


def ports_coded(locode: str) -> pd.DataFrame:
    """Return the ports with a UN/LOCODE, as `ports_named` does.

    Examples
    --------
    >>> ports_coded("KZAAU")["name"].tolist(), ports_coded("KZ AAU")["name"].tolist()
    (['Aktau'], ['Aktau'])
    """
    code = "".join(locode.split())
    found = pc.fill_null(pc.equal(_table("ports")["locode"], code), fill_value=False)
    return _places("ports", np.flatnonzero(found.to_numpy()))


def near_towns(name: str) -> pd.DataFrame:
    """Return the towns whose main names are spelt nearly like a name, as `towns_named` does.

    Examples
    --------
    >>> near_towns("Tashkentt")["name"].iloc[0]
    'Tashkent'
    """
    key = name_key(name)
    rows = dict[str, int]()
    order = np.argsort(_table("towns")["population"].to_numpy(), kind="stable")
    names = _main_keys("towns").to_pylist()
    for row in order.tolist():  # the largest last, so that it replaces its namesakes
        if names[row][:1] == key[:1]:
            rows[names[row]] = row
    return _places("towns", np.array([rows[n] for n in get_close_matches(key, rows, n=_NEAR)], int))


def _rows_named(kind: str, key: str) -> tuple[Integers, list[bool]]:
    """Return the rows that have a key, and whether it is that of the main name."""
    main = pc.equal(_main_keys(kind), key).to_numpy(zero_copy_only=False)
    others, owner = _other_keys(kind)
    rows = np.union1d(np.flatnonzero(main), owner[np.flatnonzero(pc.equal(others, key))])
    return rows if key else rows[:0], main[rows if key else rows[:0]].tolist()


def _places(kind: str, rows: Integers) -> pd.DataFrame:
    taken = _table(kind).take(pa.array(rows, pa.int64())).drop_columns(["keys"])
    table: pd.DataFrame = taken.to_pandas()
    table["longitude"], table["latitude"] = table.pop("x") / PER_DEGREE, table.pop("y") / PER_DEGREE
    return table


@cache
def _table(kind: str) -> pa.Table:
    with as_file(files(__package__) / "data" / f"{kind}.parquet") as path:
        return pq.read_table(path).combine_chunks()


@cache
def _main_keys(kind: str) -> pa.Array:
    return pa.array([name_key(name) for name in _table(kind)["name"].to_pylist()], pa.string())


@cache
def _other_keys(kind: str) -> tuple[pa.Array, Integers]:
    """Return the keys of all other names, and the row that each belongs to."""
    lists = pc.split_pattern(_table(kind)["keys"].combine_chunks(), "|")
    return pc.list_flatten(lists), pc.list_parent_indices(lists).to_numpy()
