"""Variants of a corridor: named sequences of its legs in the order of travel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from minmap.arguments import require_kind, require_number, require_one_of, require_text
from minmap.errors import MinmapError
from minmap.types import TEXT

_COLUMNS: Final[Mapping[str, Any]] = {
    "variant": TEXT,
    "title": TEXT,
    "from_node": TEXT,
    "to_node": TEXT,
    "legs": int,
    "length_km": float,
    "countries": TEXT,
    "published_km": float,
    "published_source": TEXT,
    "published_note": TEXT,
}
_PUBLISHED: Final = ("published_km", "published_source", "published_note")


@dataclass(frozen=True, slots=True)
class Variant:
    """A named sequence of legs through a corridor.

    Attributes
    ----------
    name, title
        Short name, and title in tables.
    legs
        Ids of the legs in the order of travel.
    nodes
        Ids of the nodes passed, one more than the legs.
    length_km
        Sum of the legs' lengths.
    countries
        alpha-3 of the countries passed, in the order of travel.
    published_km, published_source, published_note
        The total that others publish, who and when, and why it differs; None if there is none.
    """

    name: str
    title: str
    legs: tuple[str, ...]
    nodes: tuple[str, ...]
    length_km: float
    countries: tuple[str, ...]
    published_km: float | None = None
    published_source: str | None = None
    published_note: str | None = None

    def about(self) -> dict[str, Any]:
        """Return what `variants_of` takes.

        Examples
        --------
        >>> Variant("through", "Through", ("a-b",), ("a", "b"), 10.0, ("KAZ",), 12.0, "Li").about()
        {'title': 'Through', 'legs': ['a-b'], 'published_km': 12.0, 'published_source': 'Li'}
        """
        published = {name: getattr(self, name) for name in _PUBLISHED}
        given = {name: value for name, value in published.items() if value is not None}
        return {"title": self.title, "legs": [*self.legs], **given}


def variants_of(given: Mapping[str, Mapping[str, Any]], legs: pd.DataFrame) -> tuple[Variant, ...]:
    """Check variants against the legs of their corridor.

    Parameters
    ----------
    given
        ``{name: {"title": text, "legs": [ids in the order of travel]}}``. The name is the default
        title. A leg may be travelled from its `to_node` to its `from_node`. ``published_km`` is
        the length that others publish, ``published_source`` who and when (both or neither), and
        ``published_note`` may say why it differs.
    legs
        Legs of a `Corridor`.

    Raises
    ------
    ChoiceError
        If the corridor does not have a leg.
    MinmapError
        If a variant has no legs, a leg does not begin where the previous one ends, or a
        published length is no positive number or lacks its source.

    Examples
    --------
    >>> legs = pd.DataFrame(
    ...     {"leg_id": ["a-b", "c-b"], "from_node": ["a", "c"], "to_node": ["b", "b"],
    ...      "length_km": [10.0, 5.0], "countries": ["KAZ", "GEO AZE"]}
    ... )
    >>> (variant,) = variants_of({"through": {"legs": ["a-b", "c-b"]}}, legs)
    >>> variant.nodes, variant.countries
    (('a', 'b', 'c'), ('KAZ', 'AZE', 'GEO'))
    """
    require_kind(given, Mapping, name="variants", cure="give dictionaries by name of the variant")
    known = legs.set_index("leg_id", drop=False)
    return tuple(_variant(name, about, known) for name, about in given.items())


def _variant(name: str, about: Mapping[str, Any], known: pd.DataFrame) -> Variant:
    given = about.get("legs") if isinstance(about, Mapping) else None
    texts = isinstance(given, list | tuple) and all(isinstance(leg_id, str) for leg_id in given)
    if not given or not texts:
        raise MinmapError(
            f"variant {name!r} is {about!r}; give {{'title': ..., 'legs': [leg ids in the order of "
            "travel]}."
        )
    ids = tuple(given)
    for leg_id in ids:
        require_one_of(leg_id, known.index, name=f"leg of variant {name!r}")
    legs = known.loc[list(ids)]
    ends = list(zip(legs["from_node"], legs["to_node"], strict=True))
    nodes = walk(ends)
    if len(nodes) <= len(ids):
        raise MinmapError(
            f"variant {name!r}: leg {ids[len(nodes) - 1]!r} does not begin where "
            f"{ids[len(nodes) - 2]!r} ends; give the legs in the order of travel."
        )
    passed: dict[str, None] = {}
    for start, (from_node, _), countries in zip(nodes, ends, legs["countries"], strict=False):
        codes = str(countries).split() if pd.notna(countries) else []
        passed |= dict.fromkeys(codes if start == from_node else reversed(codes))
    title, length_km = about.get("title") or name, float(legs["length_km"].sum())
    told = _published(name, about)
    return Variant(str(name), str(title), ids, nodes, length_km, tuple(passed), **told)


def _published(name: str, about: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is published of a variant, checked."""
    told = {key: about[key] for key in _PUBLISHED if about.get(key) is not None}
    if not told:
        return {}
    label = f"published_km of variant {name!r}"
    km = require_number(told.get("published_km"), name=label, like=4300, above=0, unit="km")
    for key in told.keys() - {"published_km"} | {"published_source"}:
        require_text(told.get(key), name=f"{key} of variant {name!r}", like="TASS, 3 Dec 2014")
    return {**told, "published_km": km}


def walk(ends: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Follow edges one after another, in either direction, as long as they join.

    Parameters
    ----------
    ends
        Shape (n,): both ends of each edge, in the order of travel.

    Returns
    -------
    tuple of str
        The ends passed: n + 1 if all edges join. The first edge keeps its direction unless the
        other direction leads further.

    Examples
    --------
    >>> walk([("b", "a"), ("b", "c"), ("d", "e")])
    ('a', 'b', 'c')
    """
    if not ends:
        return ()
    walks = []
    for start in ends[0]:
        passed = [start]
        for one, other in ends:
            if passed[-1] not in (one, other):
                break
            passed.append(other if passed[-1] == one else one)
        walks.append(tuple(passed))
    return max(walks, key=len)


def table_of(variants: Sequence[Variant]) -> pd.DataFrame:
    """Return one row for each variant, as `minmap.Corridor.variants` describes.

    Examples
    --------
    >>> table_of([]).columns.tolist()[4:]
    ['legs', 'length_km', 'countries', 'published_km', 'published_source', 'published_note']
    """
    rows = [
        (
            *(v.name, v.title, v.nodes[0], v.nodes[-1], len(v.legs)),
            *(v.length_km, " ".join(v.countries)),
            *(getattr(v, column) for column in _PUBLISHED),
        )
        for v in variants
    ]
    return pd.DataFrame(rows, columns=[*_COLUMNS]).astype(dict(_COLUMNS))
