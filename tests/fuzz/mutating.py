"""Make the inputs of a run: which seed, which file of it, and how it is changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from random import Random

from tests.fuzz import binary, containers, text
from tests.fuzz.inputs import Input

MOST_BYTES = 2_000_000
"""A mutated file is cut to this size."""

_TEXT = {
    *(
        ".csv",
        ".tsv",
        ".txt",
        ".gpx",
        ".kml",
        ".gml",
        ".xsd",
        ".mif",
        ".mid",
        ".dxf",
        ".gmt",
        ".toml",
        ".qml",
        ".sld",
    ),
    *(".xml", ".rels", ".vrt", ".prj", ".cpg", ".tfw", ".asc"),
}
_JSON = {".geojson", ".json", ".geojsonl"}
_ZIP = {".zip", ".kmz", ".xlsx", ".xlsb", ".ods"}

Change = Callable[[bytes, Random], bytes]


def changed(name: str, data: bytes, rng: Random) -> bytes:
    """Return the bytes of a file after one mutation that suits its kind."""
    ending = PurePosixPath(name).suffix.lower()
    if not data or rng.random() < 0.25:
        return binary.mutated(data, rng)
    return _of_kind(ending)(data, rng)


def _of_kind(ending: str) -> Change:
    if ending in _TEXT:
        return text.mutated
    if ending in _JSON:
        return text.mutated_json
    if ending in _ZIP:
        return lambda data, rng: containers.mutated_zip(data, rng, changed)
    special: Mapping[str, Change] = {
        ".gpkg": containers.mutated_sqlite,
        ".parquet": containers.mutated_parquet,
    }
    return special.get(ending, binary.mutated)


def mutated(seeds: Sequence[Input], rng: Random) -> Input:
    """Return a seed with one to four mutations, read by one of its readers.

    Parameters
    ----------
    seeds
        All seeds of a format. Another one of them lends sidecars and pieces.
    rng
        Source of all decisions: the same state gives the same input.
    """
    seed, other = rng.choice(seeds), rng.choice(seeds)
    files = dict(seed.files)
    for _ in range(rng.choice([1, 1, 1, 2, 3, 4])):
        # The main file is read first and by most; sidecars have their turn.
        name = seed.main if rng.random() < 0.6 else rng.choice(sorted(files))
        if name not in files:
            continue
        chance = rng.random()
        if chance < 0.04 and len(files) > 1:
            del files[rng.choice(sorted(set(files) - {seed.main}) or [name])]
        elif chance < 0.10:
            files[name] = binary.splice(files[name], rng.choice(sorted(other.files.values())), rng)
        elif chance < 0.14:
            files.update({part: other.files[part] for part in other.files if part != seed.main})
        else:
            files[name] = changed(name, files[name], rng)
    limited = {name: content[:MOST_BYTES] for name, content in files.items()}
    return replace(seed, files=limited, readers=(rng.choice(seed.readers),))


def number_of(format_: str, number: int, *, seed: int, seeds: Sequence[Input]) -> Input:
    """Return the input with this number of a format; it depends on nothing but the arguments."""
    return mutated(seeds, Random(f"{seed}:{format_}:{number}"))
